package mikscheck.rules.tls.weak_cipher_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.weak_cipher as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_ciphers", "value": {"pointer": "/values/x.listener_ciphers", "key": "x.listener_ciphers", "state": "known", "reason": "", "text": "TLS_RSA_WITH_RC4_128_MD5,TLS_AES_128_GCM_SHA256", "shown": "TLS_RSA_WITH_RC4_128_MD5,TLS_AES_128_GCM_SHA256", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_ciphers", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
}

test_silent_current if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_ciphers", "value": {"pointer": "/values/x.listener_ciphers", "key": "x.listener_ciphers", "state": "known", "reason": "", "text": "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "shown": "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_ciphers", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_ciphers", "value": {"pointer": "/values/x.listener_ciphers", "key": "x.listener_ciphers", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_ciphers", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_profile if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": true, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "TLS_RSA_WITH_RC4_128_MD5", "shown": "TLS_RSA_WITH_RC4_128_MD5", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 1
}

test_silent_profile_not_in_force if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tls", [{"section": "p.xml/profile[1]", "title": "listener profile 1", "side": "listener", "in_force": false, "protocols": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "ciphers": {"pointer": "/values/p.xml/profile[1]/X", "key": "p.xml/profile[1]/X", "state": "known", "reason": "", "text": "TLS_RSA_WITH_RC4_128_MD5", "shown": "TLS_RSA_WITH_RC4_128_MD5", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "p.xml/profile[1]/X", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "verify_client": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "hostname_verifier": {"pointer": "/values/", "key": "", "state": "absent", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": false, "defaulted": false, "root": "", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false}, "revocation_checked": {"state": "known", "value": false, "reason": ""}, "truststore": ""}])])
	count(findings) == 0
}
