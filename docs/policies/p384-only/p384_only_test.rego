package custom.corporate.p384_only_test

import data.custom.corporate.p384_only as rule
import data.mikscheck.fixture

test_fires if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 1
}

test_silent_on_p384 if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/chain/0/key_algorithm", "EC"),
		fixture.set("/references/0/keys/0/chain/0/key_bits", 384),
	])
	count(findings) == 0
}
