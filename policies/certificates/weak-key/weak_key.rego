# METADATA
# scope: package
# title: Key is too short
# description: A key of the chain that the server uses is RSA or DSA below 2048 bits, or an elliptic curve below 224 bits.
# custom:
#   id: MIKS305
#   name: weak-key
#   level: error
#   severity: 7.5
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} has a key of {{bits}} bits ({{algorithm}}; {{subject}}), which can be broken; current clients refuse it."
#   fix: "Make a new key pair (RSA 2048 bits or more, EC 256 or more) with 'keytool -genkeypair' and have it signed."
#   cwe: [326]
#   standards: ["NIST SP 800-131A"]
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.weak_key

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	weak := [{"cert": cert, "index": i} | some i, cert in key.chain; too_short(cert)]
	first := weak[0]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, first.index),
			"presented": lib.presented(key),
			"bits": first.cert.key_bits,
			"algorithm": first.cert.key_algorithm,
			"subject": first.cert.subject,
		},
		"repair": {"do": "replace-key", "alias": key.alias},
	}
}

least := {"RSA": 2048, "RSASSA-PSS": 2048, "DSA": 2048, "EC": 224}

too_short(cert) if {
	cert.key_bits > 0
	cert.key_bits < least[cert.key_algorithm]
}
