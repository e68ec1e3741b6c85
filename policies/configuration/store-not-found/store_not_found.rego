# METADATA
# scope: package
# title: Store file does not exist
# description: The file that the section names is under none of the roots. Where the roots are complete the server will not start.
# custom:
#   id: MIKS501
#   name: store-not-found
#   level: error
#   precision: high
#   message: "'{{path}}', {{title}}, does not exist (looked for {{looked}}): without it {{consequence}}."
#   fix: "Put the store there, or correct '{{key}}'; the path is relative to the MI home."
#   variants:
#     checkout:
#       level: note
#       message: "'{{path}}', {{title}}, is not in this checkout (looked for {{looked}}), so its content was not checked."
#       fix: "If it is mounted at run time, all is well. To have it checked, name a folder that holds it with --allow-outside, or check the MI home itself."
#     copy_missing:
#       level: error
#       message: "'{{path}}', {{title}}, does not exist: {{copy}} copies a file that is not there, so the image will not build."
#       fix: "Put the file where the COPY line takes it from, or correct the line."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.store_not_found

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.location.status == "missing"
	finding := {
		"at": ref.file.pointer,
		"variant": variant(ref),
		"args": {
			"title": ref.title,
			"path": ref.file.shown,
			"looked": concat(", ", ref.location.looked),
			"copy": ref.location.copy_missing,
			"consequence": lib.consequence(ref),
		},
	}
}

variant(ref) := "copy_missing" if {
	ref.location.copy_missing != ""
} else := "checkout" if {
	input.target.roots_complete == false
} else := ""
