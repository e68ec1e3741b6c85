package mikscheck.rules.credentials.opens_with_default_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.opens_with_default_password as rule

test_fires_behind_a_variable if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/opens_with_default", true)])
	count(findings) == 1
}

test_fires_where_the_variable_is_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/opens_with_default", true),
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
	])
	count(findings) == 1
}

test_fires_other_password_stated if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/opens_with_default", true),
		fixture.set("/references/0/password/via", ""),
		fixture.set("/references/0/opens", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "other"
}

test_fires_key if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/key_password/password/default", true)])
	count(findings) == 1
	some finding in findings
	finding.variant == "key"
}

test_silent_default_stated_in_clear if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/opens_with_default", true),
		fixture.set("/references/0/opens", {"state": "known", "reason": "", "value": true}),
		fixture.set("/references/0/password/password/default", true),
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/password/via", ""),
	])
	count(findings) == 0
}

test_not_judged_not_opened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
