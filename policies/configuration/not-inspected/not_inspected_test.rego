package mikscheck.rules.configuration.not_inspected_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.not_inspected as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/opens", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 1
}

test_silent_opened_with_default_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/opens_with_default", true),
	])
	count(findings) == 0
}

test_not_judged_not_at_hand if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/store", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
