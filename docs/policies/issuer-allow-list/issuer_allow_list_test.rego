package custom.corporate.issuer_allow_list_test

import data.custom.corporate.issuer_allow_list as rule
import data.mikscheck.fixture

issuer := fixture.clean.references[0].keys[0].chain[0].issuer

test_fires if {
	findings := rule.findings with input as fixture.clean with data.corporate.issuers as ["CN=Another"]
	{finding.args.issuer | some finding in findings} == {issuer}
}

test_silent_on_the_list if {
	findings := rule.findings with input as fixture.clean with data.corporate.issuers as [issuer]
	count(findings) == 0
}
