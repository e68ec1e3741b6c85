# METADATA
# scope: package
# title: Path has backslashes
# description: The path did parse, but its backslashes are separators on Windows only, or became control characters because TOML read them as escapes.
# custom:
#   id: MIKS517
#   name: backslash-path
#   level: warning
#   precision: very-high
#   message: "'{{path}}', {{title}}, is written with backslashes: it leads nowhere but on Windows."
#   fix: "Write it with forward slashes, which Java takes on Windows too."
#   variants:
#     control:
#       level: error
#       message: "The path of {{title}} holds control characters: TOML read \\\\t, \\\\n or \\\\r in it as escapes, so that it leads nowhere."
#   needs: [file]
#   supersedes: [MIKS501]
#   since: 0.1.0
package mikscheck.rules.configuration.backslash_path

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.file.state == "known"
	ref.file.backslash
	finding := {
		"at": ref.file.pointer,
		"causes": [ref.file.pointer],
		"args": {"title": ref.title, "path": ref.file.shown},
		"edits": edits(ref),
	}
}

findings contains finding if {
	some ref in lib.in_force
	ref.file.state == "known"
	ref.file.control
	finding := {
		"at": ref.file.pointer,
		"variant": "control",
		"causes": [ref.file.pointer],
		"args": {"title": ref.title},
		"edits": edits(ref),
	}
}

edits(ref) := [{"at": ref.file.pointer, "change": "slashes"}]
