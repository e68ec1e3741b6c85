package mikscheck.rules.credentials.placeholder_value_breaks_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.placeholder_value_breaks as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": true, "reason": "", "store": true, "nearest": "", "in_secret": false, "breaks": true}])])
	count(findings) == 1
}

test_silent_sound if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": true, "reason": "", "store": true, "nearest": "", "in_secret": false, "breaks": false}])])
	count(findings) == 0
}

test_not_judged_value_not_given if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false, "breaks": false}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
