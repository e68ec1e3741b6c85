# METADATA
# scope: package
# title: Server key that is not on P-384
# description: The organisation's profile for TLS asks for EC keys of 384 bits.
# custom:
#   id: CORP003
#   name: p384-only
#   level: warning
#   message: "The key '{{alias}}' of {{title}} is {{key_type}}; our profile for TLS asks for EC P-384."
#   fix: "Make a new pair with 'keytool -genkeypair -keyalg EC -groupname secp384r1', and have it signed."
package custom.corporate.p384_only

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	ref.role in {"primary", "tls-keystore"}
	cert := key.chain[0]
	[cert.key_algorithm, cert.key_bits] != ["EC", 384]
	finding := lib.at_value(lib.key_place(ref), {
		"alias": key.alias,
		"title": ref.title,
		"key_type": sprintf("%s %d", [cert.key_algorithm, cert.key_bits]),
	})
}
