package mikscheck.rules.certificates.self_signed_primary_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.self_signed_primary as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": true})])
	count(findings) == 1
}

test_silent_same_names_other_key if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/self_issued", true),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 0
}

test_silent_internal if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_not_judged_unverifiable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/self_issued", true),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
