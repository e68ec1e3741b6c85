package mikscheck.rules.configuration.key_password_differs_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.key_password_differs as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/passwords_equal", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/0/keys/0/opens_with_store_password", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_warning_elsewhere if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/passwords_equal", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/1/keys/0/opens_with_store_password", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "elsewhere"
}

test_silent_wrong_key_password_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/passwords_equal", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/0/keys/0/opens_with_store_password", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/0/keys/0/opens", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/passwords_equal", {"state": "unknown", "reason": "x", "value": false}),
		fixture.set("/references/0/keys/0/opens_with_store_password", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
