package mikscheck.rules.configuration.weak_store_protection_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.weak_store_protection as rule

test_fires_cipher if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/protection/ciphers/0/algorithm", "PBE-SHA1-RC2-40")])
	count(findings) == 1
}

test_fires_iterations if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/protection/iterations", 999)])
	count(findings) == 1
}

test_fires_without_mac if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/protection/integrity", "")])
	count(findings) == 1
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/protection/iterations", 1000)])
	count(findings) == 0
}

test_silent_sha1_mac_alone if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/protection/integrity", "HMAC-SHA1")])
	count(findings) == 0
}

test_not_judged_damaged if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/0/protection/integrity", ""),
		fixture.set("/references/0/problem", "damaged"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
