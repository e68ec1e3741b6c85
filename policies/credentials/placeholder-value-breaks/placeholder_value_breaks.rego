# METADATA
# scope: package
# title: Value of a variable breaks the start
# description: The value that was handed over for $sys, or before 4.5 for $env, holds a backslash, or '$' and a letter; the product's replacement drops the one and stops at the other.
# custom:
#   id: MIKS119
#   name: placeholder-value-breaks
#   level: error
#   precision: very-high
#   message: "The value of ${{kind}}{{{name}}} for '{{key}}' holds a backslash, or '$' and a letter: the product's replacement changes it, or the start breaks. The value is not shown."
#   fix: "Choose a value without backslashes and dollar signs."
#   needs: [file]
#   supersedes: [MIKS502, MIKS506]
#   since: 0.1.0
package mikscheck.rules.credentials.placeholder_value_breaks

import data.mikscheck.lib

findings contains finding if {
	some p in input.placeholders
	p.breaks
	finding := {
		"at": p.pointer,
		"causes": lib.values_from(p),
		"args": {"key": p.key, "kind": p.kind, "name": p.name},
	}
}
