# METADATA
# scope: package
# title: Store is readable by everyone on the machine
# description: The file's permissions let every user of the machine read a private key, or passwords in clear text.
# custom:
#   id: MIKS113
#   name: world-readable-store
#   level: note
#   severity: 3.3
#   precision: very-high
#   message: "'{{path}}' ({{title}}) holds a private key, and every user of the machine can read it."
#   fix: "Take the permission away: chmod o-rwx '{{path}}'."
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
	finding := lib.at_value(ref.file, {"title": ref.title, "path": ref.file.shown})
}
