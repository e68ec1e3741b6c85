# METADATA
# scope: package
# title: Value breaks the generated XML
# description: A value that the product's templates write into XML holds '&' or '<' that is no entity, so that the generated file can not be read.
# custom:
#   id: MIKS120
#   name: unescaped-markup
#   level: error
#   precision: very-high
#   message: "The {{what}} of {{title}} holds '&' or '<' that is no entity: the product writes it into XML as it stands, and does not start with the broken file."
#   fix: "Write &amp; for '&' and &lt; for '<', here or in the value of the variable."
#   cwe: [116]
#   standards: ["XML 1.0 2.4"]
#   needs: [file]
#   supersedes: [MIKS502, MIKS506]
#   since: 0.1.0
package mikscheck.rules.credentials.unescaped_markup

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	some i, value in [ref.file, ref.password, ref.key_password, ref.alias]
	value.markup
	value.state == "known"
	finding := {
		"at": value.pointer,
		"args": {"title": ref.title, "what": ["path", "password", "key password", "alias"][i]},
	}
}
