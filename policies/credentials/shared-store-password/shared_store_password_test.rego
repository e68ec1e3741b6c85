package mikscheck.rules.credentials.shared_store_password_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.shared_store_password as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/base_password", {"state": "known", "reason": "", "value": true})])
	count(findings) == 1
}

test_silent_one_file_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/base_password", {"state": "known", "reason": "", "value": true}),
		fixture.set("/references/1/store", "s1"),
	])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/base_password", {"state": "unknown", "reason": "x", "value": false})])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
