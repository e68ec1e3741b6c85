package mikscheck.rules.certificates.weak_signature_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.weak_signature as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/signature", "SHA1withRSA"),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
}

test_silent_self_signed if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/signature", "MD5withRSA"),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "known", "reason": "", "value": true}),
	])
	count(findings) == 0
}

test_silent_sha256 if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/signature", "SHA256withRSA")])
	count(findings) == 0
}

test_not_judged_unverifiable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/signature", "SHA1withRSA"),
		fixture.set("/references/0/keys/0/chain/0/self_signed", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
