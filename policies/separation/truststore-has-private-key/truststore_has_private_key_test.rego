package mikscheck.rules.separation.truststore_has_private_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.truststore_has_private_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/2/private_keys", [{"alias": "k", "leaf": {}}])])
	count(findings) == 1
}

test_fires_same_file if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/2/store", "s1")])
	count(findings) == 1
	some finding in findings
	finding.variant == "same_file"
}

test_silent_keystore_not_in_force if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/2/location/uri", "a"),
		fixture.set("/references/1/location/uri", "a"),
		fixture.set("/references/1/in_force", false),
	])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/2/private_keys", [{"alias": "k", "leaf": {}}]),
		fixture.set("/references/2/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
