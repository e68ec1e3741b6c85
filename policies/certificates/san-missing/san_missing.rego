# METADATA
# scope: package
# title: Certificate has no subject alternative name
# description: The primary certificate names its host in the subject only, which current clients do not look at.
# custom:
#   id: MIKS309
#   name: san-missing
#   level: warning
#   precision: very-high
#   message: "The primary certificate '{{alias}}' ({{subject}}) has no subjectAltName: browsers and most current clients look at nothing else, and refuse it."
#   fix: "Have one issued with subject alternative names ('keytool -certreq -ext san=dns:…')."
#   standards: ["RFC 9525 1.2"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.san_missing

import data.mikscheck.lib

findings contains finding if {
	ref := lib.primary_keystore
	ref.in_force
	key := lib.configured_key(ref)
	key.chain[0].has_san == false
	lib.store(ref).format != ""
	finding := {
		"at": ref.alias.pointer,
		"args": {"alias": key.alias, "subject": key.chain[0].subject},
		"repair": {"do": "renew", "alias": key.alias},
	}
}
