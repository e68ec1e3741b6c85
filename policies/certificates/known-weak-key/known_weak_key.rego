# METADATA
# scope: package
# title: Key has a known weakness
# description: "The public key is weak beyond its size: it comes from a flawed library, has exponent 1, or lies on a curve that Java refuses, or shares a prime with another key of the run."
# custom:
#   id: MIKS318
#   name: known-weak-key
#   level: error
#   severity: 7.5
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} has a key that {{weakness}} ({{subject}})."
#   fix: "Make a new key pair with 'keytool -genkeypair -keyalg RSA -keysize 3072' and have it signed."
#   variants:
#     shared-prime:
#       message: "The {{which}} of '{{alias}}' in {{title}} ({{subject}}) has an RSA key that shares a prime with another one, {{other}}: anyone who has both certificates can compute both private keys."
#       fix: "Make a new key pair for both, on a machine whose random numbers you trust, with 'keytool -genkeypair -keyalg RSA -keysize 3072', and have them signed."
#   cwe: [326]
#   standards: ["CVE-2017-15361"]
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.known_weak_key

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	weak := [{"cert": cert, "index": i} | some i, cert in key.chain; cert.weakness != ""]
	first := weak[0]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, first.index),
			"presented": lib.presented(key),
			"weakness": words[first.cert.weakness],
			"subject": first.cert.subject,
		},
		"repair": {"do": "replace-key", "alias": key.alias},
	}
}

words := {
	"roca": "can be computed from its public part (ROCA, CVE-2017-15361)",
	"exponent-1": "has the exponent 1 and so encrypts nothing",
	"refused-curve": "lies on a curve that Java 17 refuses, so that no TLS handshake with it succeeds",
}
