package mikscheck.rules.separation.default_cert_trusted_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.default_cert_trusted as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/known_anchors", [{"alias": "a", "subject": "CN=a", "detail": "MI 4.2.0"}])])
	count(findings) == 1
}

test_silent_in_a_keystore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/known_anchors", [{"alias": "a", "subject": "CN=a", "detail": "MI 4.2.0"}])])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/2/known_anchors", [{"alias": "a", "subject": "CN=a", "detail": "MI 4.2.0"}]),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
