# METADATA
# scope: package
# title: Store opens with the password that the product ships
# description: The effective password of a keystore or truststore is the one that every installation ships with, written in the file or inherited from the product's defaults.
# custom:
#   id: MIKS101
#   name: default-store-password
#   level: error
#   severity: 9.1
#   precision: very-high
#   message: "The password of {{title}} is the one that every Micro Integrator ships with: whoever gets the file can open it."
#   fix: "Set a password of your own with 'keytool -storepasswd' (in a JKS file the key's too, with -keypasswd) and name it in '{{key}}' by {{by}}."
#   variants:
#     no_private_key:
#       level: warning
#       message: "The password of {{title}} is the one that every Micro Integrator ships with: whoever can write the file can add a certificate that the server then trusts."
#   cwe: [798, 1392]
#   needs: [file]
#   supersedes: [MIKS104, MIKS109, MIKS110, MIKS115]
#   since: 0.1.0
package mikscheck.rules.credentials.default_store_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.password.state == "known"
	ref.password.password.default

	# Behind a variable it is MIKS103.
	ref.password.clear
	finding := {
		"at": ref.password.pointer,
		"variant": variant(ref),
		"args": {"title": ref.title, "by": lib.by(ref)},
		"repair": {"do": "new-password"},
	}
}

variant(ref) := "no_private_key" if {
	ref.trust
	ref.shipped
} else := "no_private_key" if {
	ref.contents.state == "known"
	count(lib.store(ref).private_keys) == 0
} else := ""
