# METADATA
# scope: package
# title: Host names are not verified
# description: A sender accepts any certificate for any host, so that whoever has some valid certificate can pose as the service that it calls.
# custom:
#   id: MIKS601
#   name: hostname-verification-off
#   level: warning
#   severity: 7.4
#   precision: very-high
#   message: "'{{key}}' {{what}}: a sender accepts any valid certificate for any host, and whoever has one can pose as the service."
#   fix: "{{repair}}"
#   variants:
#     word:
#       level: note
#       message: "'{{key}}' is '{{word}}', which the product does not know: it silently takes its default verifier."
#   cwe: [297]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.hostname_verification_off

import data.mikscheck.lib

findings contains finding if {
	value := lib.options.sender_hostname_verifier
	value.state == "known"
	lower(value.text) == "allowall"
	finding := {
		"at": value.pointer,
		"args": {"what": "switches the check of host names off", "repair": "Write \"Strict\", or leave it out."},
	}
}

findings contains finding if {
	value := lib.options.sender_hostname_verifier
	value.state == "known"
	words := {lower(value.text)} & {"allowall", "strict", "defaultandlocalhost", "default", ""}
	count(words) == 0
	finding := {
		"at": value.pointer,
		"variant": "word",
		"args": {"word": value.shown, "what": "", "repair": "Write Strict, DefaultAndLocalhost or AllowAll."},
	}
}

findings contains finding if {
	value := lib.options.icp_verify
	value.state == "known"
	lower(value.text) == "false"
	finding := {
		"at": value.pointer,
		"args": {"what": "makes the connection to the control plane trust every certificate", "repair": "Remove it, and import the control plane's CA into the truststore."},
	}
}

findings contains finding if {
	some tls in input.tls
	tls.in_force
	tls.hostname_verifier.state == "known"
	lower(tls.hostname_verifier.text) == "allowall"
	finding := {
		"at": tls.hostname_verifier.pointer,
		"args": {"what": "switches the check of host names off", "repair": "Write \"Strict\", or leave it out."},
	}
}

findings contains finding if {
	input.server.netty_sender
	value := lib.options.netty_hostname_verifier
	value.state == "known"
	value.text != "Enabled"
	finding := {
		"at": value.pointer,
		"args": {"what": "is not \"Enabled\", so that the netty sender does not check host names", "repair": "Write \"Enabled\"."},
	}
}
