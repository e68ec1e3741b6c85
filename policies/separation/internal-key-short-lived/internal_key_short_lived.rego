# METADATA
# scope: package
# title: Internal certificate ends within two years
# description: The internal certificate is not the primary one and ends soon. Data that is encrypted with its key becomes unreadable when the key is replaced along with it.
# custom:
#   id: MIKS206
#   name: internal-key-short-lived
#   level: note
#   precision: very-high
#   message: "The internal certificate '{{alias}}' ends on {{day}}, in {{days}} days: data encrypted with its key becomes unreadable if the key is replaced with it."
#   fix: "Renew the certificate for the same key ('keytool -selfcert -validity …'); a new key would make what is encrypted unreadable."
#   needs: [internal.entry]
#   supersedes: [MIKS304]
#   parameters:
#     internal_days:
#       type: integer
#       default: 730
#       description: least remaining validity that passes, in days
#   since: 0.1.0
package mikscheck.rules.separation.internal_key_short_lived

import data.mikscheck.lib

findings contains finding if {
	ref := lib.internal_keystore
	ref.in_force
	key := lib.configured_key(ref)
	cert := key.chain[0]
	cert.seconds_left > 0
	cert.seconds_left <= input.settings.internal_days * 86400
	lib.same_store(ref, lib.primary_keystore) == false
	other_certificate(cert)
	finding := {
		"at": ref.alias.pointer,
		"args": {
			"alias": key.alias,
			"day": lib.day(cert.not_after),
			"days": lib.days(cert.seconds_left),
		},
		"repair": {"do": "reissue", "alias": key.alias},
	}
}

other_certificate(cert) if {
	lib.configured_key(lib.primary_keystore).chain[0].sha256 != cert.sha256
}

other_certificate(_) if lib.primary_keystore.contents.state == "unknown"
