package mikscheck.rules.configuration.alias_not_a_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.alias_not_a_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/entry/kind", "certificate")])
	count(findings) == 1
}

test_fires_secret_key_for_the_internal if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/entry/kind", "secret-key")])
	count(findings) == 1
}

test_silent_secret_key_for_symmetric_secrets if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/entry/kind", "secret-key"),
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "symmetric", "used": false, "used_by": "", "runtime": false}]),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/entry/kind", "certificate"),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
