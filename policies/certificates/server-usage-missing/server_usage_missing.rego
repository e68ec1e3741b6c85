# METADATA
# scope: package
# title: Certificate is not made for a server
# description: The primary certificate's key usage or extended key usage does not allow it to serve TLS.
# custom:
#   id: MIKS310
#   name: server-usage-missing
#   level: warning
#   precision: very-high
#   message: "The primary certificate '{{alias}}' ({{subject}}) is not made for a TLS server: {{why}}. Clients that check it refuse the connection."
#   fix: "Have one issued with the extended key usage serverAuth and the key usage digitalSignature (and keyEncipherment for old clients)."
#   standards: ["RFC 5280 4.2.1.3", "RFC 5280 4.2.1.12"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.server_usage_missing

import data.mikscheck.lib

findings contains finding if {
	ref := lib.primary_keystore
	ref.in_force
	key := lib.configured_key(ref)
	cert := key.chain[0]
	some why in reasons(cert)
	finding := {
		"at": ref.alias.pointer,
		"args": {"alias": key.alias, "subject": cert.subject, "why": why},
		"repair": {"do": "renew", "alias": key.alias, "extensions": ["ku=digitalSignature,keyEncipherment", "eku=serverAuth,clientAuth"]},
	}
}

reasons(cert) := array.concat(
	["its extended key usage lacks serverAuth" |
		cert.has_ext_key_usage
		count({usage | some usage in cert.ext_key_usage} & {"serverAuth", "any"}) == 0
	],
	["its key usage has neither digitalSignature nor keyEncipherment" |
		cert.has_key_usage
		count({usage | some usage in cert.key_usage} & {"digitalSignature", "keyEncipherment"}) == 0
	],
)
