package mikscheck.rules.separation.shared_internal_store_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.shared_internal_store as rule

test_fires_same_path if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/location/uri", "a.jks"),
		fixture.set("/references/0/location/uri", "a.jks"),
	])
	count(findings) == 1
}

test_fires_copy if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/store", "s1")])
	count(findings) == 1
}

test_fires_absent_section if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/file/root", "keystore.primary.file_name"),
		fixture.set("/references/1/file/written", false),
	])
	count(findings) == 1
}

test_silent_other_file if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/1/file/text", "b.jks")])
	count(findings) == 0
}

test_not_judged_path_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/1/file/text", ""),
		fixture.set("/references/1/file/state", "unknown"),
		fixture.set("/references/1/location/uri", ""),
		fixture.set("/references/1/store", ""),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
