package mikscheck.rules.credentials.default_store_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.default_store_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/password/default", true),
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/password/via", ""),
	])
	count(findings) == 1
}

test_fires_as_warning_without_private_key if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/2/password/password/default", true),
		fixture.set("/references/2/password/clear", true),
		fixture.set("/references/2/password/via", ""),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "no_private_key"
}

test_fires_as_error_where_the_content_is_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/2/password/password/default", true),
		fixture.set("/references/2/password/clear", true),
		fixture.set("/references/2/password/via", ""),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_silent_behind_a_variable if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/password/default", true)])
	count(findings) == 0
}

test_silent_not_in_force if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/password/password/default", true),
		fixture.set("/references/1/password/clear", true),
		fixture.set("/references/1/password/via", ""),
		fixture.set("/references/1/in_force", false),
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
