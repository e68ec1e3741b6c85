package mikscheck.rules.certificates.server_usage_missing_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.server_usage_missing as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_ext_key_usage", true),
		fixture.set("/references/0/keys/0/chain/0/ext_key_usage", ["clientAuth"]),
	])
	count(findings) == 1
}

test_fires_key_usage if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_key_usage", true),
		fixture.set("/references/0/keys/0/chain/0/key_usage", ["keyCertSign"]),
	])
	count(findings) == 1
}

test_silent_any if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_ext_key_usage", true),
		fixture.set("/references/0/keys/0/chain/0/ext_key_usage", ["any"]),
	])
	count(findings) == 0
}

test_silent_absent if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_ext_key_usage", false),
		fixture.set("/references/0/keys/0/chain/0/ext_key_usage", []),
		fixture.set("/references/0/keys/0/chain/0/has_key_usage", false),
		fixture.set("/references/0/keys/0/chain/0/key_usage", []),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/has_ext_key_usage", true),
		fixture.set("/references/0/keys/0/chain/0/ext_key_usage", ["clientAuth"]),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
