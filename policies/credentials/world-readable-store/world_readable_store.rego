# METADATA
# scope: package
# title: Store is readable by everyone on the machine
# description: The permissions of a store with a private key, or of a deployment.toml with passwords in clear text, let every user of the machine read it.
# custom:
#   id: MIKS113
#   name: world-readable-store
#   level: note
#   severity: 3.3
#   precision: very-high
#   message: "'{{path}}' ({{title}}) holds a private key, and every user of the machine can read it."
#   fix: "Take the permission away from the others (chmod o-rwx)."
#   variants:
#     file:
#       message: "This file holds passwords in clear text, and every user of the machine can read it."
#       fix: "Take the permission away from the others (chmod o-rwx), and encrypt the passwords."
#   cwe: [732]
#   needs: [primary.contents]
#   since: 0.1.0
package mikscheck.rules.credentials.world_readable_store

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.location.others_read
	ref.location.work_tree == false
	ref.contents.state == "known"
	count(lib.store(ref).private_keys) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "path": ref.file.shown},
		"repair": {"do": "keep-private"},
	}
}

findings contains finding if {
	input.target.others_read
	input.target.work_tree == false
	clear := [value.key |
		some ref in input.references
		lib.in_other_file(ref) == false
		some value in [ref.password, ref.key_password]
		value.written
		value.clear
	]
	count(clear) > 0
	finding := {
		"at": "/file",
		"variant": "file",
		"args": {"key": ""},
		"repair": {"do": "keep-private"},
	}
}
