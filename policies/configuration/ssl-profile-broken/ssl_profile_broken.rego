# METADATA
# scope: package
# title: SSL profiles can't be read
# description: The file of SSL profiles that a listener or sender names does not exist, is no XML, or has a profile without the elements that the product insists on.
# custom:
#   id: MIKS515
#   name: ssl-profile-broken
#   level: error
#   precision: very-high
#   message: "{{detail}} {{consequence}}."
#   fix: "Correct the file: a profile has its address, its KeyStore has Location, Type, Password and KeyPassword, and its TrustStore the first three."
#   variants:
#     missing:
#       message: "'{{path}}', the SSL profiles that '{{key}}' names, does not exist (looked for {{looked}}){{absolute}}. {{consequence}}."
#       fix: "Put the file there, or correct '{{key}}'; the path is relative to the MI home."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.ssl_profile_broken

findings contains finding if {
	some file in input.profiles
	file.in_force
	file.status == "missing"

	# In a checkout it may come from elsewhere.
	input.target.roots_complete
	finding := {
		"at": file.path.pointer,
		"variant": "missing",
		"args": {
			"path": file.path.shown,
			"looked": concat(", ", file.looked),
			"absolute": absolute(file.path.shown),
			"consequence": consequences[file.side].file,
		},
	}
}

findings contains finding if {
	some file in input.profiles
	file.in_force
	some problem in file.problems
	some consequence in consequence_of(file, problem)
	finding := {
		"at": problem.pointer,
		"args": {"key": file.path.key, "detail": problem.detail, "consequence": consequence},
	}
}

# What the checker itself does not read says nothing of the product.
consequence_of(file, problem) := [consequences[file.side].file] if {
	problem.kind == "syntax"
} else := [consequences[file.side].profile] if {
	problem.kind == "missing"
	problem.profile != ""
} else := ["Nothing of it counts"] if {
	problem.kind == "missing"
} else := []

consequences := {
	"listener": {
		"file": "The server logs an error and the listener runs without profiles, on its own keystore",
		"profile": "The listener does not start",
	},
	"sender": {
		"file": "The sender fails with a NullPointerException when it starts",
		"profile": "The sender does not start",
	},
}

absolute(path) := "; an absolute path is appended to the MI home too" if {
	startswith(path, "/")
} else := ""
