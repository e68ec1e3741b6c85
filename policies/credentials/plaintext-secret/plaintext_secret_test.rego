package mikscheck.rules.credentials.plaintext_secret_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.plaintext_secret as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "plain", "used": false, "used_by": "", "runtime": false}])])
	count(findings) == 1
}

test_fires_as_error_where_used if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "plain", "used": true, "used_by": "x", "runtime": false}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "used"
}

test_silent_encrypted if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "encrypted", "used": true, "used_by": "x", "runtime": false}])])
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/target/parsed", false),
		fixture.set("/secrets", []),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
