package mikscheck.rules.credentials.unresolved_variable_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.unresolved_variable as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
}

test_fires_sys if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "sys", "name": "n", "resolved": false, "reason": "sys-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 1
}

test_silent_given if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": true, "reason": "", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_silent_where_no_store_depends_on_it if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "env", "name": "n", "resolved": false, "reason": "env-not-given", "store": false, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_not_judged_reference_to_it if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/0/0", "key": "keystore.primary.password", "kind": "ref", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_system if {
	findings := rule.findings with input as fixture.changed([fixture.set("/placeholders", [{"pointer": "/placeholders/x/0", "key": "inbound-endpoints/a.xml/wss.ssl.key.store.pass", "kind": "system", "name": "n", "resolved": false, "reason": "env-not-given", "store": true, "nearest": "", "in_secret": false}])])
	some finding in findings
	finding.variant == "artifact"
	startswith(finding.args.option, "--env n,")
}
