# METADATA
# scope: package
# title: Key in a store section that the product ignores
# description: Micro Integrator reads no such key; it passes over it without a word and takes the default instead.
# custom:
#   id: MIKS509
#   name: unknown-store-key
#   level: error
#   precision: high
#   message: "'{{name}}' in [{{section}}] is no key that Micro Integrator reads{{near}}: it is ignored without a word, and the default counts instead."
#   fix: "{{repair}}"
#   needs: [file]
#   supersedes: [MIKS501, MIKS201]
#   since: 0.1.0
package mikscheck.rules.configuration.unknown_store_key

import data.mikscheck.lib

findings contains finding if {
	some key in input.keys
	key.known == false
	finding := {
		"at": key.pointer,
		"causes": lib.caused_by_default(key.section, key.nearest),
		"args": {
			"key": sprintf("%s.%s", [key.section, key.name]),
			"name": key.name,
			"section": key.section,
			"near": near(key),
			"repair": repair(key),
		},
		"edits": [{"at": key.pointer, "change": "rename-key", "name": key.nearest} | key.nearest != ""],
	}
}

near(key) := sprintf(" (did you mean '%s'?)", [key.nearest]) if {
	key.nearest != ""
} else := ""

repair(key) := sprintf("Rename it to '%s'.", [key.nearest]) if {
	key.nearest != ""
} else := "Remove it, or put it where it belongs."
