# METADATA
# scope: package
# title: Chain is out of order
# description: The chain's certificates do not each certify the one before, as TLS demands.
# custom:
#   id: MIKS315
#   name: chain-out-of-order
#   level: warning
#   precision: very-high
#   message: "The chain of '{{alias}}' in {{title}} is out of order: '{{misplaced}}' does not certify the certificate before it. Strict clients refuse such a chain."
#   fix: "Import it anew from a chain file ('keytool -importcert' sorts it; verify it first with 'openssl verify'), and convert the store to PKCS12."
#   standards: ["RFC 5246 7.4.2", "RFC 8446 4.4.2"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.chain_out_of_order

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	key.links.state == "known"
	key.links.ordered == false
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"misplaced": key.links.misplaced,
		},
		"repair": {"do": "import-chain", "alias": key.alias},
	}
}
