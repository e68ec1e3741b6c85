# METADATA
# scope: package
# title: Setting does nothing
# description: The setting is written, but nothing in this version of the product reads it.
# custom:
#   id: MIKS522
#   name: settings-not-effective
#   level: warning
#   precision: very-high
#   message: "'{{key}}' does nothing in MI {{version}}: {{why}}."
#   fix: "Remove it, so that nobody believes it counts{{instead}}."
#   variants:
#     family:
#       message: "'{{key}}' and what else stands under '{{family}}' does nothing in MI {{version}}: {{why}}."
#       fix: "Remove it, so that nobody believes it counts."
#     twice:
#       message: "'{{key}}' is another name of '{{other}}', which is written in line {{line}}: which of the two counts is left to chance."
#       fix: "Keep one of them."
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.configuration.settings_not_effective

import data.mikscheck.lib

findings contains finding if {
	some name, why in dead
	value := lib.options[name]
	value.written
	finding := {
		"at": value.pointer,
		"args": {"version": input.target.version, "why": why.why, "instead": why.instead},
	}
}

findings contains finding if {
	value := lib.options.listener_profile
	value.written
	class := lib.options.listener_class
	class.state == "known"
	endswith(class.text, ".PassThroughHttpSSLListener")
	finding := {
		"at": value.pointer,
		"args": {
			"version": input.target.version,
			"why": "the default listener class ignores profiles",
			"instead": ", or set [transport.https.listener] class to org.apache.synapse.transport.passthru.PassThroughHttpMultiSSLListener",
		},
	}
}

findings contains finding if {
	some file in input.profiles
	some profile in file.profiles
	profile.alias.written
	profile.alias_read == false
	finding := {
		"at": profile.alias.pointer,
		"args": {"version": input.target.version, "why": why_unread[file.side], "instead": ", and keep one private key in the store"},
	}
}

findings contains finding if {
	some idle in input.idle
	idle.kind == "unread"
	finding := {
		"at": idle.pointer,
		"variant": "family",
		"args": {"key": idle.key, "family": idle.family, "version": input.target.version, "why": since(idle)},
	}
}

findings contains finding if {
	some idle in input.idle
	idle.kind == "twice"
	finding := {
		"at": idle.pointer,
		"variant": "twice",
		"args": {"key": idle.key, "other": idle.other, "line": idle.line},
	}
}

since(idle) := "no release reads it" if {
	idle.since == ""
} else := sprintf("it is read from %s on", [idle.since])

why_unread := {
	"listener": "ServerCertificateAlias is read from 4.6 on",
	"sender": "only a listener's profile has a ServerCertificateAlias",
}

dead := {
	"encryption_type": {"why": "nothing reads it", "instead": ""},
	"encryption_algorithm": {"why": "nothing reads it", "instead": ""},
	"encryption_alias": {"why": "nothing reads it", "instead": ""},
	"listener_key_alias": {"why": "TLS does not choose its key by alias", "instead": "; keep one private key in the listener's keystore"},
	"sender_key_alias": {"why": "TLS does not choose its key by alias", "instead": "; keep one private key in the sender's keystore"},
	"ldap_validation": {"why": "nothing reads it", "instead": ""},
}
