# METADATA
# scope: package
# title: Primary certificate is self-signed
# description: The certificate that the server presents is issued by its own key, so that no client can verify it unless it trusts exactly this certificate.
# custom:
#   id: MIKS301
#   name: self-signed-primary
#   level: warning
#   severity: 5.9
#   precision: very-high
#   message: "The primary certificate '{{alias}}' ({{certificate}}) is self-signed: no client can verify it but by trusting this very certificate, and it can't be revoked."
#   fix: "Make a request with 'keytool -certreq', have your CA sign it, and import the chain under the same alias."
#   cwe: [295]
#   standards: ["RFC 5280 3.2"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.self_signed_primary

import data.mikscheck.lib

findings contains finding if {
	ref := lib.primary_keystore
	ref.in_force
	ref.contents.state == "known"
	some key in ref.keys
	key.configured
	cert := key.chain[0]
	cert.self_signed.state == "known"
	cert.self_signed.value
	finding := {
		"at": ref.alias.pointer,
		"args": {"alias": key.alias, "certificate": lib.certificate_name(cert)},
		"repair": {"do": "renew", "alias": key.alias},
	}
}
