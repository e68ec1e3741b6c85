# METADATA
# scope: package
# title: Truststore lacks the server's own self-signed certificate
# description: The primary certificate is self-signed and not in the truststore, so that calls from the server to itself fail.
# custom:
#   id: MIKS402
#   name: own-certificate-not-trusted
#   level: warning
#   precision: very-high
#   message: "The primary certificate '{{alias}}' ({{subject}}) is self-signed, and the truststore does not have it: TLS calls from the server to itself fail."
#   fix: "Replace it by one that your CA signed; until then export it ('keytool -exportcert') and import it into the truststore ('keytool -importcert'). Do not import a certificate whose key WSO2 ships."
#   cwe: [295]
#   needs: [trust]
#   since: 0.1.0
package mikscheck.rules.trust.own_certificate_not_trusted

import data.mikscheck.lib

findings contains finding if {
	some trust in input.trust
	trust.verdict.state == "known"
	trust.verdict.value == false
	trust.self_signed.state == "known"
	trust.self_signed.value
	finding := {
		"at": lib.main_truststore.file.pointer,
		"args": {"alias": trust.alias, "subject": trust.subject},
		"repair": {"do": "copy-certificate", "alias": trust.alias},
	}
}
