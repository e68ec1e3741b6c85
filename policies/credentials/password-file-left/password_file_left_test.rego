package mikscheck.rules.credentials.password_file_left_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.password_file_left as rule

file := {"pointer": "/beside/0", "kind": "file", "name": "password-tmp", "names_store": false, "stores": []}

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/beside", [file])])
	{finding.at | some finding in findings} == {"/beside/0"}
}

test_fires_in_a_checkout if {
	findings := rule.findings with input as fixture.changed([fixture.set("/beside", [file]), fixture.set("/target/layout", "tree")])
	{finding.args.where | some finding in findings} == {"the repository or the image"}
}

test_silent_setting if {
	findings := rule.findings with input as fixture.changed([fixture.set("/beside", [object.union(file, {"kind": "ENV", "names_store": true})])])
	count(findings) == 0
}

test_not_judged_file_does_not_parse if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/parsed", false)])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
