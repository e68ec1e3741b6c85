package mikscheck.rules.credentials.world_readable_store_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.world_readable_store as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/location/others_read", true)])
	count(findings) == 1
}

test_silent_in_a_work_tree if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/others_read", true),
		fixture.set("/references/0/location/work_tree", true),
	])
	count(findings) == 0
}

test_silent_without_private_key if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/2/location/others_read", true)])
	count(findings) == 0
}

test_not_judged_unopened if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/location/others_read", true),
		fixture.set("/references/0/contents", {"state": "unknown", "reason": "not-found"}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_for_a_file_with_clear_passwords if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/target/others_read", true),
		fixture.set("/references/0/password/clear", true),
	])
	count(findings) == 1
}

test_silent_where_the_password_stands_in_another_file if {
	every change in [
		fixture.set("/references/0/section", "keystore.identity"),
		fixture.set("/references/0/artifact", "inbound-endpoint"),
		fixture.set("/references/0/profile", "sender"),
	] {
		findings := rule.findings with input as fixture.changed([
			fixture.set("/target/others_read", true),
			fixture.set("/references/0/password/clear", true),
			change,
		])
		count(findings) == 0
	}
}
