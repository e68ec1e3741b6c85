# METADATA
# scope: package
# title: Internal certificate does not allow encryption
# description: The internal certificate has a critical key usage without dataEncipherment; Java refuses to encrypt for it.
# custom:
#   id: MIKS311
#   name: encipherment-usage-missing
#   level: warning
#   precision: very-high
#   message: "The internal certificate '{{alias}}' ({{subject}}) has a critical key usage without dataEncipherment: Java refuses to encrypt for it (\"Wrong key usage\"), so that secrets can't be encrypted."
#   fix: "Give the same key a new certificate ('keytool -selfcert -ext ku:c=keyEncipherment,dataEncipherment'); a new key would make what is encrypted unreadable."
#   standards: ["javax.crypto.Cipher.init", "RFC 5280 4.2.1.3"]
#   needs: [internal.entry]
#   since: 0.1.0
package mikscheck.rules.certificates.encipherment_usage_missing

import data.mikscheck.lib

findings contains finding if {
	ref := lib.internal_keystore
	ref.in_force
	key := lib.configured_key(ref)
	cert := key.chain[0]
	cert.has_key_usage
	cert.key_usage_critical
	count({usage | some usage in cert.key_usage} & {"dataEncipherment"}) == 0
	finding := {
		"at": ref.alias.pointer,
		"args": {"alias": key.alias, "subject": cert.subject},
		"repair": {"do": "reissue", "alias": key.alias, "extensions": ["ku:c=dataEncipherment,keyEncipherment"]},
	}
}
