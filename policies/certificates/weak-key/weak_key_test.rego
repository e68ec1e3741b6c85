package mikscheck.rules.certificates.weak_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.weak_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/key_bits", 1024),
		fixture.set("/references/0/keys/0/chain/0/key_algorithm", "RSA"),
	])
	count(findings) == 1
}

test_fires_curve if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/key_bits", 192),
		fixture.set("/references/0/keys/0/chain/0/key_algorithm", "EC"),
	])
	count(findings) == 1
}

test_fires_in_the_chain if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/1/key_bits", 1024)])
	count(findings) == 1
}

test_silent_boundary if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/key_bits", 2048),
		fixture.set("/references/0/keys/0/chain/0/key_algorithm", "RSA"),
	])
	count(findings) == 0
}

test_silent_curve_boundary if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/key_bits", 224),
		fixture.set("/references/0/keys/0/chain/0/key_algorithm", "EC"),
	])
	count(findings) == 0
}

test_not_judged_unknown_size if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/key_bits", 0)])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
