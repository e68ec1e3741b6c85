package mikscheck.rules.configuration.carbon_home_in_path_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.carbon_home_in_path as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/file/carbon_home", true)])
	count(findings) == 1
}

test_silent_where_nothing_inherits_it if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/file/carbon_home", true),
		fixture.set("/references/0/inherited_by", []),
	])
	count(findings) == 0
}

test_not_judged_path_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/file/carbon_home", true),
		fixture.set("/references/0/file/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
