package mikscheck.rules.configuration.unknown_store_section_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.unknown_store_section as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tables", [{"pointer": "/tables/9", "name": "trust_store", "array": false, "keys": [], "known": false, "nearest": "truststore"}])])
	count(findings) == 1
}

test_fires_keys_of_a_store_in_keystore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tables", [{"pointer": "/tables/9", "name": "keystore", "array": false, "keys": ["file_name"], "known": false, "nearest": ""}])])
	count(findings) == 1
}

test_fires_as_note_for_a_sibling if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tables", [{"pointer": "/tables/9", "name": "keystore.tls", "array": false, "keys": [], "known": false, "nearest": "keystore.primary"}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "sibling"
}

test_silent_other_tables if {
	findings := rule.findings with input as fixture.changed([fixture.set("/tables", [{"pointer": "/tables/9", "name": "my_table", "array": false, "keys": [], "known": false, "nearest": ""}])])
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/target/parsed", false),
		fixture.set("/tables", []),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
