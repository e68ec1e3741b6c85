# METADATA
# scope: package
# title: Secret alias that can not be looked up
# description: An alias in [secrets] has characters that the product's vault lookup or its generated properties file can't carry, so that the secret never resolves.
# custom:
#   id: MIKS111
#   name: invalid-secret-alias
#   level: error
#   precision: very-high
#   message: "The secret alias '{{alias}}' has characters that the product's vault can't carry: it never resolves."
#   fix: "Name it with letters, digits, underscores and dashes only, here and in every $secret{…}."
#   standards: ["wso2/api-manager#1005"]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.invalid_secret_alias

findings contains finding if {
	some secret in input.secrets
	secret.section == "secrets"
	bad(secret)
	finding := {"at": secret.pointer, "args": {"alias": secret.alias}}
}

bad(secret) if regex.match(allowed(secret), secret.alias) == false

# Before 4.5 an alias that TOML must quote keeps its quotes and is never found.
bad(secret) if {
	quoted_breaks
	regex.match(`^[A-Za-z0-9_-]+$`, secret.alias) == false
}

allowed(secret) := `^[A-Za-z0-9_.:#-]+$` if {
	secret.runtime
} else := `^[A-Za-z0-9_.-]+$`

quoted_breaks if {
	some old in ["1.", "4.0", "4.1", "4.2", "4.3", "4.4"]
	startswith(input.target.version, old)
}
