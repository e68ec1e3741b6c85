package mikscheck.rules.tls.hostname_verification_off_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.hostname_verification_off as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "sender_hostname_verifier", "value": {"pointer": "/values/x.sender_hostname_verifier", "key": "x.sender_hostname_verifier", "state": "known", "reason": "", "text": "ALLOWALL", "shown": "ALLOWALL", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.sender_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_control_plane if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "icp_verify", "value": {"pointer": "/values/x.icp_verify", "key": "x.icp_verify", "state": "known", "reason": "", "text": "false", "shown": "false", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.icp_verify", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
}

test_fires_netty if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "netty_hostname_verifier", "value": {"pointer": "/values/x.netty_hostname_verifier", "key": "x.netty_hostname_verifier", "state": "known", "reason": "", "text": "Strict", "shown": "Strict", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.netty_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/server/netty_sender", true),
	])
	count(findings) == 1
}

test_fires_as_note_for_an_unknown_word if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "sender_hostname_verifier", "value": {"pointer": "/values/x.sender_hostname_verifier", "key": "x.sender_hostname_verifier", "state": "known", "reason": "", "text": "Strickt", "shown": "Strickt", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.sender_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "word"
}

test_silent_strict if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "sender_hostname_verifier", "value": {"pointer": "/values/x.sender_hostname_verifier", "key": "x.sender_hostname_verifier", "state": "known", "reason": "", "text": "strict", "shown": "strict", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.sender_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_netty_not_configured if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "netty_hostname_verifier", "value": {"pointer": "/values/x.netty_hostname_verifier", "key": "x.netty_hostname_verifier", "state": "known", "reason": "", "text": "Strict", "shown": "Strict", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.netty_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/server/netty_sender", false),
	])
	count(findings) == 0
}

test_not_judged_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "sender_hostname_verifier", "value": {"pointer": "/values/x.sender_hostname_verifier", "key": "x.sender_hostname_verifier", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.sender_hostname_verifier", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_custom_sender if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "sender", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "AllowAll", "shown": "AllowAll", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 1
}

test_silent_custom_sender_not_in_force if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "sender", "in_force": false, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "AllowAll", "shown": "AllowAll", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}
