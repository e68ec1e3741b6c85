# METADATA
# scope: package
# title: Primary and internal keystore share a password
# description: Two different files open with one password, so that whoever learns it for one has both.
# custom:
#   id: MIKS110
#   name: shared-store-password
#   level: note
#   severity: 3.1
#   precision: very-high
#   message: "The internal keystore has the password of the primary one: whoever learns it for one has both."
#   fix: "Give each store a password of its own ('keytool -storepasswd', key passwords too)."
#   cwe: [1391]
#   needs: [primary.location, internal.location]
#   points_at: use
#   since: 0.1.0
package mikscheck.rules.credentials.shared_store_password

import data.mikscheck.lib

findings contains finding if {
	ref := lib.internal_keystore
	ref.in_force
	ref.base_password.state == "known"
	ref.base_password.value
	lib.same_store(ref, lib.primary_keystore) == false
	finding := {
		"at": ref.password.pointer,
		"args": {"title": ref.title},
		"repair": {"do": "new-password"},
	}
}
