# METADATA
# scope: package
# title: Aliases differ by case only
# description: JKS, JCEKS and PKCS12 stores fold the case of aliases in Java, so that one of two such entries hides the other.
# custom:
#   id: MIKS516
#   name: alias-case-collision
#   level: warning
#   precision: very-high
#   message: "'{{path}}', {{title}}, has aliases that differ by case only ('{{aliases}}'): Java folds their case, so that one entry hides the other."
#   fix: "Rename one of them with 'keytool -changealias', or remove the one that is not used."
#   needs: [primary.contents, internal.contents, truststore.contents]
#   since: 0.1.0
package mikscheck.rules.configuration.alias_case_collision

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.contents.state == "known"
	twins := lib.store(ref).case_twins
	count(twins) > 0
	finding := lib.at_value(ref.file, {
		"title": ref.title,
		"path": ref.file.shown,
		"aliases": concat("', '", twins),
	})
}
