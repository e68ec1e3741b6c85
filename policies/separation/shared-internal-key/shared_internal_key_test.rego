package mikscheck.rules.separation.shared_internal_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.shared_internal_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/spki", "aa"),
		fixture.set("/references/0/keys/0/chain/0/spki", "aa"),
	])
	count(findings) == 1
}

test_silent_one_file_is_another_rule if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/spki", "aa"),
		fixture.set("/references/0/keys/0/chain/0/spki", "aa"),
		fixture.set("/references/1/store", "s1"),
	])
	count(findings) == 0
}

test_silent_keys_that_could_not_be_read if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/spki", ""),
		fixture.set("/references/0/keys/0/chain/0/spki", ""),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys/0/chain/0/spki", "aa"),
		fixture.set("/references/0/keys/0/chain/0/spki", "aa"),
		fixture.set("/references/1/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
