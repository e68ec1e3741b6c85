# METADATA
# scope: package
# title: Intermediate certificate is missing
# description: Following the issuers through the entry's chain ends at a certificate that is neither self-signed nor issued by an entry of the truststore.
# custom:
#   id: MIKS314
#   name: chain-incomplete
#   level: warning
#   precision: very-high
#   message: "The chain of '{{alias}}' in {{title}} ends without the certificate of its issuer '{{missing}}': clients that have only the root can't verify the server."
#   fix: "Import the whole chain, from the server's certificate to below the root, under the same alias ('keytool -importcert' with the CA's chain file)."
#   cwe: [295]
#   standards: ["RFC 8446 4.4.2"]
#   needs: [primary.entry, truststore.contents]
#   consequences: [MIKS401]
#   since: 0.1.0
package mikscheck.rules.certificates.chain_incomplete

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	key.links.state == "known"
	key.links.complete.state == "known"
	key.links.complete.value == false
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"missing": key.links.missing,
		},
		"repair": {"do": "import-chain", "alias": key.alias},
	}
}
