package mikscheck.rules.configuration.tls_identity_ambiguous_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.tls_identity_ambiguous as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([{"op": "add", "path": "/stores/0/private_keys/1", "value": {"alias": "old", "leaf": {"subject": "CN=old", "not_after": "2027-01-01T00:00:00Z"}}}])
	count(findings) == 1
}

test_silent_not_opened_by_tls if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/stores/0/private_keys/1", "value": {"alias": "old", "leaf": {"subject": "CN=old", "not_after": "2027-01-01T00:00:00Z"}}},
		fixture.set("/references/0/tls", false),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/stores/0/private_keys/1", "value": {"alias": "old", "leaf": {"subject": "CN=old", "not_after": "2027-01-01T00:00:00Z"}}},
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
