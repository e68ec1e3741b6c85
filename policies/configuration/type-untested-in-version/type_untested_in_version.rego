# METADATA
# scope: package
# title: Store type is untested in this version
# description: PKCS12 is called untested by the documentation before MI 4.4; BKS, UBER and BCFKS need a security provider that the configuration does not name.
# custom:
#   id: MIKS523
#   name: type-untested-in-version
#   level: note
#   precision: very-high
#   message: "{{title}} is declared as {{type}}, {{why}}."
#   fix: "{{repair}}"
#   standards: ["wso2/docs-mi#944"]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.type_untested_in_version

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.type.state == "known"
	some case in cases(upper(ref.type.text))
	finding := {
		"at": ref.type.pointer,
		"args": {
			"title": lib.upper_first(ref.title),
			"type": ref.type.text,
			"why": case.why,
			"repair": case.repair,
		},
	}
}

cases(type) := [{
	"why": sprintf("which the documentation calls untested before MI 4.4 (this is %s)", [input.target.version]),
	"repair": "Use JKS with this version, or test TLS, secure vault and WS-Security before you rely on it.",
}] if {
	type == "PKCS12"
	some old in ["1.", "4.0", "4.1", "4.2", "4.3"]
	startswith(input.target.version, old)
} else := [{
	"why": "which only a BouncyCastle provider has, and no [jce_provider] names one",
	"repair": "Name the provider in [jce_provider] provider_name (from 4.6 on), or use PKCS12.",
}] if {
	type in {"BKS", "UBER", "BCFKS"}
	input.server.jce_provider == ""
} else := []
