package mikscheck.rules.configuration.corrupt_store_test

import data.mikscheck.fixture
import data.mikscheck.rules.configuration.corrupt_store as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "damaged")])
	count(findings) == 1
}

test_silent_wrong_password_is_another_rule if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/problem", "wrong-password")])
	count(findings) == 0
}

test_not_judged_not_at_hand if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/store", "")])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_where_java_refuses if {
	findings := rule.findings with input as fixture.changed([fixture.set("/stores/0/java_refuses", ["Java 17 does not know PBMAC1"])])
	count(findings) == 1
	some f in findings
	f.variant == "java"
}

test_fires_where_java_refuses_a_key if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/java_refuses", "Java has no PBE with SHA-1 and DES")])
	count(findings) == 1
	some f in findings
	f.variant == "java-key"
}

test_silent_under_another_provider if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/0/java_refuses", ["Java 17 does not know PBMAC1"]),
		fixture.set("/references/0/keys/0/java_refuses", "Java has no PBE with SHA-1 and DES"),
		fixture.set("/server/jce_provider", "BC"),
	])
	count(findings) == 0
}

test_not_judged_where_nothing_opened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/stores/0/java_refuses", ["Java 17 does not know PBMAC1"]),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "wrong-password"}),
	])
	count(findings) == 0
}
