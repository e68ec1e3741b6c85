# METADATA
# scope: package
# title: Password does not open the store
# description: The stated password is not the store's, so that the server does not start or the connections that use the store fail.
# custom:
#   id: MIKS502
#   name: wrong-store-password
#   level: error
#   precision: very-high
#   message: "The password of {{title}} does not open '{{path}}'{{via}}: Java refuses to load the store, and {{consequence}}."
#   fix: "State the password that the store was made with; 'mi-kscheck inspect' tries one without Java."
#   standards: ["java.security.KeyStore.load"]
#   needs: [primary.opens, internal.opens, truststore.opens]
#   since: 0.1.0
package mikscheck.rules.configuration.wrong_store_password

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.problem == "wrong-password"
	finding := {
		"at": ref.password.pointer,
		"args": {
			"title": ref.title,
			"path": ref.file.shown,
			"via": via(ref.password),
			"consequence": lib.consequence(ref),
		},
	}
}

via(value) := sprintf(" (it comes by %s)", [value.via]) if {
	value.via != ""
} else := ""
