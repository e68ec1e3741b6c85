package mikscheck.rules.credentials.secret_not_text_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.secret_not_text as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "not-text", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}])])
	count(findings) == 1
}

test_fires_runtime if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "enable", "form": "not-text", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "runtime_secrets"}])])
	count(findings) == 1
}

test_silent_1_2_0 if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a", "form": "not-text", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}]),
		fixture.set("/target/version", "1.2.0"),
	])
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
