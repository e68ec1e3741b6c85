# METADATA
# scope: package
# title: Internal key is not RSA
# description: The default crypto provider and the cipher tool encrypt with RSA; another key makes every encryption fail.
# custom:
#   id: MIKS312
#   name: internal-key-not-rsa
#   level: error
#   precision: very-high
#   message: "The internal key '{{alias}}' is {{algorithm}}: the product's crypto provider and the cipher tool encrypt with RSA, so that secrets can't be encrypted or read."
#   fix: "Make an RSA key for the internal store: 'keytool -genkeypair -keyalg RSA -keysize 3072'."
#   needs: [internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.internal_key_not_rsa

import data.mikscheck.lib

findings contains finding if {
	ref := lib.internal_keystore
	ref.in_force
	key := lib.configured_key(ref)
	algorithm := key.chain[0].key_algorithm
	algorithm != ""
	usable := {algorithm} & {"RSA", "RSASSA-PSS"}
	count(usable) == 0
	finding := {
		"at": ref.alias.pointer,
		"args": {"alias": key.alias, "algorithm": algorithm},
		"repair": {"do": "new-key"},
	}
}
