package mikscheck.rules.configuration.backslash_path_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.backslash_path as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/file/backslash", true)])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_error_for_control_characters if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/file/control", true)])
	count(findings) == 1
	some finding in findings
	finding.variant == "control"
}

test_silent_slashes if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_path_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/file/backslash", true),
		fixture.set("/references/0/file/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
