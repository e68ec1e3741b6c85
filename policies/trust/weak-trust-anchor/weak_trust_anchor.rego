# METADATA
# scope: package
# title: Truststore holds weak certificates
# description: Anchors of the truststore have RSA keys below 2048 bits, or are signed with MD5 without being roots.
# custom:
#   id: MIKS404
#   name: weak-trust-anchor
#   level: note
#   severity: 3.7
#   precision: very-high
#   message: "{{title}} holds weak anchors ({{count}}): {{list}}. Whoever breaks such a key can pose as any server."
#   fix: "Remove those that nothing needs with 'keytool -delete -alias …'."
#   cwe: [326]
#   standards: ["NIST SP 800-131A"]
#   needs: [truststore.contents]
#   since: 0.1.0
package mikscheck.rules.trust.weak_trust_anchor

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.truststores
	ref.contents.state == "known"
	anchors := lib.store(ref).weak_anchors
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
