package mikscheck.rules.separation.known_default_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.known_default_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([{"op": "add", "path": "/stores/0/private_keys/0/leaf/known", "value": {"shipped_in": "MI 4.2.0"}}])
	count(findings) == 1
}

test_fires_on_an_alias_that_is_not_configured if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/stores/1/private_keys/0/leaf/known", "value": {"shipped_in": "MI 4.2.0"}},
		fixture.set("/references/1/keys", []),
	])
	count(findings) == 1
}

test_silent_in_a_truststore if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/stores/0/private_keys/0/leaf/known", "value": {"shipped_in": "MI 4.2.0"}},
		fixture.set("/references/0/trust", true),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/stores/0/private_keys/0/leaf/known", "value": {"shipped_in": "MI 4.2.0"}},
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
