package mikscheck.rules.certificates.hostname_mismatch_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.hostname_mismatch as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": false})])
	count(findings) == 1
}

test_silent_covered if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_silent_without_hostname if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": false}),
		fixture.set("/server/hostname/state", "absent"),
	])
	count(findings) == 0
}

test_not_judged_hostname_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/covers_host", {"state": "unknown", "reason": "x", "value": false}),
		fixture.set("/server/hostname/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
