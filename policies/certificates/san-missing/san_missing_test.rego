package mikscheck.rules.certificates.san_missing_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.san_missing as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/has_san", false)])
	count(findings) == 1
}

test_silent_internal if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/has_san", false),
		fixture.set("/references/0/keys/0/chain/0/has_san", true),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_san", false),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
