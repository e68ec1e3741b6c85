package mikscheck.rules.file.toml_syntax_test

import data.mikscheck.fixture
import data.mikscheck.rules.file.toml_syntax as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "syntax", "detail": "d.", "line": 3, "column": 1, "name": "", "table": false, "first": 1}])])
	count(findings) == 1
}

test_fires_template_as_note if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "template", "detail": "d.", "line": 3, "column": 1, "name": "", "table": false, "first": 1}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "template"
}

test_fires_template_in_texts_as_note if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "template-text", "detail": "d.", "line": 3, "column": 1, "name": "", "table": false, "first": 1}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "template-text"
}

test_silent_duplicate_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/problems", [{"pointer": "/problems/0", "kind": "duplicate", "detail": "d.", "line": 3, "column": 1, "name": "", "table": false, "first": 1}])])
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
