package mikscheck.rules.certificates.key_certificate_mismatch_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.key_certificate_mismatch as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/matches", {"state": "known", "reason": "", "value": false})])
	count(findings) == 1
}

test_silent_matches if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/matches", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_not_judged_key_not_opened if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/matches", {"state": "unknown", "reason": "x", "value": false})])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
