# METADATA
# scope: package
# title: Password stands in the file in clear text
# description: A store or key password is written in deployment.toml itself, where everyone who can read the file or its history has it.
# custom:
#   id: MIKS104
#   name: plaintext-password
#   level: warning
#   severity: 6.5
#   precision: very-high
#   message: "The {{what}} of {{title}} stands here in clear text: everyone who can read the file or its history has it."
#   fix: "Change it, since it has been seen; then put it in [secrets], encrypt it with the cipher tool and write $secret{…}, or hand it over by $env{…}."
#   variants:
#     listener_profile:
#       fix: "Change it, since it has been seen; then encrypt it with the cipher tool and name it by svns:secretAlias=\"…\" on the element."
#     sender_profile:
#       fix: "Change it, since it has been seen; then encrypt it with the cipher tool and name it by svns:secretAlias=\"…\" on the element, or, from MI 4.1 on, write $env{…}."
#     artifact:
#       fix: "Change it, since it has been seen; then write $SYSTEM:NAME as the parameter, and hand it over in the environment variable of that name. A KeyStore or TrustStore element as a whole can come from the registry, by the parameter's attribute key."
#     secret_conf:
#       fix: "Change it, since it has been seen; then add the line 'keystore.identity.store.secretProvider=org.wso2.carbon.securevault.DefaultSecretCallbackHandler' (for the key's password '…identity.key.secretProvider'): the server asks for it at its start."
#   cwe: [256, 312]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.plaintext_password

# On a reference that is not in force too: the text is in the file all the same.
findings contains finding if {
	some ref in input.references
	some entry in [
		{"value": ref.password, "what": "password"},
		{"value": ref.key_password, "what": "key password"},
	]
	value := entry.value
	value.state == "known"
	value.clear
	value.defaulted == false

	# A key password that refers to the store's password is said there.
	some what in described(ref, entry)
	finding := {
		"at": value.pointer,
		"variant": variant(ref),
		"args": {"title": ref.title, "what": what},
	}
}

variant(ref) := "artifact" if {
	ref.artifact != ""
} else := "secret_conf" if {
	ref.section == "keystore.identity"
} else := "" if {
	ref.profile == ""
} else := concat("_", [ref.profile, "profile"])

described(ref, entry) := ["password"] if {
	entry.value.root == ref.password.root
} else := [entry.what]
