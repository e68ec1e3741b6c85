package mikscheck.rules.configuration.store_not_found_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.store_not_found as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/status", "missing")])
	count(findings) == 1
}

test_fires_as_note_in_a_checkout if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/status", "missing"),
		fixture.set("/target/roots_complete", false),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "checkout"
}

test_fires_copy if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/status", "missing"),
		fixture.set("/references/0/location/copy_missing", "Dockerfile:3"),
		fixture.set("/target/roots_complete", false),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "copy_missing"
}

test_silent_mounted if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/status", "mounted")])
	count(findings) == 0
}

test_not_judged_path_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/status", "unknown")])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
