package mikscheck.rules.configuration.settings_not_effective_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.settings_not_effective as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "encryption_type", "value": {"pointer": "/values/x.encryption_type", "key": "x.encryption_type", "state": "known", "reason": "", "text": "asymmetric", "shown": "asymmetric", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.encryption_type", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
}

test_fires_profile_with_the_default_listener if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_profile", "value": {"pointer": "/values/x.listener_profile", "key": "x.listener_profile", "state": "known", "reason": "", "text": "x.xml", "shown": "x.xml", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_profile", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "listener_class", "value": {"pointer": "/values/x.listener_class", "key": "x.listener_class", "state": "known", "reason": "", "text": "org.apache.synapse.transport.passthru.PassThroughHttpSSLListener", "shown": "org.apache.synapse.transport.passthru.PassThroughHttpSSLListener", "tainted": false, "clear": true, "written": false, "defaulted": true, "root": "x.listener_class", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
}

test_silent_profile_with_its_listener if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_profile", "value": {"pointer": "/values/x.listener_profile", "key": "x.listener_profile", "state": "known", "reason": "", "text": "x.xml", "shown": "x.xml", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_profile", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "listener_class", "value": {"pointer": "/values/x.listener_class", "key": "x.listener_class", "state": "known", "reason": "", "text": "org.apache.synapse.transport.passthru.PassThroughHttpMultiSSLListener", "shown": "org.apache.synapse.transport.passthru.PassThroughHttpMultiSSLListener", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_class", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_default if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "encryption_type", "value": {"pointer": "/values/x.encryption_type", "key": "x.encryption_type", "state": "known", "reason": "", "text": "asymmetric", "shown": "asymmetric", "tainted": false, "clear": true, "written": false, "defaulted": true, "root": "x.encryption_type", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_class_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "listener_profile", "value": {"pointer": "/values/x.listener_profile", "key": "x.listener_profile", "state": "known", "reason": "", "text": "x.xml", "shown": "x.xml", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_profile", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "listener_class", "value": {"pointer": "/values/x.listener_class", "key": "x.listener_class", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.listener_class", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_family if {
	findings := rule.findings with input as fixture.changed([fixture.set("/idle", [{"pointer": "/idle/0", "kind": "unread", "key": "a.b", "family": "a", "since": "", "other": "", "line": 0}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "family"
}

test_fires_family_since if {
	findings := rule.findings with input as fixture.changed([fixture.set("/idle", [{"pointer": "/idle/0", "kind": "unread", "key": "a.b", "family": "a", "since": "4.4.0", "other": "", "line": 0}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "family"
}

test_fires_twice if {
	findings := rule.findings with input as fixture.changed([fixture.set("/idle", [{"pointer": "/idle/0", "kind": "twice", "key": "a.b", "family": "a", "since": "", "other": "c.d", "line": 3}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "twice"
}
