# METADATA
# scope: package
# title: Private key opens with the password that the product ships
# description: The effective key password of a keystore is the one that every installation ships with, written in the file or inherited from the product's defaults.
# custom:
#   id: MIKS102
#   name: default-key-password
#   level: error
#   severity: 9.1
#   precision: very-high
#   message: "The key password of {{title}} is the one that every Micro Integrator ships with: whoever gets the file has the private key."
#   fix: "Set a password of your own for store and key ('keytool -storepasswd', in a JKS file 'keytool -keypasswd' too; the product needs them equal), and name it in '{{key}}' by {{by}}."
#   cwe: [798, 1392]
#   needs: [file]
#   supersedes: [MIKS104, MIKS109, MIKS110, MIKS115]
#   since: 0.1.0
package mikscheck.rules.credentials.default_key_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.key_password.state == "known"
	ref.key_password.password.default
	ref.key_password.clear

	# One that refers to the store's password is MIKS101 there.
	ref.key_password.root != ref.password.root
	finding := {
		"at": ref.key_password.pointer,
		"args": {"title": ref.title, "by": lib.by(ref)},
		"repair": {"do": "new-key-password"},
	}
}
