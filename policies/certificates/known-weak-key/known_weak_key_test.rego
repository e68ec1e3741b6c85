package mikscheck.rules.certificates.known_weak_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.known_weak_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/weakness", "roca")])
	count(findings) == 1
}

test_fires_in_the_chain if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/1/weakness", "exponent-1")])
	count(findings) == 1
}

test_silent_none if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/weakness", "")])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/weakness", "roca"),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
