# METADATA
# scope: package
# title: Secret does not exist
# description: A $secret reference names an alias that neither [secrets] nor [runtime_secrets] provides.
# custom:
#   id: MIKS106
#   name: unresolved-secret
#   level: error
#   precision: very-high
#   message: "'{{key}}' refers to the secret '{{name}}', which neither [secrets] nor [runtime_secrets] has{{near}}: Micro Integrator can't resolve it, and does not start unless it met a valid reference before."
#   fix: "Add '{{name}}' to [secrets] and run the cipher tool, or correct the name."
#   variants:
#     stops:
#       message: "'{{key}}' refers to the secret '{{name}}', which neither [secrets] nor [runtime_secrets] has{{near}}: Micro Integrator does not start (\"Secret references can't be resolved\")."
#   needs: [file]
#   supersedes: [MIKS521]
#   since: 0.1.0
package mikscheck.rules.credentials.unresolved_secret

findings contains finding if {
	some p in input.placeholders
	p.kind == "secret"
	p.reason == "secret-missing"
	finding := {
		"at": p.pointer,
		"variant": variant,
		"args": {"key": p.key, "name": p.name, "near": near(p)},
	}
}

near(p) := sprintf(" (did you mean '%s'?)", [p.nearest]) if {
	p.nearest != ""
} else := ""

# Some other reference is valid; which of them the product meets first is up to its hash order.
valid_elsewhere if {
	some p in input.placeholders
	p.kind == "secret"
	p.reason != "secret-missing"
}

variant := "" if valid_elsewhere

else := "stops"
