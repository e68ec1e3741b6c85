# METADATA
# scope: package
# title: Store still opens with a shipped default password
# description: The configuration hides the password behind a variable or a secret, or states another one, but the store itself opens with a password that the product ships.
# custom:
#   id: MIKS103
#   name: opens-with-default-password
#   level: error
#   severity: 9.1
#   precision: very-high
#   message: "The password of {{title}} comes by {{via}}, but it is one that every Micro Integrator ships with: the store opens with it, so nothing is hidden."
#   fix: "Change the store's password with 'keytool -storepasswd' (in a JKS file the key's too, with -keypasswd) and the value of {{via}} with it."
#   variants:
#     other:
#       message: "'{{key}}' states a password that does not open {{title}}; it opens with one that every Micro Integrator ships with."
#       fix: "Change the store's password to your own with 'keytool -storepasswd' (in a JKS file the key's too, with -keypasswd)."
#     key:
#       message: "The key password of {{title}} comes by {{via}}, but it is one that every Micro Integrator ships with."
#       fix: "Change it with 'keytool -keypasswd', to the store's password, and the value of {{via}} with it."
#   cwe: [798, 1392]
#   needs: [primary.opens, internal.opens, truststore.opens]
#   supersedes: [MIKS101, MIKS102, MIKS104, MIKS109, MIKS502]
#   since: 0.1.0
package mikscheck.rules.credentials.opens_with_default_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.opens_with_default
	ref.password.via != ""
	finding := {
		"at": ref.password.pointer,
		"args": {"title": ref.title, "via": ref.password.via},
		"repair": {"do": "new-password"},
	}
}

findings contains finding if {
	some ref in lib.in_force
	ref.opens_with_default
	ref.opens.state == "known"
	ref.opens.value == false
	ref.password.via == ""
	finding := {
		"at": ref.password.pointer,
		"variant": "other",
		"args": {"title": ref.title},
		"repair": {"do": "new-password"},
	}
}

findings contains finding if {
	some ref in lib.keystores
	ref.opens_with_default == false
	ref.key_password.via != ""
	ref.key_password.state == "known"
	ref.key_password.password.default
	finding := {
		"at": ref.key_password.pointer,
		"variant": "key",
		"args": {"title": ref.title, "via": ref.key_password.via},
		"repair": {"do": "new-key-password"},
	}
}
