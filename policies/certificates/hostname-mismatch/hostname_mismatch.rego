# METADATA
# scope: package
# title: Certificate does not cover the host name
# description: The primary certificate's names do not include a name by which clients call the server, [server] hostname or that of a proxy which leaves TLS to it, so that clients which verify the name refuse it.
# custom:
#   id: MIKS308
#   name: hostname-mismatch
#   level: warning
#   severity: 5.3
#   precision: very-high
#   message: "The primary certificate '{{alias}}' ({{subject}}) does not cover {{names}}: clients that verify the name refuse the connection."
#   fix: "Have a certificate issued with every name that clients call among its subject alternative names ('keytool -certreq -ext san=dns:NAME')."
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
	names := array.concat(own_name(key), other_names(ref, key))
	count(names) > 0
	shown := [name.shown | some i, name in names; i < 10]
	finding := {
		"at": ref.alias.pointer,
		"args": {
			"alias": key.alias,
			"names": sprintf("the host %s %s", [noun(names), concat(", ", array.concat(shown, more(count(names) - count(shown))))]),
			"subject": key.chain[0].subject,
		},
		"repair": {"do": "renew", "alias": key.alias},
		"related": [r | some name in names; some r in name.related],
	}
}

noun(names) := "name" if {
	count(names) == 1
} else := "names"

more(n) := [] if {
	n < 1
} else := [sprintf("%d more", [n])]

own_name(key) := [{"shown": sprintf("'%s'%s", [input.server.hostname.shown, set_in]), "related": origins}] if {
	input.server.hostname.state == "known"
	input.server.hostname.written
	key.covers_host.state == "known"
	key.covers_host.value == false
} else := []

# A variable's value is not shown, but where it is set.
set_in := sprintf(" (set in %s)", [concat(", ", [o.file | some o in input.server.hostname_from])]) if {
	count(input.server.hostname_from) > 0
} else := ""

origins := [{"at": o.pointer, "message": sprintf("'%s' is set here", [o.name])} | some o in input.server.hostname_from]

# The names of proxies that leave TLS to the server. It presents any key of the store, and which store where it has several is
# not known.
other_names(ref, key) := [name |
	count([other | some other in presented; lib.same_store(ref, other) == false]) == 0
	some host in input.server.hosts
	host.pointer in key.not_covered
	host.name != input.server.hostname.text
	count([k | some other in presented; some k in other.keys; count(k.chain) > 0; count({host.pointer} & {p | some p in k.not_covered}) == 0]) == 0
	name := {
		"shown": sprintf("'%s' (%s in %s)", [host.name, host.kind, host.file]),
		"related": [{"at": host.pointer, "message": sprintf("clients call the server '%s' here", [host.name])}],
	}
]

# What the listeners of HTTPS present.
presented := [ref |
	some ref in lib.keystores
	ref.role == "tls-keystore"
	listens(ref)
]

listens(ref) if contains(ref.section, "listener")

listens(ref) if startswith(ref.section, "internal_api")

listens(ref) if ref.artifact == "inbound-endpoint"
