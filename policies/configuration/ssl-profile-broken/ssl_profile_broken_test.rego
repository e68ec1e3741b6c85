package mikscheck.rules.configuration.ssl_profile_broken_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.ssl_profile_broken as rule

file := {"side": "listener", "path": fixture.clean.references[0].file, "in_force": true, "status": "found", "looked": [], "read": {"state": "known", "reason": ""}, "problems": [], "profiles": []}

problem := {"pointer": "/profiles/p.xml/problems/0", "kind": "missing", "detail": "x.", "profile": "p.xml/profile[1]"}

test_fires_missing_element if {
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [object.union(file, {"problems": [problem]})])])
	{finding.at | some finding in findings} == {problem.pointer}
}

test_fires_no_xml_differently_for_each_side if {
	broken := object.union(file, {"problems": [object.union(problem, {"kind": "syntax", "profile": ""})]})
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [broken, object.union(broken, {"side": "sender"})])])
	count({finding.args.consequence | some finding in findings}) == 2
}

test_fires_no_file if {
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [object.union(file, {"status": "missing"})])])
	{finding.variant | some finding in findings} == {"missing"}
}

test_fires_absolute_path if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/profiles", [object.union(file, {"status": "missing"})]),
		fixture.set("/profiles/0/path/shown", "/x"),
	])
	count({finding | some finding in findings; contains(finding.args.absolute, "appended")}) == 1
}

test_silent_in_a_checkout if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/profiles", [object.union(file, {"status": "missing"})]),
		fixture.set("/target/roots_complete", false),
	])
	count(findings) == 0
}

test_silent_not_in_force if {
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [object.union(file, {"status": "missing", "in_force": false, "problems": [problem]})])])
	count(findings) == 0
}

test_not_judged_limit_of_the_checker if {
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [object.union(file, {"problems": [object.union(problem, {"kind": "limit"})]})])])
	count(findings) == 0
}

test_not_judged_path_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/profiles", [object.union(file, {"status": "unknown"})])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
