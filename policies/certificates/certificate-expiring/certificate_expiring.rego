# METADATA
# scope: package
# title: Certificate expires soon
# description: A certificate of the chain that the server uses ends within the time that a renewal takes.
# custom:
#   id: MIKS304
#   name: certificate-expiring
#   level: warning
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} expires on {{day}}, in {{days}} days ({{subject}}): from then on clients that verify it refuse the connection."
#   fix: "Renew it now: have a new certificate issued for the same key ('keytool -certreq') and import it under the same alias."
#   variants:
#     notice:
#       level: note
#       message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} expires on {{day}}, in {{days}} days ({{subject}})."
#       fix: "Plan its renewal: have a new certificate issued for the same key ('keytool -certreq') and import it under the same alias."
#     internal:
#       level: note
#       message: "The {{which}} of '{{alias}}' in {{title}} expires on {{day}}, in {{days}} days ({{subject}}). Decryption goes on after that; what is encrypted with this key becomes unreadable if the key is replaced."
#       fix: "Renew the certificate for the same key if your rules ask for it; do not replace the key."
#   standards: ["RFC 5280 4.1.2.5"]
#   needs: [primary.entry, internal.entry]
#   parameters:
#     expiring_days:
#       type: integer
#       default: 30
#       description: days before the end of validity from which it is a warning
#     expiring_notice_days:
#       type: integer
#       default: 90
#       description: days before the end of validity from which it is a note
#   since: 0.1.0
package mikscheck.rules.certificates.certificate_expiring

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	soonest := min([cert.seconds_left | some cert in key.chain])

	# A chain with an expired certificate is MIKS302.
	soonest > 0
	soonest <= max([input.settings.expiring_days, input.settings.expiring_notice_days]) * 86400
	index := min([i | some i, cert in key.chain; cert.seconds_left == soonest])
	cert := key.chain[index]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"variant": variant(ref, soonest),
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, index),
			"presented": lib.presented(key),
			"day": lib.day(cert.not_after),
			"days": lib.days(soonest),
			"subject": cert.subject,
		},
		"repair": {"do": "new-certificate", "alias": key.alias},
	}
}

variant(ref, soonest) := "internal" if ref.role == "internal"

else := "" if {
	soonest <= input.settings.expiring_days * 86400
} else := "notice"
