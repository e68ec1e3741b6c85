# METADATA
# scope: package
# title: Alias is not in the store
# description: The store has no entry with the configured alias.
# custom:
#   id: MIKS504
#   name: alias-not-found
#   level: error
#   precision: very-high
#   message: "{{title}} has no entry '{{alias}}'{{near}}: the server can't find its key."
#   fix: "Write the alias as 'keytool -list' or 'mi-kscheck inspect' shows it."
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.configuration.alias_not_found

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.alias.state == "known"
	ref.contents.state == "known"
	ref.entry.state == "absent"
	finding := {
		"at": ref.alias.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"alias": ref.alias.shown,
			"near": near(ref.entry),
		},
		"edits": edits(ref),
	}
}

# Where the store has one key, it is the one that was meant.
edits(ref) := [{"at": ref.alias.pointer, "change": "set-text", "text": ref.entry.nearest}] if {
	ref.entry.nearest != ""
	count(lib.store(ref).private_keys) == 1
} else := []

near(entry) := sprintf(" (did you mean '%s'?)", [entry.nearest]) if {
	entry.nearest != ""
} else := " (it holds no private key)"
