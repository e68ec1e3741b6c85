# METADATA
# description: What the rules share. A fact is asked for by its state first, since unknown is not no.
package mikscheck.lib

# References whose store the product opens with this configuration.
in_force contains ref if {
	some ref in input.references
	ref.in_force
}

keystores contains ref if {
	some ref in in_force
	ref.trust == false
}

truststores contains ref if {
	some ref in in_force
	ref.trust
}

primary := ref if {
	some ref in input.references
	ref.role == "primary"
}

internal := ref if {
	some ref in input.references
	ref.role == "internal"
}

truststore := ref if {
	some ref in input.references
	ref.role == "truststore"
}

# The content that a reference leads to; undefined where it is not at hand.
store(ref) := s if {
	ref.store != ""
	some s in input.stores
	s.id == ref.store
}

# The private keys that a reference uses, one by one.
used_keys contains [ref, key] if {
	some ref in keystores
	ref.contents.state == "known"
	some key in ref.keys
}

# A finding at a value: the least that every rule says of it.
at_value(value, args) := {
	"at": value.pointer,
	"args": object.union({"key": value.key}, args),
}

# The words for a used key: its alias where that is enough.
key_name(key) := sprintf("'%s' (%s)", [key.alias, key.chain[0].subject])

certificate_name(cert) := sprintf("%s, SHA-256 %s…", [cert.subject, substring(cert.sha256, 0, 16)])

day(timestamp) := substring(timestamp, 0, 10)
