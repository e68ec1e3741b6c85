# METADATA
# scope: package
# title: Truststore holds a private key
# description: A truststore needs certificates only. One that holds private keys, or is a keystore at the same time, spreads keys to everything that needs to verify.
# custom:
#   id: MIKS205
#   name: truststore-has-private-key
#   level: warning
#   severity: 5.3
#   precision: very-high
#   message: "{{title}} holds the private key '{{alias}}': a truststore is handed to everything that verifies, and its own certificate counts as trusted."
#   fix: "Remove the entry from it with 'keytool -delete -alias …'; import certificates only."
#   variants:
#     same_file:
#       message: "{{title}} is the same file as {{keystore}}: whoever gets the anchors gets the private key, and its certificate counts as trusted."
#       fix: "Make a truststore of its own with the certificates of the authorities that you trust ('keytool -importcert')."
#   cwe: [668]
#   needs: [truststore.contents]
#   points_at: use
#   since: 0.1.0
package mikscheck.rules.separation.truststore_has_private_key

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.truststores
	ref.contents.state == "known"
	aliases := [key.alias | some key in lib.store(ref).private_keys]
	count(aliases) > 0
	count(lib.keystores_same_as(ref)) == 0
	finding := {
		"at": ref.file.pointer,
		"args": {"title": lib.upper_first(ref.title), "alias": concat("', '", aliases)},
		"repair": {"do": "remove", "aliases": aliases, "comment": "Remove the private keys:"},
	}
}

findings contains finding if {
	some ref in lib.truststores
	keystore := lib.keystores_same_as(ref)[0]
	finding := {
		"at": ref.file.pointer,
		"variant": "same_file",
		"args": {"title": lib.upper_first(ref.title), "keystore": keystore.title},
	}
}
