# METADATA
# scope: package
# title: Key password does not open the private key
# description: The store opens, but the private key does not decrypt with the key password. Where TLS opens the store, every private key in it must.
# custom:
#   id: MIKS506
#   name: wrong-key-password
#   level: error
#   precision: very-high
#   message: "The key password of {{title}} does not open the private key '{{alias}}'{{beside}}: Java reports \"Cannot recover key\", and {{consequence}}."
#   fix: "State the store's password, which the product needs here too; in a JKS file set the key's to it with 'keytool -keypasswd' (PKCS12 has one password for both)."
#   needs: [primary.contents, internal.contents]
#   since: 0.1.0
package mikscheck.rules.configuration.wrong_key_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	closed := [key | some key in ref.keys; key.opens.state == "known"; key.opens.value == false]
	count(closed) > 0
	finding := {
		"at": ref.key_password.pointer,
		"args": {
			"title": ref.title,
			"alias": concat("', '", [k.alias | some k in closed]),
			"beside": beside(closed),
			"consequence": lib.consequence(ref),
		},
		"repair": {"do": "key-passwords", "aliases": [k.alias | some k in closed]},
	}
}

# Java's key manager opens them all, whichever is configured.
beside(closed) := "" if {
	some key in closed
	key.configured
} else := ", which is not the configured one but is opened with it"
