package mikscheck.rules.configuration.alias_silently_ignored_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.alias_silently_ignored as rule

file := {"side": "listener", "path": fixture.clean.references[0].file, "in_force": true, "status": "found", "looked": [], "read": {"state": "known", "reason": ""}, "problems": [], "profiles": []}

profile := {"pointer": "/profiles/p.xml/0", "name": "p.xml/profile[1]", "title": "listener profile 1", "client": false, "no_validate": false, "keystore": "p.xml/profile[1]/KeyStore", "truststore": "", "alias": fixture.clean.references[0].alias, "alias_read": true, "entry": {"state": "absent", "reason": "", "alias": "", "kind": "", "nearest": "api"}}

changed(f, p) := fixture.changed([
	fixture.set("/references/0/section", profile.keystore),
	fixture.set("/profiles", [object.union(object.union(file, {"profiles": [object.union(profile, p)]}), f)]),
])

test_fires if {
	findings := rule.findings with input as changed({}, {})
	{finding.at | some finding in findings} == {profile.alias.pointer}
}

test_fires_without_a_suggestion if {
	findings := rule.findings with input as changed({}, {"entry": {"state": "absent", "reason": "", "alias": "", "kind": "", "nearest": ""}})
	{finding.args.nearest | some finding in findings} == {""}
}

test_silent_not_read_before_4_6 if {
	findings := rule.findings with input as changed({}, {"alias_read": false})
	count(findings) == 0
}

test_silent_not_in_force if {
	findings := rule.findings with input as changed({"in_force": false}, {})
	count(findings) == 0
}

test_silent_without_an_alias if {
	findings := rule.findings with input as changed({}, {"alias": object.union(profile.alias, {"state": "absent"})})
	count(findings) == 0
}

test_not_judged_store_not_opened if {
	findings := rule.findings with input as changed({}, {"entry": {"state": "unknown", "reason": "password-unknown", "alias": "", "kind": "", "nearest": ""}})
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
