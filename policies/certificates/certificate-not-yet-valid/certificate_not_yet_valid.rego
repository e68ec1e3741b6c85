# METADATA
# scope: package
# title: Certificate is not valid yet
# description: A certificate of the chain that the server uses begins to be valid later.
# custom:
#   id: MIKS303
#   name: certificate-not-yet-valid
#   level: error
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} is valid from {{day}} only ({{subject}}): until then clients that verify it refuse the connection."
#   fix: "Use the certificate that is valid today until then, or check the clock of the machine that made this one."
#   variants:
#     internal:
#       level: note
#       message: "The {{which}} of '{{alias}}' in {{title}} is valid from {{day}} only ({{subject}}). Encryption with it goes on all the same."
#   standards: ["RFC 5280 4.1.2.5"]
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.certificate_not_yet_valid

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	early := [{"cert": cert, "index": i} | some i, cert in key.chain; cert.seconds_to_start > 0]
	first := early[0]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"variant": variant(ref),
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, first.index),
			"presented": lib.presented(key),
			"day": lib.day(first.cert.not_before),
			"subject": first.cert.subject,
		},
		"repair": {"do": "new-certificate", "alias": key.alias},
	}
}

variant(ref) := "internal" if ref.role == "internal"

else := ""
