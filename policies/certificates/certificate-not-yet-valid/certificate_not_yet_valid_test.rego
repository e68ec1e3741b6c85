package mikscheck.rules.certificates.certificate_not_yet_valid_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.certificate_not_yet_valid as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_to_start", 1)])
	count(findings) == 1
}

test_fires_as_note_for_the_internal if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_to_start", 1)])
	count(findings) == 1
	some finding in findings
	finding.variant == "internal"
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_to_start", 0)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/seconds_to_start", 1),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
