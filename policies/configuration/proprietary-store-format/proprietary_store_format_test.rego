package mikscheck.rules.configuration.proprietary_store_format_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.proprietary_store_format as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/format", "JKS")])
	count(findings) == 1
}

test_silent_pkcs12 if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_not_judged_not_at_hand if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/0/format", "JKS"),
		fixture.set("/references/0/store", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
