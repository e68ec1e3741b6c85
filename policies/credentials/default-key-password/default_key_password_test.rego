package mikscheck.rules.credentials.default_key_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.default_key_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/key_password/password/default", true),
		fixture.set("/references/0/key_password/clear", true),
		fixture.set("/references/0/key_password/via", ""),
	])
	count(findings) == 1
}

test_silent_refers_to_the_store_password if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/key_password/password/default", true),
		fixture.set("/references/0/key_password/clear", true),
		fixture.set("/references/0/key_password/via", ""),
		fixture.set("/references/0/key_password/root", "keystore.primary.password"),
	])
	count(findings) == 0
}

test_silent_behind_a_variable if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/key_password/password/default", true)])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/key_password/state", "unknown"),
		fixture.set("/references/0/key_password/reason", "env-not-given"),
		fixture.set("/references/0/key_password/password", null),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
