package custom.corporate.alias_naming_test

import data.custom.corporate.alias_naming as rule
import data.mikscheck.fixture

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/alias/text", "My_Key")])
	count(findings) == 1
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

# An alias that came by a variable is not judged: its text is not in the document.
test_not_judged_behind_a_variable if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/alias/text", ""),
		fixture.set("/references/0/alias/tainted", true),
	])
	count(findings) == 0
}
