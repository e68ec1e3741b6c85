# METADATA
# scope: package
# title: Server uses a CA certificate as its own
# description: "The certificate that the server uses is marked as that of a certificate authority: its key could sign certificates for anyone."
# custom:
#   id: MIKS316
#   name: ca-certificate-as-leaf
#   level: note
#   severity: 3.1
#   precision: very-high
#   message: "The certificate '{{alias}}' in {{title}} ({{subject}}) is marked CA:TRUE: whoever gets the key can sign certificates for any name."
#   fix: "Have a certificate issued for the server that is no CA (basicConstraints CA:FALSE)."
#   cwe: [295]
#   standards: ["RFC 5280 4.2.1.9"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.ca_certificate_as_leaf

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	cert := key.chain[0]
	cert.is_ca

	# A self-signed certificate is MIKS301, whatever it is marked as.
	cert.self_signed.state == "known"
	cert.self_signed.value == false
	place := lib.key_place(ref)
	finding := {
		"at": place.pointer,
		"args": {"title": ref.title, "alias": key.alias, "subject": cert.subject},
		"repair": {"do": "renew", "alias": key.alias, "extensions": ["bc=ca:false"]},
	}
}
