package mikscheck.rules.configuration.bare_store_name_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.bare_store_name as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/bare", true)])
	count(findings) == 1
}

test_silent_1_2_0 if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/bare", true),
		fixture.set("/target/version", "1.2.0"),
	])
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
