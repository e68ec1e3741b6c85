# METADATA
# scope: package
# title: Store was not inspected
# description: The checker does not know the store's password, so that only what the file shows without it was checked.
# custom:
#   id: MIKS521
#   name: not-inspected
#   level: note
#   precision: very-high
#   message: "{{title}} was not opened, since its password comes by {{via}}, which the checker does not know: only what '{{path}}' shows without it was checked."
#   fix: "Hand it over with {{option}}."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.not_inspected

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.store != ""
	ref.password.state == "unknown"
	ref.problem == ""
	ref.opens_with_default == false
	finding := {
		"at": ref.password.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"via": via(ref.password),
			"path": ref.file.shown,
			"option": option(ref.password),
		},
	}
}

via(value) := value.via if {
	value.via != ""
} else := value.shown

option(value) := sprintf("--secret %s=env:NAME or --secret %s=file:PATH", [name, name]) if {
	startswith(value.via, "$secret{")
	name := trim_suffix(trim_prefix(value.via, "$secret{"), "}")
} else := sprintf("--env %s or --env-file FILE", [name]) if {
	startswith(value.via, "$env{")
	name := trim_suffix(trim_prefix(value.via, "$env{"), "}")
} else := "--env, --sys or --secret"
