# METADATA
# description: What the rules share. A fact is asked for by its state first, since unknown is not no.
package mikscheck.lib

# References whose store the product opens with this configuration. Lists, not sets: a set would compare whole references.
in_force := [ref | some ref in input.references; ref.in_force]

keystores := [ref | some ref in in_force; ref.trust == false]

truststores := [ref | some ref in in_force; ref.trust]

primary_keystore := ref if {
	some ref in input.references
	ref.role == "primary"
}

internal_keystore := ref if {
	some ref in input.references
	ref.role == "internal"
}

main_truststore := ref if {
	some ref in input.references
	ref.role == "truststore"
}

# The content that a reference leads to; undefined where it is not at hand.
store(ref) := stores[ref.store]

stores := {s.id: s | some s in input.stores}

# The private keys that a reference uses, one by one.
used_keys := [[ref, key] |
	some ref in keystores
	ref.contents.state == "known"
	some key in ref.keys
]

# A finding at a value, for rules of one's own; the built-in ones write it out, which saves the engine a call.
at_value(value, args) := {"at": value.pointer, "args": args}

# The key of the configured alias.
configured_key(ref) := key if {
	ref.contents.state == "known"
	some key in ref.keys
	key.configured
	count(key.chain) > 0
}

# One file for two references: the same text, the same path, or a copy with the same bytes.
same_store(a, b) := count(marks(a) & marks(b)) > 0

# The keystores that are a truststore, byte-identical copies included.
keystores_same_as(ref) := [keystore | some keystore in keystores; same_store(ref, keystore)]

# What a store's file is known by.
marks(ref) := {["path", path(ref)], ["content", ref.store], ["setting", ref.file.root], ["text", ref.file.text]} - no_marks

no_marks := {["path", ""], ["content", ""], ["setting", ""], ["text", ""]}

# The path of a file; what is part of another file has none of its own.
path(ref) := "" if {
	ref.location.embedded
} else := ref.location.uri

# What comes of a store that can't be opened.
consequence(ref) := "the server does not start" if {
	ref.artifact == ""
} else := "what uses it does not start, or goes on without TLS"

# How a password is named that does not stand in the file.
by(ref) := "$secret{…} or $env{…}" if {
	ref.artifact == ""
} else := "$SYSTEM:NAME"

# Whether a store is named in another file than the deployment.toml.
in_other_file(ref) if {
	concat("", [ref.profile, ref.artifact]) != ""
} else if {
	ref.section == "keystore.identity"
} else := false

upper_first(s) := concat("", [upper(substring(s, 0, 1)), substring(s, 1, -1)])

certificate_name(cert) := sprintf("%s, SHA-256 %s…", [cert.subject, substring(cert.sha256, 0, 16)])

day(timestamp) := substring(timestamp, 0, 10)

# Where a finding about a key points: the alias where the section has one, else the file.
key_place(ref) := ref.alias if {
	ref.alias.key != ""
} else := ref.file

# How a key is used, where it is not the configured one.
presented(key) := "" if {
	key.configured
} else := ", which Java may present instead of the configured one,"

# Whole days of a number of seconds.
days(seconds) := floor(seconds / 86400)

# The words for a certificate's place in a chain.
place_in_chain(key, index) := "certificate" if {
	index == 0
} else := "root certificate" if {
	index == count(key.chain) - 1
	key.chain[index].self_issued
} else := "intermediate certificate"

# What the default that counts in place of an ignored key brings about: the pointers of findings that are explained by it.
caused_by_default(section, name) := causes if {
	some ref in input.references
	ref.section == section
	name in {"file_name", "location"}
	causes := array.concat([ref.file.pointer], [lib_primary.file.pointer |
		ref.role == "internal"
		some lib_primary in input.references
		lib_primary.role == "primary"
		lib_primary.location.status != "missing"
	])
} else := ["none"]

# The entries of a list in words, the first ten by name.
named_list(entries) := concat("; ", array.concat(
	[sprintf("'%s' (%s)", [e.alias, e.detail]) | some i, e in entries; i < 10],
	[sprintf("and %d more", [count(entries) - 10]) | count(entries) > 10],
))

# A setting beside the stores by its name in input.options.
options := {o.name: o.value | some o in input.options}

symmetric_provider if {
	value := options.crypto_provider
	value.state == "known"
	endswith(value.text, ".SymmetricKeyInternalCryptoProvider")
}

# The store that the product decrypts [secrets] with: the internal one unless secret-conf.properties names another.
vault_keystore := ref if {
	some ref in input.references
	ref.decrypts
}

# How long what RSA encrypted can be, in bytes: the modulus of the key that decrypts it, or of any where that is not known.
modulus_sizes := {floor(vault_key.key_bits / 8)} if {
	vault_key.key_algorithm == "RSA"
} else := {128, 256, 384, 512, 1024}

vault_key := configured_key(vault_keystore).chain[0]

# The values of stores that a placeholder's key gives, directly or by reference.
values_from(p) := [value.pointer |
	some ref in input.references
	some value in [ref.password, ref.key_password]
	value.root == p.key
]

# Whether Java's own loader takes a format under a declared type (tried on JDK 17).
loads(type, format) if {
	upper(type) == format
} else if {
	format in {"JKS": {"PKCS12"}, "PKCS12": {"JKS"}, "JCEKS": {"JKS"}}[upper(type)]
	input.server.jce_provider == ""
} else := false

# The last part of a flat key.
last_part(key) := parts[count(parts) - 1] if parts := split(key, ".")
