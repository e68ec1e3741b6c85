# METADATA
# scope: package
# title: Weak ciphers are preferred
# description: The list of preferred ciphers holds suites without encryption or authentication, or with broken algorithms.
# custom:
#   id: MIKS603
#   name: weak-cipher
#   level: warning
#   severity: 5.9
#   precision: very-high
#   message: "'{{key}}' prefers {{weak}}, which {{count}} broken or no protection at all."
#   fix: "Leave the list out, so that Java chooses, or name AES-GCM and CHACHA20 suites only."
#   cwe: [327]
#   standards: ["RFC 9325 4.1"]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.weak_cipher

import data.mikscheck.lib

findings contains finding if {
	some value in lists
	value.written
	value.state == "known"
	weak := [suite | some word in split(value.text, ","); suite := trim_space(word); broken(upper(suite))]
	count(weak) > 0
	finding := {
		"at": value.pointer,
		"args": {"weak": concat(", ", weak), "count": are(weak)},
	}
}

lists contains lib.options[name] if some name in ["listener_ciphers", "sender_ciphers", "internal_api_ciphers"]

lists contains tls.ciphers if {
	some tls in input.tls
	tls.in_force
}

broken(suite) if {
	some mark in ["NULL", "EXPORT", "RC4", "_DES_", "_DES40_", "3DES", "MD5", "ANON"]
	contains(suite, mark)
}

are(weak) := "is" if {
	count(weak) == 1
} else := "are"
