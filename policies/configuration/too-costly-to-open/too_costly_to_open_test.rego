package mikscheck.rules.configuration.too_costly_to_open_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.too_costly_to_open as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "too-costly")])
	count(findings) == 1
}

test_silent_opened if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_not_at_hand if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/store", "")])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
