package mikscheck.rules.tls.certificate_validation_off_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.certificate_validation_off as rule

file := {"side": "listener", "path": fixture.clean.references[0].file, "in_force": true, "status": "found", "looked": [], "read": {"state": "known", "reason": ""}, "problems": [], "profiles": []}

profile := {"pointer": "/profiles/p.xml/0", "name": "p.xml/profile[1]", "title": "listener profile 1", "client": false, "no_validate": false, "keystore": "p.xml/profile[1]/KeyStore", "truststore": "", "alias": fixture.clean.references[0].alias, "alias_read": true, "entry": {"state": "absent", "reason": "", "alias": "", "kind": "", "nearest": "api"}}

changed(f, p) := fixture.changed([fixture.set("/profiles", [object.union(object.union(file, {"side": "sender", "profiles": [object.union(profile, p)]}), f)])])

test_fires if {
	findings := rule.findings with input as changed({}, {"no_validate": true})
	{finding.at | some finding in findings} == {profile.pointer}
}

test_silent_with_a_truststore if {
	findings := rule.findings with input as changed({}, {"no_validate": true, "truststore": "p.xml/profile[1]/TrustStore"})
	count(findings) == 0
}

test_silent_not_in_force if {
	findings := rule.findings with input as changed({"in_force": false}, {"no_validate": true})
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as changed({"status": "unknown", "read": {"state": "unknown", "reason": "path-unknown"}, "profiles": []}, {})
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
