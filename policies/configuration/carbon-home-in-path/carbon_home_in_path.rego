# METADATA
# scope: package
# title: ${carbon.home} in a path that is not expanded
# description: Only the crypto side expands ${carbon.home}; the listener, the sender and the internal API, which inherit the text, look for a folder of that name.
# custom:
#   id: MIKS525
#   name: carbon-home-in-path
#   level: error
#   precision: very-high
#   message: "'{{key}}' begins with ${carbon.home}, which only the crypto side expands: {{users}} take the text as it stands and do not find the store."
#   fix: "Write the path relative to the MI home (repository/resources/security/…)."
#   needs: [file]
#   supersedes: [MIKS501]
#   since: 0.1.0
package mikscheck.rules.configuration.carbon_home_in_path

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.file.state == "known"
	ref.file.carbon_home
	users := array.concat([ref.title | takes_text_as_it_is(ref)], ref.inherited_by)
	count(users) > 0
	finding := {
		"at": ref.file.pointer,
		"causes": [ref.file.pointer],
		"args": {"users": concat(", ", users)},
		"edits": edits(ref),
	}
}

# Relative means relative to the MI home.
edits(ref) := [{"at": ref.file.pointer, "change": "set-text", "text": trim_prefix(ref.file.text, "${carbon.home}/")}] if {
	startswith(ref.file.text, "${carbon.home}/")
} else := []

# The external vault expands it.
takes_text_as_it_is(ref) if {
	ref.role in {"tls-keystore", "tls-truststore", "vault-keystore"}
	startswith(ref.section, "external_vault[") == false
}
