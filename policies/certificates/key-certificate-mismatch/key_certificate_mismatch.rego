# METADATA
# scope: package
# title: Private key and certificate do not belong together
# description: The entry's certificate certifies another key than the one beside it, so that every TLS handshake and signature with it fails.
# custom:
#   id: MIKS313
#   name: key-certificate-mismatch
#   level: error
#   precision: very-high
#   message: "The private key '{{alias}}' of {{title}} does not belong to its certificate ({{subject}}): handshakes and signatures with it fail."
#   fix: "Import the certificate that was issued for this key under the alias, or make the entry anew from the key and certificate that belong together ('openssl pkcs12 -export'). 'keytool -certreq' does not help: it takes the public key from the wrong certificate."
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.key_certificate_mismatch

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	key.matches.state == "known"
	key.matches.value == false
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"subject": key.chain[0].subject,
		},
	}
}
