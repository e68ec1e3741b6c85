package mikscheck.rules.certificates.issuer_not_a_ca_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.issuer_not_a_ca as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/bad_issuers", [{"subject": "CN=a", "issued": "CN=b", "reason": "issuer-not-ca"}])])
	count(findings) == 1
}

test_silent_none if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/links/bad_issuers", [])])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/links/bad_issuers", [{"subject": "CN=a", "issued": "CN=b", "reason": "path-length"}]),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
