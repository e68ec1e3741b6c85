# METADATA
# scope: package
# title: Certificate has expired
# description: A certificate of the chain that the server uses has passed its end of validity.
# custom:
#   id: MIKS302
#   name: certificate-expired
#   level: error
#   severity: 6.5
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} expired on {{day}} ({{days}} days ago; {{subject}}): clients that verify it refuse the connection."
#   fix: "Have a new certificate issued for the same key ('keytool -certreq') and import it under the same alias."
#   variants:
#     internal:
#       level: note
#       message: "The {{which}} of '{{alias}}' in {{title}} expired on {{day}} ({{days}} days ago; {{subject}}). Decryption goes on; what is encrypted with this key becomes unreadable if the key is replaced."
#       fix: "Renew the certificate for the same key if your rules ask for it; do not replace the key."
#   cwe: [298]
#   standards: ["RFC 5280 4.1.2.5"]
#   needs: [primary.entry, internal.entry]
#   supersedes: [MIKS206]
#   since: 0.1.0
package mikscheck.rules.certificates.certificate_expired

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	expired := [{"cert": cert, "index": i} | some i, cert in key.chain; cert.seconds_left <= 0]
	first := expired[0]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"variant": variant(ref),
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, first.index),
			"presented": lib.presented(key),
			"day": lib.day(first.cert.not_after),
			"days": lib.days(0 - first.cert.seconds_left),
			"subject": first.cert.subject,
		},
		"repair": {"do": "new-certificate", "alias": key.alias},
	}
}

variant(ref) := "internal" if ref.role == "internal"

else := ""
