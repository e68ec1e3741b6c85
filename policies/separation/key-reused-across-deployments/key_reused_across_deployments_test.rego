package mikscheck.fleet.key_reused_across_deployments_test

import data.mikscheck.fleet.key_reused_across_deployments as rule

use(n, environment) := {
	"target": sprintf("%d/deployment.toml", [n]),
	"environment": environment,
	"title": "the primary keystore",
	"alias": "api",
	"subject": "CN=a",
	"position": 0,
	"file": sprintf("/targets/%d/values/keystore.primary.file_name", [n]),
	"key": sprintf("/targets/%d/values/keystore.primary.alias", [n]),
}

dev := {"name": "dev", "targets": 1, "first": "0/deployment.toml"}

prod := {"name": "prod", "targets": 3, "first": "1/deployment.toml"}

none := {"name": "", "targets": 1, "first": "2/deployment.toml"}

key(known, environments, uses) := {"sha256": "aa", "algorithm": "RSA", "bits": 2048, "known": known, "environments": environments, "uses": uses}

run(keys) := {"schema": 1, "targets": 2, "environments": ["dev", "prod"], "keys": keys}

test_fires if {
	findings := rule.findings with input as run([key("", [dev, prod], [use(0, "dev"), use(1, "prod")])])
	{f.at | some f in findings} == {"/targets/0/values/keystore.primary.file_name", "/targets/1/values/keystore.primary.file_name"}
	{f.args.others | some f in findings} == {"'dev' ('0/deployment.toml')", "'prod' ('1/deployment.toml' and 2 more)"}
}

test_silent_of_a_target_in_no_environment if {
	findings := rule.findings with input as run([key("", [none, dev, prod], [use(0, "dev"), use(1, "prod"), use(2, "")])])
	count(findings) == 2
}

test_silent_in_one_environment if {
	findings := rule.findings with input as run([key("", [prod], [use(0, "prod"), use(1, "prod")])])
	count(findings) == 0
}

test_silent_beside_targets_in_none if {
	findings := rule.findings with input as run([key("", [none, prod], [use(0, ""), use(1, "prod")])])
	count(findings) == 0
}

test_silent_of_a_key_that_everyone_has if {
	findings := rule.findings with input as run([key("MI 4.4.0", [dev, prod], [use(0, "dev"), use(1, "prod")])])
	count(findings) == 0
}

test_silent_of_an_authority if {
	authority := object.union(use(0, "dev"), {"position": 1})
	findings := rule.findings with input as run([key("", [dev, prod], [authority])])
	count(findings) == 0
}

test_not_judged_nothing_opened if {
	findings := rule.findings with input as run([])
	count(findings) == 0
}
