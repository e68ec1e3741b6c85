package mikscheck.fleet.known_weak_key_test

import data.mikscheck.fleet.known_weak_key as rule

use := {
	"target": "a/deployment.toml",
	"environment": "",
	"title": "the primary keystore",
	"alias": "api",
	"subject": "CN=a",
	"position": 0,
	"file": "/targets/0/values/keystore.primary.file_name",
	"key": "/targets/0/values/keystore.primary.alias",
}

key(other) := object.union({"sha256": "aa", "algorithm": "RSA", "bits": 2048, "known": "", "environments": [], "uses": [use]}, other)

run(keys) := {"schema": 1, "targets": 2, "environments": [], "keys": keys}

test_fires if {
	findings := rule.findings with input as run([key({"shared_prime": {"sha256": "bb", "subject": "CN=b", "target": "b/deployment.toml"}})])
	count(findings) == 1
	some f in findings
	f.at == use.key
	f.args.other == "that of CN=b, which 'b/deployment.toml' uses"
	count(f.related) == 1
}

test_fires_in_one_target if {
	findings := rule.findings with input as run([key({"shared_prime": {"sha256": "bb", "subject": "CN=b", "target": "a/deployment.toml"}})])
	some f in findings
	count(f.related) == 0
}

test_fires_where_the_other_is_open if {
	findings := rule.findings with input as run([key({"shared_prime": {"sha256": "", "subject": "", "target": ""}})])
	some f in findings
	f.args.other == "another key of this run"
}

test_silent_without_a_common_prime if {
	findings := rule.findings with input as run([key({})])
	count(findings) == 0
}

test_not_judged_nothing_opened if {
	findings := rule.findings with input as run([])
	count(findings) == 0
}
