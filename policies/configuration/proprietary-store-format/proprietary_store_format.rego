# METADATA
# scope: package
# title: Store has a format of Java's own
# description: JKS and JCEKS protect the file by a keyed SHA-1 digest and keys weakly. PKCS12 is the standard and the JDK's default since Java 9.
# custom:
#   id: MIKS518
#   name: proprietary-store-format
#   level: note
#   precision: very-high
#   message: "'{{path}}', {{title}}, is a {{format}} file: a SHA-1 digest guards it, so that its password can be guessed quickly. PKCS12 is the standard."
#   fix: "Convert it with 'keytool -importkeystore -srckeystore … -destkeystore … -deststoretype PKCS12' and declare the type."
#   cwe: [327]
#   standards: ["RFC 7292", "JEP 229"]
#   needs: [primary.store, internal.store, truststore.store]
#   since: 0.1.0
package mikscheck.rules.configuration.proprietary_store_format

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	format := lib.store(ref).format
	format in {"JKS", "JCEKS"}
	place := where(ref)
	finding := {
		"at": place.pointer,
		"args": {"title": ref.title, "path": ref.file.shown, "format": format},
		"repair": {"do": "convert", "comment": "Convert it; then set file_name and type in"},
	}
}

where(ref) := ref.type if {
	ref.type.written
} else := ref.file
