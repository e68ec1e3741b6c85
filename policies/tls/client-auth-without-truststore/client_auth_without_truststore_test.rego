package mikscheck.rules.tls.client_auth_without_truststore_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.client_auth_without_truststore as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/references/2/problem", "wrong-password"),
	])
	count(findings) == 1
}

test_fires_empty if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/stores/2/anchor_count", 0),
	])
	count(findings) == 1
}

test_silent_optional if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "optional", "shown": "optional", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/stores/2/anchor_count", 0),
	])
	count(findings) == 0
}

test_silent_usable if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_truststore_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/options", [{"name": "listener_verify_client", "value": {"pointer": "/values/x.listener_verify_client", "key": "x.listener_verify_client", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_verify_client", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}]),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
		fixture.set("/references/2/location/status", "outside"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_silent_profile_without_truststore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}

test_fires_profile_with_the_main_truststore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}]), fixture.set("/references/2/problem", "wrong-password")])
	count(findings) == 1
}

test_silent_profile_with_a_truststore_not_listed if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "require", "shown": "require", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": "p.xml/profile[1]/TrustStore"}])])
	count(findings) == 0
}
