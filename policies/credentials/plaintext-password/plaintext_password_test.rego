package mikscheck.rules.credentials.plaintext_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.plaintext_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/password/clear", true)])
	count(findings) == 1
}

test_fires_not_in_force_too if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/key_password/clear", true),
		fixture.set("/references/1/in_force", false),
	])
	count(findings) == 1
}

test_fires_in_profiles if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/profile", "listener"),
		fixture.set("/references/2/password/clear", true),
		fixture.set("/references/2/profile", "sender"),
	])
	{finding.variant | some finding in findings} == {"listener_profile", "sender_profile"}
}

test_silent_default_of_the_product if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/password/defaulted", true),
	])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/clear", true),
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

test_fires_in_an_artifact if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/artifact", "inbound-endpoint"),
	])
	some finding in findings
	finding.variant == "artifact"
}

test_fires_in_a_secret_conf if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/password/clear", true),
		fixture.set("/references/0/section", "keystore.identity"),
	])
	some finding in findings
	finding.variant == "secret_conf"
}
