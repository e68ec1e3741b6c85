package mikscheck.rules.credentials.weak_store_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.weak_store_password as rule

test_fires_common if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/password/common", true)])
	count(findings) == 1
}

test_fires_short if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/password/length", 8)])
	count(findings) == 1
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/password/length", 12)])
	count(findings) == 0
}

test_silent_shorter_by_configuration if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/password/length", 8),
		fixture.set("/settings/password_length", 8),
	])
	count(findings) == 0
}

test_silent_default_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/password/length", 8),
		fixture.set("/references/0/password/password/default", true),
	])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/state", "unknown"),
		fixture.set("/references/0/password/reason", "env-not-given"),
		fixture.set("/references/0/password/password", null),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
