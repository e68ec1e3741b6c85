package mikscheck.rules.configuration.alias_case_collision_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.alias_case_collision as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/case_twins", ["a", "A"])])
	count(findings) == 1
}

test_silent_none if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/0/case_twins", ["a", "A"]),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
