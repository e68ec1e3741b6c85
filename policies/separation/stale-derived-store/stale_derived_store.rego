# METADATA
# scope: package
# title: Section kept an old password for a store that it shares
# description: A transport or the internal API opens the same file as the primary keystore or the truststore, but states another password, or a type that does not load it. It happens when a password is changed and a section forgotten.
# custom:
#   id: MIKS207
#   name: stale-derived-store
#   level: error
#   precision: very-high
#   message: "{{title}} is the same file as {{base}}, but '{{key}}' states another password: it was forgotten when the password changed, and the transport does not start."
#   fix: "Remove '{{key}}' so that it inherits the value, or refer to it with $ref{…}."
#   variants:
#     type:
#       message: "{{title}} is the same file as {{base}}, but '{{key}}' declares a type that does not load it."
#     alias:
#       message: "{{title}} is the same file as {{base}}, but '{{key}}' names another alias: what was encrypted for the key of {{base}} can't be decrypted there."
#     profile:
#       fix: "Correct it; in a file of SSL profiles nothing is inherited, and $ref{…} is not resolved."
#     profile_type:
#       message: "{{title}} is the same file as {{base}}, but '{{key}}' declares a type that does not load it."
#       fix: "Correct it; in a file of SSL profiles nothing is inherited, and $ref{…} is not resolved."
#     artifact:
#       message: "{{title}} is the same file as {{base}}, but '{{key}}' states another password: it was forgotten when the password changed, and what uses it does not start, or goes on without TLS."
#       fix: "Correct it: an artifact inherits nothing from deployment.toml."
#     artifact_type:
#       message: "{{title}} is the same file as {{base}}, but '{{key}}' declares a type that does not load it."
#       fix: "Correct it: an artifact inherits nothing from deployment.toml."
#   standards: ["wso2/docs-apim#8032", "wso2/product-ei#5429"]
#   needs: [file]
#   points_at: use
#   supersedes: [MIKS101, MIKS102, MIKS502, MIKS503, MIKS504, MIKS506]
#   since: 0.1.0
package mikscheck.rules.separation.stale_derived_store

import data.mikscheck.lib

findings contains finding if {
	some ref in derived
	base := base_of(ref)
	ref.base_password.state == "known"
	ref.base_password.value == false
	finding := {
		"at": ref.password.pointer,
		"variant": variant(ref),
		"causes": [ref.password.pointer, ref.key_password.pointer],
		"args": args(ref, base),
	}
}

findings contains finding if {
	some ref in derived
	base := base_of(ref)
	ref.base_password.state == "known"
	ref.base_password.value
	some key in ref.keys
	key.opens.state == "known"
	key.opens.value == false
	some key_of_base in base.keys
	key_of_base.alias == key.alias
	key_of_base.opens.state == "known"
	key_of_base.opens.value
	finding := {
		"at": ref.key_password.pointer,
		"variant": variant(ref),
		"causes": [ref.key_password.pointer],
		"args": args(ref, base),
	}
}

findings contains finding if {
	some ref in derived
	base := base_of(ref)
	ref.type.state == "known"
	format := lib.store(ref).format
	lib.loads(ref.type.text, format) == false
	lib.loads(base.type.text, format)
	finding := {
		"at": ref.type.pointer,
		"variant": type_variant(ref),
		"causes": [ref.type.pointer, ref.file.pointer],
		"args": args(ref, base),
	}
}

# TLS does not choose by alias; what decrypts for VFS does.
findings contains finding if {
	some ref in derived
	ref.role == "vault-keystore"
	base := base_of(ref)
	ref.alias.state == "known"
	base.alias.state == "known"
	ref.alias.text != ""
	base.alias.text != ""
	lower(ref.alias.text) != lower(base.alias.text)
	finding := {
		"at": ref.alias.pointer,
		"variant": "alias",
		"causes": [ref.alias.pointer],
		"args": args(ref, base),
	}
}

derived contains ref if {
	some ref in lib.in_force
	ref.base != ""
	ref.role in {"tls-keystore", "tls-truststore", "vault-keystore"}
	lib.same_store(ref, base_of(ref))
}

base_of(ref) := base if {
	some base in input.references
	base.section == ref.base
}

variant(ref) := "artifact" if {
	ref.artifact != ""
} else := "" if {
	ref.profile == ""
} else := "profile"

type_variant(ref) := "artifact_type" if {
	ref.artifact != ""
} else := "type" if {
	ref.profile == ""
} else := "profile_type"

args(ref, base) := {"title": lib.upper_first(ref.title), "base": base.title}
