package mikscheck.rules.trust.weak_trust_anchor_test

import data.mikscheck.fixture
import data.mikscheck.rules.trust.weak_trust_anchor as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/weak_anchors", [{"alias": "a", "subject": "CN=a", "detail": "RSA with 1024 bits"}])])
	count(findings) == 1
}

test_silent_in_a_keystore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/weak_anchors", [{"alias": "a", "subject": "CN=a", "detail": "x"}])])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/2/weak_anchors", [{"alias": "a", "subject": "CN=a", "detail": "x"}]),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
