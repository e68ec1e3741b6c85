# METADATA
# scope: package
# title: Section names another file and leaves the rest as it was
# description: "A section changes the file but inherits password, alias or key password from another section or from the shipped store: each key has a default of its own."
# custom:
#   id: MIKS511
#   name: partial-store-section
#   level: warning
#   precision: very-high
#   message: "[{{section}}] names its own file but leaves {{missing}} to the {{defaults}}: each key defaults alone, so that the values of another store are used for this one."
#   fix: "State {{missing}} of this store too."
#   variants:
#     fails:
#       level: error
#       message: "[{{section}}] names its own file but leaves {{missing}} to the {{defaults}}, which do not fit it: the server does not start."
#   standards: ["wso2/docs-apim#8032"]
#   needs: [file]
#   points_at: use
#   supersedes: [MIKS502, MIKS504, MIKS506]
#   since: 0.1.0
package mikscheck.rules.configuration.partial_store_section

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	"file_name" in ref.keys_written
	lacking := needed[ref.role] - {name | some name in ref.keys_written}
	count(lacking) > 0
	changed(ref)
	missing := [name | some name in ["password", "alias", "key_password"]; name in lacking]
	finding := {
		"at": ref.header,
		"variant": variant(ref),
		"causes": [ref.password.pointer, ref.alias.pointer, ref.key_password.pointer],
		"args": {
			"key": ref.section,
			"section": ref.section,
			"missing": concat(", ", missing),
			"defaults": defaults[ref.role],
		},
	}
}

needed := {
	"primary": {"password", "alias", "key_password"},
	"internal": {"password", "alias", "key_password"},
	"truststore": {"password"},
}

defaults := {
	"primary": "values of the shipped keystore",
	"internal": "values of [keystore.primary]",
	"truststore": "value of the shipped truststore",
}

# Another file than the one whose values would be inherited.
changed(ref) if {
	ref.role == "internal"
	lib.same_store(ref, lib.primary_keystore) == false
}

changed(ref) if {
	ref.role == "primary"
	ref.file.shown != "repository/resources/security/wso2carbon.jks"
}

changed(ref) if {
	ref.role == "truststore"
	ref.file.shown != "repository/resources/security/client-truststore.jks"
}

# Where what is inherited is known not to fit, the server does not start.
variant(ref) := "fails" if {
	ref.problem == "wrong-password"
} else := "fails" if {
	ref.contents.state == "known"
	ref.entry.state == "absent"
	ref.trust == false
} else := "fails" if {
	some key in ref.keys
	key.opens.state == "known"
	key.opens.value == false
} else := ""
