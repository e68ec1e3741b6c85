# METADATA
# scope: package
# title: Certificates are not validated
# description: An SSL profile switches the validation of certificates off, and names no truststore that would switch it on again.
# custom:
#   id: MIKS606
#   name: certificate-validation-off
#   level: warning
#   severity: 7.4
#   precision: very-high
#   message: "{{title}} says novalidatecert=\"true\" and names no truststore: any certificate is accepted, and whoever is on the way can pose as the other side."
#   fix: "Remove the attribute, and name a TrustStore with the certificate authority of the other side."
#   cwe: [295]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.certificate_validation_off

import data.mikscheck.lib

findings contains finding if {
	some file in input.profiles
	file.in_force
	some profile in file.profiles
	profile.no_validate
	profile.truststore == ""
	finding := {"at": profile.pointer, "args": {"key": profile.name, "title": lib.upper_first(profile.title)}}
}
