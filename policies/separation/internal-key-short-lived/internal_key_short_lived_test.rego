package mikscheck.rules.separation.internal_key_short_lived_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.internal_key_short_lived as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_left", 63072000)])
	count(findings) == 1
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_left", 63072001)])
	count(findings) == 0
}

test_silent_expired_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_left", 0)])
	count(findings) == 0
}

test_silent_same_certificate if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/seconds_left", 86400),
		fixture.set("/references/1/keys/0/chain/0/sha256", "aa"),
		fixture.set("/references/0/keys/0/chain/0/sha256", "aa"),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/seconds_left", 86400),
		fixture.set("/references/1/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
