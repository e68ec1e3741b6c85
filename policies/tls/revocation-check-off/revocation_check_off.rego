# METADATA
# scope: package
# title: Revoked client certificates are accepted
# description: A listener requires client certificates but does not check whether they were revoked.
# custom:
#   id: MIKS605
#   name: revocation-check-off
#   level: note
#   precision: very-high
#   message: "'{{key}}' requires client certificates, and their revocation is not checked: a certificate that was revoked still gets in."
#   fix: "Write listener.certificate_revocation_verifier_enable = true under [transport.http]."
#   variants:
#     profile:
#       fix: "Write <CertificateRevocationVerifier enable=\"true\"/> in the profile."
#   cwe: [299]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.tls.revocation_check_off

import data.mikscheck.lib

findings contains finding if {
	some pair in [
		["listener_verify_client", "listener_revocation"],
		["internal_api_verify_client", "internal_api_revocation"],
	]
	value := lib.options[pair[0]]
	value.state == "known"
	lower(value.text) in {"require", "true"}
	checked(pair[1]) == false
	finding := {
		"at": value.pointer,
		"args": {},
	}
}

findings contains finding if {
	some tls in input.tls
	tls.in_force
	tls.side == "listener"
	tls.verify_client.state == "known"
	lower(trim_space(tls.verify_client.text)) == "require"
	tls.revocation_checked.state == "known"
	tls.revocation_checked.value == false
	finding := {
		"at": tls.verify_client.pointer,
		"variant": "profile",
		"args": {},
	}
}

checked(name) if {
	value := lib.options[name]
	value.state == "known"
	lower(value.text) == "true"
} else if {
	lib.options[name].state == "unknown"
} else := false
