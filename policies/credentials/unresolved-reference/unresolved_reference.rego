# METADATA
# scope: package
# title: Reference leads nowhere
# description: A $ref names a key that nothing sets, refers to itself in a circle, or stands in an array of tables, where the product leaves the text as it is.
# custom:
#   id: MIKS107
#   name: unresolved-reference
#   level: error
#   precision: very-high
#   message: "'{{key}}' refers to '{{name}}', which nothing sets{{near}}: Micro Integrator does not start."
#   fix: "Correct the name: $ref takes the whole flat key, as in $ref{keystore.primary.file_name}."
#   variants:
#     circle:
#       message: "'{{key}}' refers to '{{name}}', which leads back to it: Micro Integrator does not start."
#       fix: "Write a value at one of the keys of the circle."
#     in_array:
#       message: "'{{key}}' holds $ref{{{name}}} inside an array of tables, where Micro Integrator does not resolve it: the text is used as it stands."
#       fix: "Write the value itself, or name it by $env{…} or $secret{…}."
#   needs: [file]
#   supersedes: [MIKS521]
#   since: 0.1.0
package mikscheck.rules.credentials.unresolved_reference

findings contains finding if {
	some p in input.placeholders
	p.kind == "ref"
	variant := variants[p.reason]
	root_fault(p)
	finding := {
		"at": p.pointer,
		"variant": variant,
		"args": {"key": p.key, "name": p.name, "near": near(p)},
	}
}

variants := {
	"ref-missing": "",
	"ref-circle": "circle",
	"ref-in-array": "in_array",
}

# A reference to a key whose own reference leads nowhere is said there.
root_fault(p) if p.reason != "ref-missing"

root_fault(p) if {
	p.reason == "ref-missing"
	broken := {q.key | some q in input.placeholders; q.kind == "ref"; q.reason == "ref-missing"}
	count({p.name} & broken) == 0
}

near(p) := sprintf(" (did you mean '%s'?)", [p.nearest]) if {
	p.nearest != ""
} else := ""
