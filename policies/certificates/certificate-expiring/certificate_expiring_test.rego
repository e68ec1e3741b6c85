package mikscheck.rules.certificates.certificate_expiring_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.certificate_expiring as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 2592000)])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_note if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 2592001)])
	count(findings) == 1
	some finding in findings
	finding.variant == "notice"
}

test_fires_as_note_until_90_days if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 7776000)])
	count(findings) == 1
	some finding in findings
	finding.variant == "notice"
}

# Whoever asks for an early warning gets it, also where it is earlier than the note.
test_fires_before_the_note if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/seconds_left", 8640000),
		fixture.set("/settings/expiring_days", 100),
	])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_note_for_the_internal if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys/0/chain/0/seconds_left", 86400)])
	count(findings) == 1
	some finding in findings
	finding.variant == "internal"
}

test_silent_later if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 7776001)])
	count(findings) == 0
}

test_silent_expired_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/seconds_left", 0)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/seconds_left", 86400),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
