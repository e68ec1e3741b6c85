# METADATA
# scope: package
# title: Store name has no directory
# description: The 4.x server resolves file_name against the MI home, the cipher tool resolves a bare name against the security folder, so that one of them fails.
# custom:
#   id: MIKS508
#   name: bare-store-name
#   level: error
#   precision: very-high
#   message: "'{{path}}' has no directory: the server looks for it in the MI home, the cipher tool in repository/resources/security, so that one of them fails."
#   fix: "Write 'repository/resources/security/{{path}}' and keep the store there."
#   standards: ["wso2/product-integrator-mi#3129"]
#   needs: [primary.location, internal.location, truststore.location]
#   supersedes: [MIKS501]
#   since: 0.1.0
package mikscheck.rules.configuration.bare_store_name

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.role in {"primary", "internal", "truststore"}
	ref.location.bare
	not_old
	finding := {
		"at": ref.file.pointer,
		"causes": causes(ref),
		"args": {"key": ref.file.key, "path": ref.file.shown},
		"edits": edits(ref),
	}
}

edits(ref) := [{"at": ref.file.pointer, "change": "set-text", "text": concat("/", ["repository/resources/security", ref.file.text])}] if {
	ref.location.in_security
	ref.file.text != ""
} else := []

# 1.2.0 took bare names and put the folder before them.
not_old if startswith(input.target.version, "1.") == false

# The store that is not found for want of its folder is this fault; one that is nowhere is another.
causes(ref) := [ref.file.pointer] if ref.location.in_security

else := ["none"]
