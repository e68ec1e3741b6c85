package mikscheck.rules.configuration.wrong_key_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.wrong_key_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/opens", {"state": "known", "reason": "", "value": false})])
	count(findings) == 1
}

test_silent_opens if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/opens", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/opens", {"state": "unknown", "reason": "x", "value": false})])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
