# METADATA
# scope: package
# title: Old TLS protocols are named
# description: SSLv2, SSLv3, TLS 1.0 or 1.1 stand in a list of protocols. Java 17 refuses them all the same; such a list mostly leaves TLS 1.3 out.
# custom:
#   id: MIKS602
#   name: weak-protocol
#   level: warning
#   severity: 4.3
#   precision: very-high
#   message: "'{{key}}' names {{weak}}: Java 17 refuses them anyway, and the list {{lacks}}."
#   fix: "Write \"TLSv1.2,TLSv1.3\"."
#   variants:
#     defaults:
#       level: note
#       message: "The product's defaults name TLS 1.0 and 1.1 for {{keys}}: Java 17 refuses them anyway, but the lists leave TLS 1.3 out."
#       fix: "Write listener.secured_protocols = \"TLSv1.2,TLSv1.3\" (and so for the sender and the internal API)."
#   cwe: [326]
#   standards: ["RFC 8996"]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.weak_protocol

import data.mikscheck.lib

findings contains finding if {
	some name in names
	value := lib.options[name]
	value.written
	value.state == "known"
	weak := weak_in(value.text)
	count(weak) > 0
	finding := {
		"at": value.pointer,
		"args": {"weak": concat(", ", weak), "lacks": lacks(value.text)},
	}
}

findings contains finding if {
	some tls in input.tls
	tls.in_force
	value := tls.protocols
	value.written
	value.state == "known"
	weak := weak_in(value.text)
	count(weak) > 0
	finding := {
		"at": value.pointer,
		"args": {"weak": concat(", ", weak), "lacks": lacks(value.text)},
	}
}

# All that comes from defaults is one note.
findings contains finding if {
	keys := [value.key |
		some name in names
		value := lib.options[name]
		value.written == false
		value.state == "known"
		count(weak_in(value.text)) > 0
	]
	count(keys) > 0
	finding := {
		"at": place(keys[0]),
		"variant": "defaults",
		"args": {"key": keys[0], "keys": concat(", ", keys)},
	}
}

names := ["listener_protocols", "sender_protocols", "internal_api_protocols", "internal_api_context"]

# Most lists have none, and looking at every word costs more than all else of this rule.
weak_in(text) := [] if {
	regex.match(`(?i)sslv|tlsv1([^.]|$|\.[01])`, text) == false
} else := [p | some word in split(text, ","); p := trim_space(word); lower(p) in {"sslv2", "sslv2hello", "sslv3", "tlsv1", "tlsv1.0", "tlsv1.1"}]

lacks(text) := "leaves TLS 1.3 out" if {
	contains(text, "TLSv1.3") == false
} else := "says more than counts"

place(key) := table.pointer if {
	some table in input.tables
	table.name == "transport.http"
} else := concat("", ["/values/", key])
