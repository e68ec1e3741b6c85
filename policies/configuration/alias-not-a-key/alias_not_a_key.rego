# METADATA
# scope: package
# title: Alias names no private key
# description: The configured alias exists, but its entry is a certificate or a secret key where the product needs a private key.
# custom:
#   id: MIKS505
#   name: alias-not-a-key
#   level: error
#   precision: very-high
#   message: "The alias '{{alias}}' of {{title}} names {{kind}}: the product needs a private key there."
#   fix: "Name the entry that holds the private key; 'mi-kscheck inspect' shows which one does."
#   needs: [primary.entry, internal.entry]
#   since: 0.1.0
package mikscheck.rules.configuration.alias_not_a_key

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.contents.state == "known"
	ref.entry.state == "known"
	ref.entry.kind != "private-key"
	symmetric(ref) == false
	finding := {
		"at": ref.alias.pointer,
		"args": {
			"title": ref.title,
			"alias": ref.entry.alias,
			"kind": kinds[ref.entry.kind],
		},
	}
}

kinds := {"certificate": "a trusted certificate", "secret-key": "a secret key"}

# From 4.6 on the internal store may hold an AES key for symmetric secrets, where the file has such secrets.
symmetric(ref) if {
	ref.role == "internal"
	ref.entry.kind == "secret-key"
	some secret in input.secrets
	secret.form == "symmetric"
} else := false
