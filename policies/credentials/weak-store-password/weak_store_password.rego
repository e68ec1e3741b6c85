# METADATA
# scope: package
# title: Store password is weak
# description: The password is in the list of common passwords or shorter than the limit, so that a copy of the file can be opened by trying.
# custom:
#   id: MIKS109
#   name: weak-store-password
#   level: warning
#   severity: 5.9
#   precision: high
#   message: "The password of {{title}} is {{weakness}}: a copy of the file can be opened by trying."
#   fix: "Set one from a password generator, {{length}} characters or more, with 'keytool -storepasswd' (in a JKS file the key's too, with -keypasswd)."
#   cwe: [521]
#   standards: ["NIST SP 800-63B"]
#   needs: [file]
#   parameters:
#     password_length:
#       type: integer
#       default: 12
#       values: [8, 12, 16, 24]
#       description: least length that passes, in characters; 8, 12, 16 or 24
#   since: 0.1.0
package mikscheck.rules.credentials.weak_store_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.password.state == "known"
	ref.password.password.default == false
	weakness := weak(ref.password.password)
	finding := {
		"at": ref.password.pointer,
		"args": {
			"title": ref.title,
			"weakness": weakness,
			"length": input.settings.password_length,
		},
		"repair": {"do": "new-password"},
	}
}

weak(password) := "one of the most common ones" if password.common

else := sprintf("shorter than %d characters", [input.settings.password_length]) if {
	password.length < input.settings.password_length
}
