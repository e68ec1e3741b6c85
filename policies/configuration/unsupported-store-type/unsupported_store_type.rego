# METADATA
# scope: package
# title: Store type that no provider has
# description: No security provider of the product knows the declared type, so that the store can't be loaded.
# custom:
#   id: MIKS513
#   name: unsupported-store-type
#   level: error
#   precision: very-high
#   message: "The type '{{type}}' of {{title}} is none that Java 17 or the product's providers know: Java reports \"{{type}} not found\", and {{consequence}}."
#   fix: "Write one of JKS, PKCS12 or JCEKS, without blanks around it{{format}}."
#   standards: ["java.security.KeyStore.getInstance"]
#   needs: [file]
#   supersedes: [MIKS503]
#   since: 0.1.0
package mikscheck.rules.configuration.unsupported_store_type

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.type.state == "known"
	count({upper(ref.type.text)} & known) == 0
	finding := {
		"at": ref.type.pointer,
		"args": {
			"title": ref.title,
			"type": ref.type.shown,
			"format": format(ref),
			"consequence": lib.consequence(ref),
		},
	}
}

# BKS, UBER and BCFKS need a provider of their own (MIKS523); DKS is the JDK's.
known := {"JKS", "PKCS12", "JCEKS", "DKS", "BKS", "UBER", "BCFKS"}

format(ref) := sprintf(" (the file is %s)", [lib.store(ref).format]) if {
	lib.store(ref).format != ""
} else := ""
