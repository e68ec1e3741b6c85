package mikscheck.rules.tls.weak_protocol_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.weak_protocol as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_protocols", "value": {"pointer": "/values/x.listener_protocols", "key": "x.listener_protocols", "state": "known", "reason": "", "text": "TLSv1, TLSv1.2", "shown": "TLSv1, TLSv1.2", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_protocols", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_once_for_defaults if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_protocols", "value": {"pointer": "/values/x.listener_protocols", "key": "x.listener_protocols", "state": "known", "reason": "", "text": "TLSv1", "shown": "TLSv1", "tainted": false, "clear": true, "written": false, "defaulted": true, "root": "x.listener_protocols", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "sender_protocols", "value": {"pointer": "/values/x.sender_protocols", "key": "x.sender_protocols", "state": "known", "reason": "", "text": "TLSv1", "shown": "TLSv1", "tainted": false, "clear": true, "written": false, "defaulted": true, "root": "x.sender_protocols", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "defaults"
}

test_silent_current if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_protocols", "value": {"pointer": "/values/x.listener_protocols", "key": "x.listener_protocols", "state": "known", "reason": "", "text": "TLSv1.2,TLSv1.3", "shown": "TLSv1.2,TLSv1.3", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_protocols", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_protocols", "value": {"pointer": "/values/x.listener_protocols", "key": "x.listener_protocols", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_protocols", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_fires_profile if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "SSLv3,TLSv1.2", "shown": "SSLv3,TLSv1.2", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 1
}

test_silent_profile_not_in_force if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": false, "protocols": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "SSLv3", "shown": "SSLv3", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}

test_not_judged_profile_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}
