package mikscheck.rules.credentials.invalid_secret_alias_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.invalid_secret_alias as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a b", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}])])
	count(findings) == 1
}

test_fires_quoted_before_4_5 if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a.b", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}]),
		fixture.set("/target/version", "4.4.0"),
	])
	count(findings) == 1
}

test_silent_dot_from_4_5 if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a.b", "form": "encrypted", "used": false, "used_by": "", "runtime": false, "bytes": 0, "section": "secrets"}]),
		fixture.set("/target/version", "4.5.0"),
	])
	count(findings) == 0
}

test_silent_colon_with_runtime_secrets if {
	findings := rule.findings with input as fixture.changed([fixture.set("/secrets", [{"pointer": "/secrets/0", "alias": "a:b#c", "form": "encrypted", "used": false, "used_by": "", "runtime": true, "bytes": 0, "section": "secrets"}])])
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
