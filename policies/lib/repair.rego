package mikscheck.lib

# The commands that repair a finding, as argument vectors. keytool asks for every password, so that none stands on a command
# line. Every function is a list, empty where no command can be given: a file that is not at hand or came by a variable, a
# format that keytool does not open, an alias that must not be shown.

repaired_by(finding, commands) := object.union(finding, {"commands": commands})

keytool(argv, comment) := {"argv": array.concat(["keytool"], argv), "comment": comment}

# A store's file as the user sees it, for keytool.
store_file(ref) := file_of(ref) if store(ref).format in {"JKS", "JCEKS", "PKCS12"}

file_of(ref) := plain(ref.location.uri) if {
	ref.location.uri != ""
	ref.location.embedded == false
	ref.file.tainted == false
}

# Other users of the machine may no longer read a file.
kept_private(file) := [{"argv": ["chmod", "o-rwx", file], "comment": "Only you and your group may read it then:"}]

# The next commit no longer holds a file, which stays where it is.
untracked(file) := [{"argv": ["git", "rm", "--cached", file], "comment": "Takes it out of the next commit, and leaves the file where it is:"}]

# A path that no program takes for an option or a list of arguments.
plain(path) := concat("", ["./", path]) if {
	substring(path, 0, 1) in {"-", "@"}
} else := path

# An alias that may stand in a command. The JDK's launchers take what begins with -J for an option of the virtual machine,
# wherever it stands, so that a hostile alias could run code.
nameable(alias) if {
	alias != ""
	startswith(alias, "-J") == false
	startswith(alias, "@") == false
	count({alias} & hidden_aliases) == 0
}

# Facts show these by the placeholder that they came by, which is no name of an entry.
hidden_aliases contains ref.alias.shown if {
	some ref in input.references
	ref.alias.tainted
}

# The name of a file made for an entry.
file_name(alias, ending) := concat("", [alias, ending]) if {
	simple(alias)
} else := concat("", ["certificate", ending])

# A name that needs no quoting anywhere. Go's regular expressions take ten times as long where they have to count.
simple(name) if {
	count(name) < 62
	regex.match(`^[A-Za-z0-9][A-Za-z0-9._-]*$`, name)
}

# The host name, as far as it may stand in a command.
server_host := input.server.hostname.text if {
	input.server.hostname.state == "known"
	input.server.hostname.tainted == false
	input.server.hostname.defaulted == false
	count(input.server.hostname.text) < 253
	regex.match(`^[A-Za-z0-9]+([.-]+[A-Za-z0-9]+)*$`, input.server.hostname.text)
} else := ""

host_extension(ref) := [] if {
	ref.role == "internal"
} else := server_name

server_name := ["-ext", concat("", ["san=", concat(",", server_names)])] if {
	count(server_names) > 0
} else := []

server_names := array.concat(
	[concat("", [host_kind, ":", server_host]) | server_host != ""],
	[concat("", ["dns:", host.name]) | some host in input.server.hosts; host.name != server_host],
)

host_kind := "ip" if {
	regex.match(`^[0-9.]+$`, server_host)
} else := "dns"

server_usage := ["-ext", "ku=digitalSignature,keyEncipherment", "-ext", "eku=serverAuth,clientAuth"]

# Another certificate for the key that is there, from the CA. A key that everyone has is not worth one.
renewal(ref, key, extensions) := array.concat(
	[c |
		file := store_file(ref)
		nameable(key.alias)
		object.get(key.chain[0], "known", null) == null
		argv := ["-certreq", "-keystore", file, "-alias", key.alias, "-file", file_name(key.alias, ".csr")]
		c := keytool(array.concat(array.concat(argv, host_extension(ref)), extensions), "Make a request for the same key; your CA signs it:")
	],
	import_chain(ref, key),
)

# The chain that a CA handed out; keytool puts it in order.
import_chain(ref, key) := [c |
	file := store_file(ref)
	nameable(key.alias)
	object.get(key.chain[0], "known", null) == null
	c := {
		"argv": ["keytool", "-importcert", "-keystore", file, "-alias", key.alias, "-file", file_name(key.alias, ".pem")],
		"comment": "Import what the CA sends: the certificate with its issuers up to the root:",
	}
]

# Another certificate for an internal key, which nobody but the server itself looks at.
reissue(ref, key, extensions) := [c |
	same_store(ref, primary_keystore) == false
	file := store_file(ref)
	nameable(key.alias)
	object.get(key.chain[0], "known", null) == null
	argv := ["-selfcert", "-keystore", file, "-alias", key.alias, "-validity", "3650"]
	c := keytool(array.concat(argv, extensions), "A new certificate for the same key: what is encrypted stays readable:")
]

# The usual repair of a certificate: the internal one is signed by itself, all others by the CA.
certificate_repair(ref, key) := reissue(ref, key, []) if {
	ref.role == "internal"
} else := renewal(ref, key, [])

# The folder of a store, with the slash; empty where the store is not at hand.
folder_of(ref) := trim_suffix(ref.location.uri, parts[count(parts) - 1]) if {
	parts := split(ref.location.uri, "/")
}

# A name beside a store that no store of the configuration has.
new_file(ref, base) := plain(free(concat("", [folder_of(ref), base])))

free(path) := name if {
	name := concat("", [path, ".p12"])
	count({name} & paths) == 0
} else := name if {
	name := concat("", [path, "-new.p12"])
	count({name} & paths) == 0
} else := name if {
	name := concat("", [path, "-own.p12"])
	count({name} & paths) == 0
}

paths := {ref.location.uri | some ref in input.references}

roles := {"primary": "primary", "internal": "internal", "tls-keystore": "tls"}

