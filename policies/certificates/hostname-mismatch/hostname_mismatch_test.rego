package mikscheck.rules.certificates.hostname_mismatch_test

import data.mikscheck.fixture
import data.mikscheck.rules.certificates.hostname_mismatch as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": false})])
	count(findings) == 1
}

test_silent_covered if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": true})])
	count(findings) == 0
}

test_silent_without_hostname if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": false}),
		fixture.set("/server/hostname/state", "absent"),
	])
	count(findings) == 0
}

test_not_judged_hostname_unknown if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/covers_host", {"state": "unknown", "reason": "x", "value": false}),
		fixture.set("/server/hostname/state", "unknown"),
	])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

host(i, name) := {"pointer": sprintf("/server/hosts/%d", [i]), "name": name, "kind": "Ingress 'mi'", "file": sprintf("mi.yaml:%d", [i])}

# A home whose certificate covers [server] hostname, and none of the names that a proxy has.
behind_a_proxy(names) := [
	fixture.set("/server/hosts", [host(i, name) | some i, name in names]),
	fixture.set("/references/0/keys/0/not_covered", [sprintf("/server/hosts/%d", [i]) | some i, _ in names]),
]

test_fires_for_the_names_of_proxies if {
	findings := rule.findings with input as fixture.changed(behind_a_proxy(["a.example.com", "b.example.com"]))
	{f.args.names | some f in findings} == {"the host names 'a.example.com' (Ingress 'mi' in mi.yaml:0), 'b.example.com' (Ingress 'mi' in mi.yaml:1)"}
	{r.at | some f in findings; some r in f.related} == {"/server/hosts/0", "/server/hosts/1"}
}

test_names_ten_and_counts_the_others if {
	findings := rule.findings with input as fixture.changed(behind_a_proxy([sprintf("h%d.example.com", [i]) | some i in numbers.range(1, 25)]))
	{true | some f in findings; endswith(f.args.names, ", 15 more")} == {true}
}

test_says_where_the_variable_is_set if {
	findings := rule.findings with input as fixture.changed([
		fixture.set("/references/0/keys/0/covers_host", {"state": "known", "reason": "", "value": false}),
		fixture.set("/server/hostname/shown", "$env{HOST}"),
		fixture.set("/server/hostname_from", [{"pointer": "/server/hostname_from/0", "name": "HOST", "kind": "environment", "file": "compose.yaml:7"}]),
	])
	{f.args.names | some f in findings} == {"the host name '$env{HOST}' (set in compose.yaml:7)"}
	{r.at | some f in findings; some r in f.related} == {"/server/hostname_from/0"}
}

listener(keys) := object.union(fixture.clean.references[0], {"section": "transport.http.listener.keystore", "role": "tls-keystore", "keys": keys})

test_silent_where_another_key_of_the_listener_covers_it if {
	key := fixture.clean.references[0].keys[0]
	findings := rule.findings with input as fixture.changed(array.concat(
		behind_a_proxy(["a.example.com"]),
		[fixture.set("/references", [fixture.changed(behind_a_proxy(["a.example.com"])).references[0], listener([object.union(key, {"not_covered": []})])])],
	))
	count(findings) == 0
}

test_silent_where_the_listener_has_another_store if {
	other := object.union(listener([]), {"store": "other", "file": {"root": "transport.http.listener.keystore.location", "text": "other.p12"}, "location": {"uri": "other.p12"}})
	findings := rule.findings with input as fixture.changed(array.concat(
		behind_a_proxy(["a.example.com"]),
		[fixture.set("/references", [fixture.changed(behind_a_proxy(["a.example.com"])).references[0], other])],
	))
	count(findings) == 0
}

test_silent_where_a_proxy_has_the_same_name if {
	findings := rule.findings with input as fixture.changed(behind_a_proxy([fixture.clean.server.hostname.text]))
	count(findings) == 0
}
