package mikscheck.rules.credentials.malformed_secret_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.malformed_secret as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "other", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}])])
	count(findings) == 1
}

test_fires_length if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 100, "section": "secrets"}])])
	count(findings) == 1
}

test_silent_length_of_the_key if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 256, "section": "secrets"}]),
		fixture.set("/references/1/keys/0/chain/0/key_bits", 2048),
		fixture.set("/references/1/keys/0/chain/0/key_algorithm", "RSA"),
	])
	count(findings) == 0
}

test_silent_plain_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "plain", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}])])
	count(findings) == 0
}

test_not_judged_key_unknown_any_size_passes if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 512, "section": "secrets"}]),
		fixture.set("/references/1/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
