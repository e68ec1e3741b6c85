# METADATA
# scope: package
# title: Truststore is empty
# description: The truststore opens but holds no trust anchor, so that no TLS connection can be verified.
# custom:
#   id: MIKS405
#   name: empty-truststore
#   level: error
#   precision: very-high
#   message: "{{title}} has no trust anchor at all: every outgoing TLS call fails (\"the trustAnchors parameter must be non-empty\")."
#   fix: "Import the certificates of the authorities that you trust with 'keytool -importcert': Java does not take certificates that OpenSSL wrote into a PKCS12 file for trusted."
#   standards: ["RFC 5280 6.1.1"]
#   needs: [truststore.contents]
#   supersedes: [MIKS401, MIKS402]
#   since: 0.1.0
package mikscheck.rules.trust.empty_truststore

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.truststores
	ref.contents.state == "known"
	store := lib.store(ref)
	store.anchors.state == "known"
	store.anchor_count == 0
	finding := {
		"at": ref.file.pointer,
		"args": {"title": lib.upper_first(ref.title)},
		"repair": {"do": "import-ca"},
	}
}
