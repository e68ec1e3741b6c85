package mikscheck.rules.credentials.private_key_in_source_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.private_key_in_source as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/tracked", true)])
	count(findings) == 1
}

test_silent_certificates_only if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/2/location/tracked", true)])
	count(findings) == 0
}

test_silent_public_key_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/tracked", true),
		{"op": "add", "path": "/stores/0/private_keys/0/leaf/known", "value": {"shipped_in": "MI 4.2.0"}},
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/tracked", true),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
