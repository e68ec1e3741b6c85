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
#   standards: ["WSO2 production security guidelines", "NIST SP 800-57 part 1, 5.2"]
#   needs: [file]
#   points_at: use
#   supersedes: [MIKS202]
#   since: 0.1.0
package mikscheck.rules.separation.shared_internal_store

import data.mikscheck.lib

findings contains finding if {
	lib.internal.in_force
	how := shared
	finding := lib.at_value(place, {"how": how})
}

# The same path, whether the section is absent, refers to the primary's value, or names it again.
shared := how if {
	lib.internal.file.state == "known"
	lib.primary.file.state == "known"
	lib.internal.file.tainted == false
	lib.primary.file.tainted == false
	lib.internal.file.text == lib.primary.file.text
	how := {true: "", false: " (nothing sets keystore.internal.file_name, so it inherits the primary's)"}[lib.internal.file.written]
} else := "" if {
	lib.internal.file.root == lib.primary.file.root
} else := "" if {
	same_path
} else := " (another file with the same content)" if {
	lib.internal.store != ""
	lib.internal.store == lib.primary.store
}

same_path if {
	lib.internal.location.uri != ""
	lib.internal.location.uri == lib.primary.location.uri
}

place := lib.internal.file if {
	lib.internal.file.written
} else := lib.primary.file
