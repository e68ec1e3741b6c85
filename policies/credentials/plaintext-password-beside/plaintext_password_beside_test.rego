package mikscheck.rules.credentials.plaintext_password_beside_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.plaintext_password_beside as rule

setting := {"pointer": "/beside/0", "kind": "ENV", "name": "STORE_PASSWORD", "names_store": true, "stores": []}

changed(patch) := fixture.changed([fixture.set("/beside", [object.union(setting, patch)])])

test_fires_by_name if {
	findings := rule.findings with input as changed({})
	{finding.args.what | some finding in findings} == {"a store's password"}
}

test_fires_by_value if {
	findings := rule.findings with input as changed({"names_store": false, "stores": ["the truststore"]})
	{finding.args.what | some finding in findings} == {"the password of the truststore"}
}

test_fires_property if {
	findings := rule.findings with input as changed({"kind": "property"})
	{finding.args.kind | some finding in findings} == {"The property"}
}

test_fires_each_kind if {
	every kind, words in {"environment": "The variable", "env": "The variable", "Secret": "The Secret's key"} {
		findings := rule.findings with input as changed({"kind": kind})
		{finding.args.kind | some finding in findings} == {words}
	}
}

test_silent_file if {
	findings := rule.findings with input as changed({"kind": "file"})
	count(findings) == 0
}

test_not_judged_neither_name_nor_value if {
	findings := rule.findings with input as changed({"names_store": false})
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_in_files_of_variables_and_values if {
	every kind in ["env_file", "value"] {
		findings := rule.findings with input as changed({"kind": kind})
		count(findings) == 1
	}
}