# A new key pair in a store of its own, and its certificate.
new_key(ref) := [c |
	ref.file.tainted == false
	file := new_file(ref, roles[ref.role])
	alias := new_alias(ref)
	some c in array.concat(
		[keytool(
			array.concat(
				["-genkeypair", "-keystore", file, "-storetype", "PKCS12", "-alias", alias, "-keyalg", "RSA", "-keysize", "3072"],
				array.concat(new_name(ref), host_extension(ref)),
			),
			sprintf("A new store; then set file_name, type, alias and passwords in [%s]:", [ref.section]),
		)],
		[r | ref.role != "internal"; some r in new_certificate(file, alias, ref)],
	)
]

new_alias(ref) := ref.alias.text if {
	ref.alias.state == "known"
	ref.alias.tainted == false
	simple(ref.alias.text)
} else := roles[ref.role]

# Without a name keytool asks for one.
new_name(ref) := ["-validity", "3650", "-dname", "CN=internal"] if {
	ref.role == "internal"
} else := ["-dname", concat("", ["CN=", server_host])] if {
	server_host != ""
} else := []

new_certificate(file, alias, ref) := [
	keytool(
		array.concat(["-certreq", "-keystore", file, "-alias", alias, "-file", file_name(alias, ".csr")], host_extension(ref)),
		"Make a request; your CA signs it:",
	),
	{
		"argv": ["keytool", "-importcert", "-keystore", file, "-alias", alias, "-file", file_name(alias, ".pem")],
		"comment": "Import what the CA sends: the certificate with its issuers up to the root:",
	},
]

# A key that is of no use: a new one where it is the configured one, else it goes.
replaced_key(ref, alias, configured) := new_key(ref) if {
	configured
} else := [c |
	file := store_file(ref)
	nameable(alias)
	c := keytool(["-delete", "-keystore", file, "-alias", alias], "Not the configured key; remove it if nothing else needs it:")
]

# Removes entries from a truststore that is not a keystore as well; no more than a reader would go through one by one.
removal(ref, aliases, comment) := [c |
	ref.trust
	count(keystores_same_as(ref)) == 0
	file := store_file(ref)
	some i, alias in aliases
	i < 20
	nameable(alias)
	c := {"argv": ["keytool", "-delete", "-keystore", file, "-alias", alias], "comment": comment_once(i, comment)}
]

comment_once(i, comment) := comment if {
	i == 0
} else := ""

# The certificate of an authority into a truststore. No home holds it, so that the user must get it.
import_ca(ref, issuer) := [c |
	file := store_file(ref)
	argv := ["-importcert", "-keystore", file, "-alias", authority_alias(issuer), "-file", "ca.pem"]
	c := keytool(argv, "ca.pem is the authority's certificate, which its operator gives you:")
]

authority_alias(issuer) := names[0] if {
	names := [name |
		some part in split(issuer, ", ")
		startswith(part, "CN=")
		name := replace(lower(trim_prefix(part, "CN=")), " ", "-")
		simple(name)
	]
	count(names) > 0
} else := "issuing-ca"

# A certificate from a keystore into a truststore.
copy_certificate(from, alias, to) := [c |
	source := store_file(from)
	target := store_file(to)
	source != target
	nameable(alias)
	file := file_name(alias, ".pem")
	name := file_name(concat("", ["server-", alias]), "")
	some c in [
		keytool(["-exportcert", "-rfc", "-keystore", source, "-alias", alias, "-file", file], "Export the certificate and import it:"),
		keytool(["-importcert", "-keystore", target, "-alias", name, "-file", file], ""),
	]
]

# Another password for a store. In PKCS12 the keys follow; elsewhere each has its own. Around a key that everyone has it is
# of no use: such a store is replaced.
new_password(ref, key) := [c |
	count({ref.store} & burnt) == 0
	file := store_file(ref)
	some c in array.concat(
		[{
			"argv": ["keytool", "-storepasswd", "-keystore", file],
			"comment": concat("", ["Asks for the old password and the new; then set '", key, "':"]),
		}],
		[k |
			store(ref).format != "PKCS12"
			some entry in store(ref).private_keys
			nameable(entry.alias)
			k := {"argv": ["keytool", "-keypasswd", "-keystore", file, "-alias", entry.alias], "comment": "The key gets the same password:"}
		],
	)
]

# The stores with a key that everyone has.
burnt := {s.id |
	some s in input.stores
	some k in s.private_keys
	object.get(k.leaf, "known", null) != null
}

# The store's password for its keys. keytool can't change that of a key in PKCS12, but writes a store anew with one for all.
key_passwords(ref, aliases) := [c |
	file := store_file(ref)
	store(ref).format != "PKCS12"
	some alias in aliases
	nameable(alias)
	c := keytool(["-keypasswd", "-keystore", file, "-alias", alias], "The key gets the store's password; then state that in 'key_password':")
] if {
	store(ref).format != "PKCS12"
} else := converted(ref, "A new store gives its password to its keys; then set file_name, type and passwords in")

# Another password for the keys, with the store's where that is the same.
new_key_password(ref) := new_password(ref, ref.key_password.root) if {
	ref.passwords_equal.state == "known"
	ref.passwords_equal.value
} else := key_passwords(ref, [k.alias | some k in store(ref).private_keys])

# The same entries in a new PKCS12 file.
converted(ref, comment) := [c |
	file := store_file(ref)
	argv := ["-importkeystore", "-srckeystore", file, "-destkeystore", new_file(ref, stem(file)), "-deststoretype", "PKCS12"]
	c := keytool(argv, sprintf("%s [%s]:", [comment, ref.section]))
]

# A file's name without folder and extension.
stem(path) := concat(".", array.slice(dots, 0, max([1, count(dots) - 1]))) if {
	parts := split(path, "/")
	dots := split(parts[count(parts) - 1], ".")
}
