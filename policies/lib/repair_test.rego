package mikscheck.lib_test

import data.mikscheck.fixture
import data.mikscheck.lib

# The commands for the primary key of the clean home, with changes.
renewal(patches) := commands if {
	input_document := fixture.changed(patches)
	ref := input_document.references[0]
	commands := lib.renewal(ref, ref.keys[0], []) with input as input_document
}

test_renewal if {
	argvs := [c.argv | some c in renewal([])]
	argvs == [
		["keytool", "-certreq", "-keystore", "repository/resources/security/primary.p12", "-alias", "api", "-file", "api.csr", "-ext", "san=dns:api.example.org"],
		["keytool", "-importcert", "-keystore", "repository/resources/security/primary.p12", "-alias", "api", "-file", "api.pem"],
	]
}

test_hostile_alias_stays_one_argument if {
	commands := renewal([fixture.set("/references/0/keys/0/alias", "a' ; rm -rf /")])
	commands[0].argv[5] == "a' ; rm -rf /"
	commands[0].argv[7] == "certificate.csr"
}

test_no_option_of_the_launcher if count(renewal([fixture.set("/references/0/keys/0/alias", "-J-agentpath:x")])) == 0

test_no_argument_file if count(renewal([fixture.set("/references/0/keys/0/alias", "@x")])) == 0

test_no_hidden_alias if {
	commands := renewal([
		fixture.set("/references/0/alias/tainted", true),
		fixture.set("/references/0/alias/shown", "$env{A}"),
		fixture.set("/references/0/keys/0/alias", "$env{A}"),
	])
	count(commands) == 0
}

test_no_hidden_path if count(renewal([fixture.set("/references/0/file/tainted", true)])) == 0

test_nothing_without_file if count(renewal([fixture.set("/references/0/location/uri", "")])) == 0

test_no_format_of_others if count(renewal([fixture.set("/stores/0/format", "BCFKS")])) == 0

test_no_renewal_of_a_public_key if {
	count(renewal([{"op": "add", "path": "/references/0/keys/0/chain/0/known", "value": {"shipped_in": "x"}}])) == 0
}

test_path_is_no_option if {
	commands := renewal([fixture.set("/references/0/location/uri", "-J-x.p12")])
	commands[0].argv[3] == "./-J-x.p12"
}

test_hostile_host_name if {
	commands := renewal([fixture.set("/server/hostname/text", "a,dns:b")])
	count(commands[0].argv) == 8
}

test_internal_certificate_signs_itself if {
	ref := fixture.clean.references[1]
	commands := lib.certificate_repair(ref, ref.keys[0]) with input as fixture.clean
	commands[0].argv[1] == "-selfcert"
}

test_new_store_has_a_new_name if {
	ref := fixture.clean.references[0]
	commands := lib.new_key(ref) with input as fixture.clean
	commands[0].argv[3] == "repository/resources/security/primary-new.p12"
}

test_nothing_is_removed_from_a_keystore if {
	document := fixture.changed([fixture.set("/references/2/location/uri", "repository/resources/security/primary.p12")])
	count(lib.removal(document.references[2], ["x"], "")) == 0 with input as document
	count(lib.removal(fixture.clean.references[2], ["x", "y"], "")) == 2 with input as fixture.clean
}

test_key_passwords if {
	document := fixture.changed([fixture.set("/stores/0/format", "JKS")])
	argvs := [c.argv[1] | some c in lib.new_password(document.references[0], "k")] with input as document
	argvs == ["-storepasswd", "-keypasswd"]
	p12 := [c.argv[1] | some c in lib.key_passwords(fixture.clean.references[0], ["api"])] with input as fixture.clean
	p12 == ["-importkeystore"]
}
