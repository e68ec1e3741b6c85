# METADATA
# scope: package
# title: Secret is no text
# description: A value in [secrets] or [runtime_secrets] is no string; Micro Integrator reads strings only there and does not start.
# custom:
#   id: MIKS118
#   name: secret-not-text
#   level: error
#   precision: very-high
#   message: "'{{name}}' in [{{section}}] is no string: Micro Integrator reads strings only there, and does not start."
#   fix: "Put it in double quotes (enable = \"true\")."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.secret_not_text

findings contains finding if {
	some secret in input.secrets
	secret.form == "not-text"
	startswith(input.target.version, "1.") == false
	finding := {"at": secret.pointer, "args": {"name": secret.alias, "section": secret.section}, "edits": [{"at": secret.pointer, "change": "quote-value"}]}
}
