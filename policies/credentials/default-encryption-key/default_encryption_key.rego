# METADATA
# scope: package
# title: Symmetric encryption uses the shipped key
# description: The symmetric crypto provider is selected, and its key is the literal that every installation ships with, or stands in the file in clear text.
# custom:
#   id: MIKS116
#   name: default-encryption-key
#   level: error
#   severity: 9.1
#   precision: very-high
#   message: "The symmetric crypto provider encrypts with the key that every Micro Integrator ships with{{inherited}}: everyone can decrypt what it encrypted."
#   fix: "Set '{{key}}' to a random key of your own by $secret{…} or $env{…}, and encrypt anew."
#   variants:
#     clear:
#       level: warning
#       message: "The key of the symmetric crypto provider stands here in clear text: everyone who can read the file can decrypt what it encrypted."
#   cwe: [798, 321]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.default_encryption_key

import data.mikscheck.lib

findings contains finding if {
	lib.symmetric_provider
	value := lib.options.encryption_key
	value.state == "known"
	value.clear
	finding := {
		"at": value.pointer,
		"variant": variant(value),
		"args": {"inherited": inherited(value)},
	}
}

inherited(value) := "" if {
	value.written
} else := ", since nothing sets another"

variant(value) := "" if value.password.default

else := "clear"
