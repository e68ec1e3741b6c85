# METADATA
# scope: package
# title: Secret is neither plain nor encrypted
# description: "A value in [secrets] is no bracketed plain text, no variable, and no result of the cipher tool: a plain secret left in the file, or one that can not be decrypted."
# custom:
#   id: MIKS117
#   name: malformed-secret
#   level: warning
#   severity: 6.5
#   precision: very-high
#   message: "The secret '{{alias}}' is {{what}}: either a plain secret left in the file, or one that the product can't decrypt."
#   fix: "Write it in brackets (\"[…]\") and run the cipher tool; change it if it was plain."
#   cwe: [312]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.malformed_secret

import data.mikscheck.lib

findings contains finding if {
	some secret in input.secrets
	what := malformed(secret)
	finding := {"at": secret.pointer, "args": {"alias": secret.alias, "what": what}}
}

malformed(secret) := "neither bracketed plain text, nor a variable, nor Base64" if {
	secret.form == "other"
} else := sprintf("Base64 of %d bytes, which no RSA key gives", [secret.bytes]) if {
	secret.form == "encrypted"
	sizes := {size | some size in lib.modulus_sizes; size == secret.bytes}
	count(sizes) == 0
}
