# METADATA
# scope: package
# title: Issuer in the chain may not issue
# description: A certificate of the chain that issues another is no CA, may not sign certificates, or exceeds a path length, so that no client accepts the chain.
# custom:
#   id: MIKS317
#   name: issuer-not-a-ca
#   level: warning
#   precision: very-high
#   message: "In the chain of '{{alias}}' in {{title}}, '{{subject}}' issued '{{issued}}' but {{why}}: clients that verify the chain refuse it."
#   fix: "Have the certificate issued by a proper (intermediate) CA."
#   cwe: [295]
#   standards: ["RFC 5280 6.1.4"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.issuer_not_a_ca

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	some bad in key.links.bad_issuers
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"subject": bad.subject,
			"issued": bad.issued,
			"why": reasons[bad.reason],
		},
		"repair": {"do": "renew", "alias": key.alias},
	}
}

reasons := {
	"issuer-not-ca": "is not marked as a CA",
	"key-usage": "its key usage lacks keyCertSign",
	"path-length": "its path length does not allow that",
}
