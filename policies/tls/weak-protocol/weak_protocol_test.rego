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
