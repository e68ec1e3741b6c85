package mikscheck.rules.file.duplicate_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.file.duplicate_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "duplicate", "detail": "d.", "line": 3, "column": 1, "name": "a.b", "table": false, "first": 1}])])
	count(findings) == 1
}

test_fires_table if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "duplicate", "detail": "d.", "line": 3, "column": 1, "name": "a", "table": true, "first": 1}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "table"
}

test_silent_syntax_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "syntax", "detail": "d.", "line": 3, "column": 1, "name": "", "table": false, "first": 1}])])
	count(findings) == 0
}

test_not_judged_nothing_needed if {
	findings := rule.findings with input as fixture.changed([fixture.set("/target/parsed", false)])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
