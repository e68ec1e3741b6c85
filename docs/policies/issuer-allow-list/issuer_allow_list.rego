# METADATA
# scope: package
# title: Issuer that is not on the organisation's list
# description: Server certificates come from the organisation's own authorities only; the list is data beside the policies.
# custom:
#   id: CORP001
#   name: issuer-allow-list
#   level: error
#   message: "The certificate '{{alias}}' ({{certificate}}) of {{title}} was issued by {{issuer}}, which is not on the list of authorities."
#   fix: "Have it issued by one of the authorities in data.yaml, or have the authority added there."
package custom.corporate.issuer_allow_list

import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	ref.role in {"primary", "tls-keystore"}
	cert := key.chain[0]
	allowed := {issuer | some issuer in data.corporate.issuers; issuer == cert.issuer}
	count(allowed) == 0
	finding := lib.at_value(lib.key_place(ref), {
		"alias": key.alias,
		"certificate": lib.certificate_name(cert),
		"title": ref.title,
		"issuer": cert.issuer,
	})
}
