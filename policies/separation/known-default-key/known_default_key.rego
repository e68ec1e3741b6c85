# METADATA
# scope: package
# title: Private key is public
# description: The store's private key is one that WSO2 ships in a product or a sample, so that everyone has it, or one of your own list of known keys.
# custom:
#   id: MIKS203
#   name: known-default-key
#   level: error
#   severity: 9.8
#   precision: very-high
#   message: "The private key '{{alias}}' of {{title}} is public: it is known from {{shipped_in}}. Anyone can pose as this server and decrypt what was encrypted for it."
#   fix: "Make a key pair of your own with 'keytool -genkeypair', have it signed by your CA, and replace the store. Secrets that were encrypted with the old key count as disclosed."
#   cwe: [321, 1394]
#   needs: [primary.contents]
#   consequences: [MIKS301, MIKS302, MIKS308, MIKS402]
#   since: 0.1.0
package mikscheck.rules.separation.known_default_key

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.contents.state == "known"
	some key in lib.store(ref).private_keys
	shipped_in := key.leaf.known.shipped_in
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "alias": key.alias, "shipped_in": shipped_in},
		"repair": {"do": "replace-key", "alias": key.alias},
	}
}
