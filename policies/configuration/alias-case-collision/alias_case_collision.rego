# METADATA
# scope: package
# title: Aliases differ by case only
# description: JKS, JCEKS and PKCS12 stores fold the case of aliases in Java, so that one of two such entries hides the other.
# custom:
#   id: MIKS516
#   name: alias-case-collision
#   level: warning
#   precision: very-high
#   message: "'{{path}}', {{title}}, has aliases that differ by case only ('{{aliases}}'): Java folds their case, so that only one of them can be reached."
#   fix: "Make the store anew with aliases that differ by more than case: 'keytool -changealias' can't reach the hidden entry."
#   needs: [primary.contents, internal.contents, truststore.contents]
#   since: 0.1.0
package mikscheck.rules.configuration.alias_case_collision

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.contents.state == "known"
	store := lib.store(ref)
	twins := store.case_twins
	count(twins) > 0

	# BouncyCastle's formats tell them apart.
	store.format in {"JKS", "JCEKS", "PKCS12"}
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": ref.title,
			"path": ref.file.shown,
			"aliases": concat("', '", twins),
		},
	}
}
