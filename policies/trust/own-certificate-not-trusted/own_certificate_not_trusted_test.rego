package mikscheck.rules.trust.own_certificate_not_trusted_test

import data.mikscheck.fixture
import data.mikscheck.rules.trust.own_certificate_not_trusted as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/trust/0/verdict", {"state": "known", "reason": "", "value": false}),
		fixture.set("/trust/0/self_signed", {"state": "known", "reason": "", "value": true}),
		fixture.set("/trust/0/reason", "issuer-missing"),
	])
	count(findings) == 1
}

test_silent_trusted if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/trust/0/verdict", {"state": "known", "reason": "", "value": true}),
		fixture.set("/trust/0/self_signed", {"state": "known", "reason": "", "value": true}),
		fixture.set("/trust/0/reason", "issuer-missing"),
	])
	count(findings) == 0
}

test_silent_signed_by_a_ca if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/trust/0/verdict", {"state": "known", "reason": "", "value": false}),
		fixture.set("/trust/0/self_signed", {"state": "known", "reason": "", "value": false}),
		fixture.set("/trust/0/reason", "issuer-missing"),
	])
	count(findings) == 0
}

test_not_judged_unverifiable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/trust/0/verdict", {"state": "unknown", "reason": "x", "value": false}),
		fixture.set("/trust/0/self_signed", {"state": "unknown", "reason": "x", "value": false}),
		fixture.set("/trust/0/reason", "issuer-missing"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
