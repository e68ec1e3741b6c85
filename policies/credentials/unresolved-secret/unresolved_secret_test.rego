package mikscheck.rules.credentials.unresolved_secret_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.unresolved_secret as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "secret", "name": "n", "resolved": false, "reason": "secret-missing", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "stops"
}

test_fires_beside_a_valid_one if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "secret", "name": "n", "resolved": false, "reason": "secret-missing", "store": true, "nearest": "", "in_secret": false}, {"pointer": "/placeholders/1/0", "key": "keystore.primary.password", "kind": "secret", "name": "m", "resolved": false, "reason": "secret-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_silent_encrypted if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "secret", "name": "n", "resolved": false, "reason": "secret-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_not_judged_variable_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
