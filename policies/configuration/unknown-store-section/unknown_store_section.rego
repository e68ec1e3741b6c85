# METADATA
# scope: package
# title: Section that looks like a store section but is none
# description: Micro Integrator reads no such section; it passes over it without a word, and the defaults count instead.
# custom:
#   id: MIKS510
#   name: unknown-store-section
#   level: error
#   precision: high
#   message: "[{{name}}] is no section that Micro Integrator reads{{near}}: everything in it is ignored without a word, and the defaults count instead."
#   fix: "{{repair}}"
#   variants:
#     sibling:
#       level: note
#       message: "[{{name}}] is read by other WSO2 products only; in Micro Integrator it has no effect."
#       fix: "Remove it, so that nobody believes it counts; TLS takes its key from [keystore.primary]."
#   needs: [file]
#   supersedes: [MIKS501, MIKS201]
#   since: 0.1.0
package mikscheck.rules.configuration.unknown_store_section

import data.mikscheck.lib

findings contains finding if {
	some table in input.tables
	table.known == false
	not_sibling(table)
	meant := nearest(table)
	finding := {
		"at": table.pointer,
		"causes": lib.caused_by_default(meant, "file_name"),
		"args": {
			"key": table.name,
			"name": table.name,
			"near": sprintf(" (did you mean [%s]?)", [meant]),
			"repair": sprintf("Rename it to [%s].", [meant]),
		},
		"edits": [{"at": table.pointer, "change": "rename-table", "name": meant} | all_of_a_store(table)],
	}
}

# With other keys in it, it is more than one section.
all_of_a_store(table) if {
	count({key | some key in table.keys} - {"file_name", "location", "password", "alias", "key_password", "type", "algorithm"}) == 0
}

findings contains finding if {
	some table in input.tables
	table.known == false
	sibling(table.name)
	finding := {"at": table.pointer, "variant": "sibling", "args": {"key": table.name, "name": table.name}}
}

# Sections of API Manager and Identity Server.
sibling_sections := {
	"keystore.tls", "keystore.saml", "keystore.tenant", "keystore.wssec", "keystore.oauth", "keystore.userstore",
	"keystore.signing", "keystore.hostname_verification", "keystore.encryption", "keystore.mapping", "keystore.custom",
}

sibling(name) if name in sibling_sections

sibling(name) if startswith(name, "keystore.mapping.")

not_sibling(table) if {
	names := {table.name | sibling(table.name)}
	count(names) == 0
}

nearest(table) := table.nearest if {
	table.nearest != ""
} else := "keystore.primary" if {
	# [keystore] with the keys of a store directly in it
	table.name == "keystore"
	count({"file_name", "password", "alias", "key_password", "type"} & {key | some key in table.keys}) > 0
}
