package mikscheck.rules.configuration.corrupt_store_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.corrupt_store as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "damaged")])
	count(findings) == 1
}

test_silent_wrong_password_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "wrong-password")])
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
