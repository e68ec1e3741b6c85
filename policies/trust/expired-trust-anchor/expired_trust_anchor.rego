# METADATA
# scope: package
# title: Truststore holds expired certificates
# description: Certificates of the truststore have passed their end of validity. Java accepts an expired root as an anchor, but auditors ask for them.
# custom:
#   id: MIKS403
#   name: expired-trust-anchor
#   level: note
#   precision: very-high
#   message: "{{title}} holds expired certificates ({{count}}): {{list}}. Java still accepts them as anchors; they hide what is really trusted."
#   fix: "Remove those that nothing needs with 'keytool -delete -alias …'."
#   cwe: [298]
#   standards: ["RFC 5280 6.1"]
#   needs: [truststore.contents]
#   since: 0.1.0
package mikscheck.rules.trust.expired_trust_anchor

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.truststores
	ref.contents.state == "known"
	anchors := lib.store(ref).expired_anchors
	count(anchors) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"count": count(anchors),
			"list": lib.named_list(anchors),
		},
		"repair": {"do": "remove", "aliases": [a.alias | some a in anchors], "comment": "Remove those that nothing needs:"},
	}
}
