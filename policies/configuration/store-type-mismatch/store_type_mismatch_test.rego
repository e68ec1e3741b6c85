package mikscheck.rules.configuration.store_type_mismatch_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.store_type_mismatch as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "JCEKS")])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_note_where_java_loads_it if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "jks")])
	count(findings) == 1
	some finding in findings
	finding.variant == "accepted"
}

test_fires_under_another_provider if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/type/text", "JKS"),
		fixture.set("/server/jce_provider", "BCFIPS"),
	])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_silent_case_of_the_type if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "pkcs12")])
	count(findings) == 0
}

test_silent_no_type_at_all_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "P12")])
	count(findings) == 0
}

test_not_judged_not_at_hand if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/type/text", "JCEKS"),
		fixture.set("/references/0/store", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
