# METADATA
# scope: package
# title: Certificate is signed with a broken hash
# description: A certificate of the chain that the server uses carries an MD2, MD4, MD5 or SHA-1 signature, which can be forged.
# custom:
#   id: MIKS306
#   name: weak-signature
#   level: warning
#   severity: 7.4
#   precision: very-high
#   message: "The {{which}} of '{{alias}}' in {{title}}{{presented}} is signed with {{algorithm}} ({{subject}}), which can be forged; OpenSSL, Go and browsers refuse it, Java 17 in part."
#   fix: "Have it issued anew with SHA-256 ('keytool -certreq' and your CA)."
#   cwe: [327, 328]
#   standards: ["NIST SP 800-131A", "RFC 6194"]
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.weak_signature

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	weak := [{"cert": cert, "index": i} | some i, cert in key.chain; broken(cert)]
	first := weak[0]
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {
			"title": ref.title,
			"alias": key.alias,
			"which": lib.place_in_chain(key, first.index),
			"presented": lib.presented(key),
			"algorithm": first.cert.signature,
			"subject": first.cert.subject,
		},
		"repair": {"do": "new-certificate", "alias": key.alias},
	}
}

# The signature of a self-signed certificate proves nothing, so that its hash does not matter.
broken(cert) if {
	cert.self_signed.state == "known"
	cert.self_signed.value == false
	strings.any_prefix_match(upper(cert.signature), ["MD2", "MD4", "MD5", "SHA1"])
}
