# METADATA
# scope: package
# title: Certificate that strict parsers reject
# description: A certificate of the store breaks the rules of DER or X.509. It is kept; Java may read it or not.
# custom:
#   id: MIKS406
#   name: unparseable-certificate
#   level: note
#   precision: very-high
#   message: "'{{path}}' ({{title}}) holds certificates that strict parsers reject: {{list}}. Java reads most of them where other tools refuse the whole store."
#   fix: "Replace them by certificates that follow RFC 5280, or remove them with 'keytool -delete -alias …'."
#   standards: ["RFC 5280 4.1"]
#   needs: [primary.contents, truststore.contents]
#   since: 0.1.0
package mikscheck.rules.trust.unparseable_certificate

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.contents.state == "known"
	odd := lib.store(ref).odd
	count(odd) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "path": ref.file.shown, "list": lib.named_list(odd)},
		"repair": {"do": "remove", "aliases": [a.alias | some a in odd], "comment": "Remove those that nothing needs:"},
	}
}
