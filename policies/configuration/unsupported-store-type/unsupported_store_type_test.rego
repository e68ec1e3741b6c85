package mikscheck.rules.configuration.unsupported_store_type_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.unsupported_store_type as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "P12")])
	count(findings) == 1
}

test_fires_blank if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", " JKS")])
	count(findings) == 1
}

test_silent_provider_types if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/type/text", "bcfks")])
	count(findings) == 0
}

test_not_judged_type_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/type/state", "unknown"),
		fixture.set("/references/0/type/text", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
