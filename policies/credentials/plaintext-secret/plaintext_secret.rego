# METADATA
# scope: package
# title: Secret is not encrypted yet
# description: A value in [secrets] still stands in brackets in plain text; the cipher tool has not run over the file.
# custom:
#   id: MIKS105
#   name: plaintext-secret
#   level: warning
#   severity: 6.5
#   precision: very-high
#   message: "The secret '{{alias}}' is still plain text in brackets: the cipher tool has not run, and everyone who can read the file has it."
#   fix: "Run the cipher tool (bin/ciphertool.sh -Dconfigure) before the file leaves your machine, and change the secret if it has left it already."
#   variants:
#     used:
#       level: error
#       message: "The secret '{{alias}}' is still plain text in brackets, and '{{used_by}}' refers to it: Micro Integrator can't use it (\"Secret references can't be plain text\")."
#   cwe: [312]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.plaintext_secret

findings contains finding if {
	some secret in input.secrets
	secret.form == "plain"
	finding := {
		"at": secret.pointer,
		"variant": variant(secret),
		"args": {"alias": secret.alias, "used_by": secret.used_by},
	}
}

variant(secret) := "used" if secret.used

else := ""
