package mikscheck.rules.configuration.type_untested_in_version_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.type_untested_in_version as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/target/version", "4.3.0"),
		fixture.set("/references/1/type/text", "JKS"),
		fixture.set("/references/2/type/text", "JKS"),
	])
	count(findings) == 1
}

test_fires_bouncy_castle if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "bks")])
	count(findings) == 1
}

test_silent_from_4_4 if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/version", "4.4.0")])
	count(findings) == 0
}

test_silent_with_provider if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/type/text", "BCFKS"),
		fixture.set("/server/jce_provider", "BCFIPS"),
	])
	count(findings) == 0
}

test_not_judged_type_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/type/text", ""),
		fixture.set("/references/0/type/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
