# METADATA
# scope: package
# title: TLS to RabbitMQ runs without verification
# description: RabbitMQ transports ignore their stores unless all six settings are there, and go on with TLS that verifies nothing.
# custom:
#   id: MIKS607
#   name: tls-fails-open
#   level: warning
#   severity: 7.4
#   precision: very-high
#   message: "[[{{section}}]] switches TLS on but leaves {{missing}} out: the product then ignores both stores, and TLS runs without verifying anything."
#   fix: "State keystore and truststore, each with location, type and password."
#   variants:
#     artifact:
#       message: "{{section}} switches TLS on but leaves {{missing}} out: the product then ignores both stores, and TLS runs without verifying anything."
#   cwe: [295, 636]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.tls_fails_open

import data.mikscheck.lib

findings contains finding if {
	some rabbit in input.rabbitmq
	rabbit.enabled
	count(rabbit.missing) > 0
	finding := {
		"at": rabbit.pointer,
		"variant": variant(rabbit),
		"args": {"key": rabbit.section, "section": section(rabbit), "missing": concat(", ", rabbit.missing)},
	}
}

section(rabbit) := rabbit.section if {
	rabbit.artifact == ""
} else := lib.upper_first(rabbit.section)

variant(rabbit) := "" if {
	rabbit.artifact == ""
} else := "artifact"
