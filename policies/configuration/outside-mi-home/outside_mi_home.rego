# METADATA
# scope: package
# title: Store lies outside the MI home
# description: The path is absolute or leaves the MI home, so that the installation can't be moved or copied as a whole, and the cipher tool fails on it.
# custom:
#   id: MIKS514
#   name: outside-mi-home
#   level: note
#   precision: very-high
#   message: "'{{path}}', {{title}}, lies outside the MI home: the installation can't be moved as a whole, and the cipher tool fails on such paths."
#   fix: "Keep the store below the MI home (repository/resources/security) and name it relative to that."
#   standards: ["wso2/product-integrator-mi#3129"]
#   needs: [primary.location]
#   since: 0.1.0
package mikscheck.rules.configuration.outside_mi_home

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.location.outside_home
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "path": ref.file.shown},
	}
}
