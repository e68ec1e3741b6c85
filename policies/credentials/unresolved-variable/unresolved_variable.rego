# METADATA
# scope: package
# title: Variable has no value here
# description: A value of a store comes by $env or $sys, and the checker was not given it, so that what depends on it was not checked. The product itself does not start where it is unset.
# custom:
#   id: MIKS108
#   name: unresolved-variable
#   level: note
#   precision: very-high
#   message: "'{{key}}' comes by ${{kind}}{{{name}}}, for which the checker has no value: what depends on it was not checked. Micro Integrator does not start where it is unset."
#   fix: "Hand it over with {{option}}."
#   variants:
#     artifact:
#       message: "'{{key}}' comes by $SYSTEM:{{name}}, for which the checker has no value: what depends on it was not checked. The artifact is not deployed where it is unset."
#   needs: [file]
#   supersedes: [MIKS521]
#   since: 0.1.0
package mikscheck.rules.credentials.unresolved_variable

findings contains finding if {
	some p in input.placeholders
	p.reason in {"env-not-given", "sys-not-given"}
	p.kind in {"env", "sys"}
	p.store
	finding := {
		"at": p.pointer,
		"args": {"key": p.key, "kind": p.kind, "name": p.name, "option": option(p)},
	}
}

findings contains finding if {
	some p in input.placeholders
	p.reason == "env-not-given"
	p.kind == "system"
	finding := {
		"at": p.pointer,
		"args": {"key": p.key, "name": p.name, "option": option(p)},
		"variant": "artifact",
	}
}

option(p) := sprintf("--env %s, or --env-file FILE with a line %s=…", [p.name, p.name]) if p.kind in {"env", "system"}

else := sprintf("--sys %s=env:NAME or --sys %s=file:PATH", [p.name, p.name])
