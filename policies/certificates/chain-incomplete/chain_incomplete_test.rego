package mikscheck.rules.certificates.chain_incomplete_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.chain_incomplete as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/complete", {"state": "known", "reason": "", "value": false})])
	count(findings) == 1
}

test_silent_complete if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/complete", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_not_judged_truststore_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/complete", {"state": "unknown", "reason": "x", "value": false})])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
