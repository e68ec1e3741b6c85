package mikscheck.rules.configuration.wrong_store_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.wrong_store_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "wrong-password")])
	count(findings) == 1
}

test_silent_damaged_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "damaged")])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/opens", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_says_what_comes_of_it_in_an_artifact if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/problem", "wrong-password"),
		fixture.set("/references/0/artifact", "message-store"),
	])
	some finding in findings
	finding.args.consequence == "what uses it does not start, or goes on without TLS"
}
