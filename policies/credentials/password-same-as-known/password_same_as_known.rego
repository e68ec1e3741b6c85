# METADATA
# scope: package
# title: Password can be guessed from what stands beside it
# description: The password equals the alias, the file's name, or the host name.
# custom:
#   id: MIKS115
#   name: password-same-as-known
#   level: warning
#   severity: 5.9
#   precision: very-high
#   message: "The password of {{title}} is the same word as {{like}}: it is the first that anyone tries."
#   fix: "Set one from a password generator with 'keytool -storepasswd' (in a JKS file the key's too, with -keypasswd)."
#   cwe: [521]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.password_same_as_known

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.password.state == "known"

	# A shipped default is MIKS101, whatever it equals.
	ref.password.password.default == false
	like := words[ref.password_like]
	finding := {
		"at": ref.password.pointer,
		"args": {"title": ref.title, "like": like},
		"repair": {"do": "new-password"},
	}
}

words := {"alias": "its alias", "file": "the file's name", "host": "the host name"}
