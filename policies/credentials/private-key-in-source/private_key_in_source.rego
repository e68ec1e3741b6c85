# METADATA
# scope: package
# title: Private key is under version control
# description: A store with a private key is tracked by git, so that everyone with a copy of the repository has it, also after it is deleted.
# custom:
#   id: MIKS114
#   name: private-key-in-source
#   level: warning
#   severity: 5.9
#   precision: very-high
#   message: "'{{path}}' ({{title}}) holds the private key '{{alias}}' and is tracked by git: everyone with a copy of the repository has it, also after it is deleted."
#   fix: "Take it out of the repository ('git rm --cached'), mount it at run time, and replace the key: it has been seen."
#   cwe: [312, 540]
#   needs: [primary.contents, internal.contents]
#   since: 0.1.0
package mikscheck.rules.credentials.private_key_in_source

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.location.tracked
	ref.contents.state == "known"

	# A key that everyone has anyway is MIKS203.
	keys := [key | some key in lib.store(ref).private_keys; public(key) == false]
	count(keys) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": ref.title,
			"path": ref.file.shown,
			"alias": concat("', '", [key.alias | some key in keys]),
		},
		"repair": {"do": "untrack"},
	}
}

public(key) if {
	key.leaf.known.shipped_in != ""
} else := false
