# METADATA
# scope: package
# title: TLS may present any of several keys
# description: A store that an HTTPS listener or sender opens holds more than one private key. The product does not choose by alias; Java presents any that fits the client's offer.
# custom:
#   id: MIKS524
#   name: tls-identity-ambiguous
#   level: warning
#   precision: very-high
#   message: "{{title}} holds {{count}} private keys, and TLS does not choose by alias: Java presents any that fits the client's offer, so that clients may see another certificate than the configured one. It holds {{keys}}."
#   fix: "Keep one private key in this store, and move the others to stores of their own."
#   needs: [primary.contents]
#   since: 0.1.0
package mikscheck.rules.configuration.tls_identity_ambiguous

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.tls
	ref.contents.state == "known"
	store := lib.store(ref)
	count(store.private_keys) > 1
	count({section | some section in chosen; section == ref.section}) == 0
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"count": count(store.private_keys),
			"keys": concat("; ", [named(key) | some key in store.private_keys]),
		},
	}
}

# A profile chooses by its alias, where that is read and names a key.
chosen contains profile.keystore if {
	some file in input.profiles
	some profile in file.profiles
	profile.alias_read
	profile.entry.state == "known"
	profile.entry.kind == "private-key"
}

named(key) := sprintf("'%s' (%s, until %s)", [key.alias, key.leaf.subject, lib.day(key.leaf.not_after)])
