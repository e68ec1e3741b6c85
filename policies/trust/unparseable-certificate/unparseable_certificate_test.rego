package mikscheck.rules.trust.unparseable_certificate_test

import data.mikscheck.fixture
import data.mikscheck.rules.trust.unparseable_certificate as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/odd", [{"alias": "a", "subject": "CN=a", "detail": "negative serial number"}])])
	count(findings) == 1
}

test_silent_none if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/2/odd", [{"alias": "a", "subject": "CN=a", "detail": "x"}]),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
