# METADATA
# scope: package
# title: Truststore trusts a key that everyone has
# description: "The truststore holds a certificate whose private key is public: whoever has the key can pose as any server with that name, and the truststore lets him."
# custom:
#   id: MIKS204
#   name: default-cert-trusted
#   level: warning
#   severity: 7.4
#   precision: very-high
#   message: "{{title}} trusts '{{alias}}' ({{subject}}), whose private key is public (it is known from {{shipped_in}}): anyone can pose as a server that this one trusts."
#   fix: "Remove it with 'keytool -delete -alias …'; import the certificate of your own server or CA in its place."
#   cwe: [295, 1394]
#   needs: [truststore.contents]
#   since: 0.1.0
package mikscheck.rules.separation.default_cert_trusted

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.truststores
	ref.contents.state == "known"
	anchors := lib.store(ref).known_anchors
	count(anchors) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"alias": concat("', '", [a.alias | some a in anchors]),
			"subject": anchors[0].subject,
			"shipped_in": anchors[0].detail,
		},
		"repair": {"do": "remove", "aliases": [a.alias | some a in anchors], "comment": "Remove what everyone can pose as:"},
	}
}
