# METADATA
# scope: package
# title: Key password differs from the store password
# description: Both passwords are right, but the product needs them equal. It fetches the primary key with the store password in places.
# custom:
#   id: MIKS507
#   name: key-password-differs
#   level: error
#   precision: very-high
#   message: "The key password of {{title}} differs from its store password, though both are right: the product fetches the primary key with the store password in places (WS-Security), which fails."
#   fix: "Set the key's password to the store's ('keytool -keypasswd' in a JKS file), and state the same in 'password' and 'key_password'."
#   variants:
#     elsewhere:
#       level: warning
#       message: "The key password of {{title}} differs from its store password, though both are right: WSO2 requires them equal."
#   standards: ["WSO2 documentation: creating keystores"]
#   needs: [primary.contents, internal.contents]
#   since: 0.1.0
package mikscheck.rules.configuration.key_password_differs

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.passwords_equal.state == "known"
	ref.passwords_equal.value == false
	ref.opens.state == "known"
	ref.opens.value
	some key in ref.keys
	key.opens.state == "known"
	key.opens.value
	key.opens_with_store_password.state == "known"
	key.opens_with_store_password.value == false
	finding := {
		"at": ref.key_password.pointer,
		"variant": variant(ref),
		"args": {"title": ref.title},
		"repair": {"do": "key-passwords", "aliases": differing(ref)},
	}
}

variant(ref) := "" if ref.role == "primary"

else := "elsewhere"

differing(ref) := [key.alias |
	some key in ref.keys
	key.opens_with_store_password.state == "known"
	key.opens_with_store_password.value == false
]
