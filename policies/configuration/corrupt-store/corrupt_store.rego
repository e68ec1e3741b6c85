# METADATA
# scope: package
# title: Store is damaged
# description: The file's structure is broken, its digest does not fit although a key in it opens, or it holds what JDK 17 does not know, so that Java can't load it.
# custom:
#   id: MIKS512
#   name: corrupt-store
#   level: error
#   precision: very-high
#   message: "'{{path}}', {{title}}, can't be loaded: {{detail}}."
#   fix: "Fetch the file anew from where it was made, in binary mode, and compare sizes; 'mi-kscheck inspect' shows what is still readable."
#   variants:
#     java:
#       message: "'{{path}}', {{title}}, is no store that Java 17 loads, whatever the password: {{detail}}."
#       fix: "Write the store anew with the keytool of JDK 17 from what it was made of, or have its maker use what Java knows (PBES2 with AES, a MAC with HMAC-SHA256, certificates in DER); 'mi-kscheck inspect' shows what is in it."
#     java-key:
#       message: "Java 17 can't recover the private key '{{alias}}' from '{{path}}', {{title}}, whatever the password: {{detail}}."
#       fix: "Write the store anew with an encryption of keys that Java knows: PBES2 with AES-256, as keytool and OpenSSL do by default."
#   supersedes: [MIKS406]
#   needs: [primary.store, internal.store, truststore.store]
#   since: 0.1.0
package mikscheck.rules.configuration.corrupt_store

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.problem == "damaged"
	finding := {
		"at": ref.file.pointer,
		"args": {"title": ref.title, "path": ref.file.shown, "detail": ref.detail},
	}
}

# What this reader takes and the JDK's own providers do not; another provider may.
findings contains finding if {
	input.server.jce_provider == ""
	some ref in lib.in_force
	ref.contents.state == "known"
	reasons := lib.store(ref).java_refuses
	count(reasons) > 0
	finding := {
		"at": ref.file.pointer,
		"variant": "java",
		"causes": causes(ref, reasons),
		"args": {"title": ref.title, "path": ref.file.shown, "detail": concat("; ", reasons)},
	}
}

findings contains finding if {
	input.server.jce_provider == ""
	some [ref, key] in lib.used_keys
	key.java_refuses != ""
	finding := {
		"at": ref.file.pointer,
		"variant": "java-key",
		"causes": ["none"],
		"args": {"title": ref.title, "path": ref.file.shown, "alias": key.alias, "detail": key.java_refuses},
	}
}

# A certificate that Java can't parse is one that strict parsers reject: that need not be said twice.
causes(ref, reasons) := [ref.file.pointer] if {
	some reason in reasons
	contains(reason, "certificate")
} else := ["none"]
