package mikscheck.rules.credentials.unresolved_reference_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.unresolved_reference as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": false, "reason": "ref-missing", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
}

test_fires_circle if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": false, "reason": "ref-circle", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "circle"
}

test_fires_in_array if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": false, "reason": "ref-in-array", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "in_array"
}

test_fires_once_for_a_chain if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "a", "kind": "ref", "name": "b", "resolved": false, "reason": "ref-missing", "store": true, "nearest": "", "in_secret": false}, {"pointer": "/placeholders/1/0", "key": "b", "kind": "ref", "name": "c", "resolved": false, "reason": "ref-missing", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
}

test_silent_resolved if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": true, "reason": "", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_not_judged_target_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
