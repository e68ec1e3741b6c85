# METADATA
# scope: package
# title: Certificate does not cover the host name
# description: The primary certificate's names do not include [server] hostname, so that clients which verify the name refuse it.
# custom:
#   id: MIKS308
#   name: hostname-mismatch
#   level: warning
#   severity: 5.3
#   precision: very-high
#   message: "The primary certificate '{{alias}}' does not cover the host name '{{host}}' ({{subject}}): clients that verify the name refuse the connection."
#   fix: "Have a certificate issued with the host name among its subject alternative names ('keytool -certreq -ext san=dns:{{host}}')."
#   cwe: [297]
#   standards: ["RFC 9525", "RFC 2818"]
#   needs: [primary.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.hostname_mismatch

import data.mikscheck.lib

findings contains finding if {
	ref := lib.primary_keystore
	ref.in_force
	key := lib.configured_key(ref)
	input.server.hostname.state == "known"
	input.server.hostname.written
	key.covers_host.state == "known"
	key.covers_host.value == false
	finding := lib.repaired_by(
		lib.at_value(ref.alias, {
			"alias": key.alias,
			"host": input.server.hostname.shown,
			"subject": key.chain[0].subject,
		}),
		lib.renewal(ref, key, []),
	)
}
