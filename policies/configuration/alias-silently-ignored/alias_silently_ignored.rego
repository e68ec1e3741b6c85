# METADATA
# scope: package
# title: Profile's certificate alias names no entry
# description: The ServerCertificateAlias of a listener's SSL profile is compared letter by letter; where the store has no such entry, the product silently presents any key.
# custom:
#   id: MIKS526
#   name: alias-silently-ignored
#   level: warning
#   precision: very-high
#   message: "{{title}} has no entry '{{alias}}', letter by letter: the listener silently presents any key of it{{nearest}}."
#   fix: "Write the alias as the store spells it: mi-kscheck inspect shows its entries."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.alias_silently_ignored

import data.mikscheck.lib

findings contains finding if {
	some file in input.profiles
	file.in_force
	some profile in file.profiles
	profile.alias_read
	profile.alias.state == "known"
	profile.entry.state == "absent"
	some ref in input.references
	ref.section == profile.keystore
	finding := {
		"at": profile.alias.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"alias": profile.alias.shown,
			"nearest": nearest(profile.entry.nearest),
		},
	}
}

nearest("") := ""

nearest(alias) := sprintf("; its key is '%s'", [alias]) if {
	alias != ""
}
