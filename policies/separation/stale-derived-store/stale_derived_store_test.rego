package mikscheck.rules.separation.stale_derived_store_test

import data.mikscheck.fixture
import data.mikscheck.rules.separation.stale_derived_store as rule

test_fires_alias_of_vfs if {
	alias := object.union(fixture.clean.references[0].alias, {"pointer": "/values/transport.vfs.listener.keystore.alias", "text": "old"})
	findings := rule.findings with input as fixture.changed([{
		"op": "add", "path": "/references/3",
		"value": object.union(fixture.clean.references[0], {"section": "transport.vfs.listener.keystore", "role": "vault-keystore", "title": "the VFS transport's keystore", "base": "keystore.primary", "alias": alias, "base_password": {"state": "known", "value": true, "reason": ""}}),
	}])
	{f.variant | some f in findings} == {"alias"}
}

test_silent_on_alias_of_tls if {
	alias := object.union(fixture.clean.references[0].alias, {"text": "old"})
	findings := rule.findings with input as fixture.changed([{
		"op": "add", "path": "/references/3",
		"value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "base": "keystore.primary", "alias": alias, "base_password": {"state": "known", "value": true, "reason": ""}}),
	}])
	count(findings) == 0
}

test_fires_password if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
}

test_fires_key_password if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": true}),
		fixture.set("/references/3/keys/0/opens", {"state": "known", "reason": "", "value": false}),
	])
	count(findings) == 1
}

test_fires_type if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": true}),
		fixture.set("/references/3/type/text", "JCEKS"),
	])
	count(findings) == 1
	some finding in findings
	finding.variant == "type"
}

test_fires_in_a_profile if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "listenerprofiles.xml/profile[1]/KeyStore", "role": "tls-keystore", "profile": "listener", "title": "the keystore of listener profile 1", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/3/type/text", "JCEKS"),
	])
	{finding.variant | some finding in findings} == {"profile", "profile_type"}
}

test_silent_same if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": true}),
	])
	count(findings) == 0
}

test_silent_other_file if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/3/store", "s9"),
		fixture.set("/references/3/location/uri", "x"),
		fixture.set("/references/3/file/root", "x"),
		fixture.set("/references/3/file/text", "x"),
	])
	count(findings) == 0
}

test_not_judged_password_unknown if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "title": "the HTTPS listener's keystore", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "unknown", "reason": "x", "value": false}),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_in_an_artifact if {
	findings := rule.findings with input as fixture.changed([
		{"op": "add", "path": "/references/3", "value": object.union(fixture.clean.references[0], {"section": "inbound-endpoints/a.xml/keystore", "role": "tls-keystore", "artifact": "inbound-endpoint", "title": "the keystore of inbound endpoint 'a'", "base": "keystore.primary"})},
		fixture.set("/references/3/base_password", {"state": "known", "reason": "", "value": false}),
		fixture.set("/references/3/type/text", "JCEKS"),
	])
	{finding.variant | some finding in findings} == {"artifact", "artifact_type"}
}
