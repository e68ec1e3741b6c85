# METADATA
# scope: package
# title: Alias that does not follow the naming rule
# description: Aliases are lower-case words joined by hyphens, so that scripts can rely on them.
# custom:
#   id: CORP002
#   name: alias-naming
#   level: warning
#   message: "The alias '{{alias}}' of {{title}} does not follow the naming rule (lower-case words, joined by hyphens)."
#   fix: "Rename it with 'keytool -changealias', and write the new name here."
package custom.corporate.alias_naming

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.keystores
	ref.alias.state == "known"
	ref.alias.text != ""
	regex.match(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`, ref.alias.text) == false
	finding := lib.at_value(ref.alias, {"alias": ref.alias.shown, "title": ref.title})
}
