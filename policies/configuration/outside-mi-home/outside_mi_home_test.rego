package mikscheck.rules.configuration.outside_mi_home_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.outside_mi_home as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/outside_home", true)])
	count(findings) == 1
}

test_silent_inside if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/outside_home", false)])
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
