# METADATA
# scope: package
# title: Primary keystore also serves as internal keystore
# description: The key that encrypts secrets and internal data is the TLS key. Renewing the TLS certificate with a new key then makes the encrypted data unreadable.
# custom:
#   id: MIKS201
#   name: shared-internal-store
#   level: warning
#   severity: 5.3
#   precision: very-high
#   message: "The internal keystore is the primary keystore{{how}}: the TLS key also encrypts secrets and internal data, so that replacing it for a new certificate makes them unreadable."
#   fix: "Make a keystore of its own for [keystore.internal], with an RSA key that stays when TLS certificates are renewed."
#   cwe: [323]
#   needs: [file]
#   points_at: use
#   supersedes: [MIKS202]
#   since: 0.1.0
package mikscheck.rules.separation.shared_internal_store

import data.mikscheck.lib

findings contains finding if {
	lib.internal_keystore.in_force
	lib.same_store(lib.internal_keystore, lib.primary_keystore)
	finding := {
		"at": place.pointer,
		"args": {"how": how},
		"repair": {"do": "new-key", "section": lib.internal_keystore.section},
	}
}

place := lib.internal_keystore.file if {
	lib.internal_keystore.file.written
} else := lib.primary_keystore.file

how := " (nothing sets keystore.internal.file_name, so it inherits the primary's)" if {
	lib.internal_keystore.file.written == false
} else := " (another file with the same content)" if {
	lib.internal_keystore.location.uri != lib.primary_keystore.location.uri
} else := ""
