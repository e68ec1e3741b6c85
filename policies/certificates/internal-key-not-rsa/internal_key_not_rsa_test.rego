package mikscheck.rules.certificates.internal_key_not_rsa_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.internal_key_not_rsa as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/key_algorithm", "EC")])
	count(findings) == 1
}

test_silent_primary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/key_algorithm", "EC")])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/key_algorithm", "EC"),
		fixture.set("/references/1/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
