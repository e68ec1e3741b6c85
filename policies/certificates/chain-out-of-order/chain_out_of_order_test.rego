package mikscheck.rules.certificates.chain_out_of_order_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.chain_out_of_order as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/ordered", false)])
	count(findings) == 1
}

test_silent_ordered if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/ordered", true)])
	count(findings) == 0
}

test_not_judged_unverifiable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/links/ordered", false),
		fixture.set("/references/0/keys/0/links/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
