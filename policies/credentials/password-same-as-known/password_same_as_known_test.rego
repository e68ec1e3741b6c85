package mikscheck.rules.credentials.password_same_as_known_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.password_same_as_known as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password_like", "alias")])
	count(findings) == 1
}

test_silent_other_word if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password_like", "")])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
		fixture.set("/references/0/password_like", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
