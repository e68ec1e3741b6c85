package mikscheck.rules.configuration.alias_not_found_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.alias_not_found as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/entry", {"state": "absent", "reason": "", "alias": "", "kind": "", "nearest": "api"})])
	count(findings) == 1
}

test_silent_found if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/entry", {"state": "absent", "reason": "", "alias": "", "kind": "", "nearest": "api"}),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
