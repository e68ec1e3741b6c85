package mikscheck.rules.configuration.partial_store_section_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.partial_store_section as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys_written", ["file_name", "type"])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_error_where_it_does_not_fit if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys_written", ["file_name"]),
		fixture.set("/references/1/problem", "wrong-password"),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "fails"
}

test_fires_truststore if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/2/keys_written", ["file_name"])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_silent_without_type if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/keys_written", ["file_name", "password", "alias", "key_password"])])
	count(findings) == 0
}

test_silent_file_not_changed if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/keys_written", ["file_name"]),
		fixture.set("/references/1/store", "s1"),
	])
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references", [])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
