# METADATA
# scope: package
# title: Declared type is not the file's format
# description: The type that the section declares, or inherits, differs from the format of the file.
# custom:
#   id: MIKS503
#   name: store-type-mismatch
#   level: error
#   precision: very-high
#   message: "{{title}} is declared as {{type}}, but '{{path}}' is a {{format}} file: Java can't load it, and {{consequence}}."
#   fix: "Write type = \"{{format}}\"."
#   variants:
#     accepted:
#       level: note
#       message: "{{title}} is declared as {{type}}, but '{{path}}' is a {{format}} file. Java's loader accepts that today; it does not under a FIPS or BouncyCastle provider, nor with keystore.type.compat=false."
#   standards: ["JDK: keystore.type.compat in java.security"]
#   needs: [primary.store, internal.store, truststore.store]
#   supersedes: [MIKS512]
#   since: 0.1.0
package mikscheck.rules.configuration.store_type_mismatch

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.type.state == "known"
	declared := upper(ref.type.text)
	format := lib.store(ref).format
	format != declared
	format != ""
	declared in known_types
	place := where(ref)
	variant := weighed(declared, format)
	finding := {
		"at": place.pointer,
		"variant": variant,
		"causes": [ref.file.pointer],
		"args": {
			"key": place.key,
			"title": lib.upper_first(ref.title),
			"type": ref.type.text,
			"path": ref.file.shown,
			"format": format,
			"consequence": lib.consequence(ref),
		},
		"edits": edits(ref, variant, format),
	}
}

# Declaring what works as it is would only be told by another rule, where a version was not tested with PKCS12 (MIKS523).
edits(ref, variant, format) := [] if {
	format == "PKCS12"
	variant != ""
	not_tested
} else := [{"at": ref.type.pointer, "change": "set-text", "text": format}] if {
	ref.type.written
	format in edited
} else := [{"at": ref.file.pointer, "change": "insert", "name": lib.last_part(ref.type.key), "text": format}] if {
	ref.file.written
	format in edited
} else := []

edited := {"JKS", "PKCS12", "JCEKS"}

not_tested if regex.match(`^(1|4\.[0-3])(\.|$)`, input.target.version)

# Others are no type at all (MIKS513).
known_types := {"JKS", "PKCS12", "JCEKS", "BKS", "UBER", "BCFKS"}

# What the JDK's own provider loads beside a type's own format (tried on JDK 17).
loads := {"JKS": {"PKCS12"}, "PKCS12": {"JKS"}, "JCEKS": {"JKS"}}

weighed(declared, format) := "accepted" if {
	format in loads[declared]
	input.server.jce_provider == ""
} else := ""

where(ref) := ref.type if {
	ref.type.written
} else := ref.file
