package mikscheck.rules.tls.revocation_check_off_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.revocation_check_off as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
}

test_silent_checked if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "listener_revocation", "value": {"pointer": "/values/x.listener_revocation", "key": "x.listener_revocation", "state": "known", "reason": "", "text": "true", "shown": "true", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_revocation", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_no_client_certificates if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "none", "shown": "none", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "listener_revocation", "value": {"pointer": "/values/x.listener_revocation", "key": "x.listener_revocation", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_revocation", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_profile if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 1
}

test_silent_profile_checked if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": true, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}

test_silent_profile_optional if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "optional", "shown": "optional", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}
