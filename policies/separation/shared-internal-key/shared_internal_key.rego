# METADATA
# scope: package
# title: Primary and internal keystore hold the same key
# description: The internal keystore is another file, but its key is the primary's, so that nothing is separated.
# custom:
#   id: MIKS202
#   name: shared-internal-key
#   level: warning
#   severity: 5.3
#   precision: very-high
#   message: "The internal key '{{alias}}' is the same key as the primary's '{{primary_alias}}': the TLS key also encrypts secrets and internal data, so that replacing it for a new certificate makes them unreadable."
#   fix: "Make a key pair of its own for the internal keystore with 'keytool -genkeypair -keyalg RSA'."
#   cwe: [323]
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.separation.shared_internal_key

import data.mikscheck.lib

findings contains finding if {
	lib.internal_keystore.in_force
	primary := lib.configured_key(lib.primary_keystore)
	internal := lib.configured_key(lib.internal_keystore)
	primary.chain[0].spki != ""
	primary.chain[0].spki == internal.chain[0].spki

	# One file for both is MIKS201.
	lib.same_store(lib.primary_keystore, lib.internal_keystore) == false
	finding := {
		"at": lib.internal_keystore.alias.pointer,
		"args": {"alias": internal.alias, "primary_alias": primary.alias},
		"repair": {"do": "new-key"},
	}
}
