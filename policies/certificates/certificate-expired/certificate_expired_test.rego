package mikscheck.rules.certificates.certificate_expired_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.certificate_expired as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", -86400)])
	count(findings) == 1
}

test_fires_at_the_second if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 0)])
	count(findings) == 1
}

test_fires_in_the_chain if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/1/seconds_left", -1)])
	count(findings) == 1
}

test_fires_as_note_for_the_internal if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_left", -86400)])
	count(findings) == 1
	some finding in findings
	finding.variant == "internal"
}

test_silent_last_second if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 1)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/seconds_left", -86400),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
