package mikscheck.rules.certificates.validity_too_long_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.validity_too_long as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/days", 826)])
	count(findings) == 1
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/days", 825)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/days", 9000),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}
