package mikscheck.rules.certificates.encipherment_usage_missing_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.encipherment_usage_missing as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/has_key_usage", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage_critical", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage", ["keyEncipherment"]),
	])
	count(findings) == 1
}

test_silent_not_critical if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/has_key_usage", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage_critical", false),
		fixture.set("/references/1/keys/0/chain/0/key_usage", ["keyEncipherment"]),
	])
	count(findings) == 0
}

test_silent_allowed if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/has_key_usage", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage_critical", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage", ["dataEncipherment"]),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/has_key_usage", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage_critical", true),
		fixture.set("/references/1/keys/0/chain/0/key_usage", []),
		fixture.set("/references/1/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
