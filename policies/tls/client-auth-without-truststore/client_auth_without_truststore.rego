# METADATA
# scope: package
# title: Client certificates are demanded without a usable truststore
# description: The listener demands client certificates, but the truststore that it would verify them by can not be used.
# custom:
#   id: MIKS604
#   name: client-auth-without-truststore
#   level: error
#   precision: very-high
#   message: "'{{key}}' demands client certificates, but {{truststore}} {{why}}: no client can connect, or the listener does not start."
#   fix: "Give the listener a truststore with the certificate authority of your clients."
#   needs: [truststore.location]
#   since: 0.1.0
package mikscheck.rules.tls.client_auth_without_truststore

import data.mikscheck.lib

findings contains finding if {
	value := lib.options.listener_verify_client
	value.state == "known"
	lower(value.text) == "require"
	ref := listener_truststore
	why := unusable(ref)
	finding := {
		"at": value.pointer,
		"args": {"truststore": ref.title, "why": why},
	}
}

findings contains finding if {
	some tls in input.tls
	tls.in_force
	tls.side == "listener"
	tls.verify_client.state == "known"
	lower(trim_space(tls.verify_client.text)) == "require"
	ref := truststore_of(tls)
	why := unusable(ref)
	finding := {
		"at": tls.verify_client.pointer,
		"args": {"truststore": ref.title, "why": why},
	}
}

# A profile without a truststore of its own takes that of the JVM, which is the product's.
truststore_of(tls) := ref if {
	some ref in input.references
	ref.section == tls.truststore
} else := lib.main_truststore if tls.truststore == ""

listener_truststore := ref if {
	some ref in input.references
	ref.section == "transport.http.listener.truststore"
} else := lib.main_truststore

unusable(ref) := "does not exist" if {
	ref.location.status == "missing"
	input.target.roots_complete
} else := "does not open with its password" if {
	ref.problem == "wrong-password"
} else := "is damaged" if {
	ref.problem == "damaged"
} else := "is empty" if {
	ref.contents.state == "known"
	store := lib.store(ref)
	store.anchors.state == "known"
	store.anchor_count == 0
}
