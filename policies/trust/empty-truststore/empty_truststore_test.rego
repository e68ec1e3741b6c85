package mikscheck.rules.trust.empty_truststore_test

import data.mikscheck.fixture
import data.mikscheck.rules.trust.empty_truststore as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/anchor_count", 0)])
	count(findings) == 1
}

test_silent_one_anchor if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/anchor_count", 1)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/2/anchor_count", 0),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
