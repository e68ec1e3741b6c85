package mikscheck.rules.certificates.ca_certificate_as_leaf_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.ca_certificate_as_leaf as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/is_ca", true),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
}

test_silent_self_signed_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/is_ca", true),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": true}),
	])
	count(findings) == 0
}

test_not_judged_unverifiable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/is_ca", true),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
