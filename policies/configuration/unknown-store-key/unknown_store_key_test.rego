package mikscheck.rules.configuration.unknown_store_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.unknown_store_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/keys", [{"pointer": "/keys/99", "section": "keystore.primary", "name": "name", "known": false, "nearest": "file_name"}])])
	count(findings) == 1
}

test_silent_known if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/target/parsed", false),
		fixture.set("/keys", []),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
