package mikscheck.rules.credentials.unescaped_markup_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.unescaped_markup as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/markup", true)])
	count(findings) == 1
}

test_fires_alias if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/alias/markup", true)])
	count(findings) == 1
}

test_silent_not_in_force if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/password/markup", true),
		fixture.set("/references/1/in_force", false),
	])
	count(findings) == 0
}

test_not_judged_value_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/markup", true),
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
