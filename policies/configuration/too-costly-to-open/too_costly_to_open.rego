# METADATA
# scope: package
# title: Store would cost too much to open
# description: The file's size, its counts or its iterations lie beyond the checker's limits, so that it was not opened.
# custom:
#   id: MIKS520
#   name: too-costly-to-open
#   level: warning
#   precision: very-high
#   message: "'{{path}}', {{title}}, was not opened ({{detail}}). Such a file slows every start of the server, or was made to exhaust whoever opens it."
#   fix: "Make the store anew with a current JDK, whose defaults suffice."
#   cwe: [400]
#   needs: [primary.store, internal.store, truststore.store]
#   since: 0.1.0
package mikscheck.rules.configuration.too_costly_to_open

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.problem == "too-costly"
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "path": ref.file.shown, "detail": ref.detail},
	}
}
