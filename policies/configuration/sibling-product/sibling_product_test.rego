package mikscheck.rules.configuration.sibling_product_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.sibling_product as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/product", "apim")])
	count(findings) == 1
}

test_silent_mi if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/product", "mi")])
	count(findings) == 0
}

test_not_judged_nothing_needed if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/parsed", false)])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
