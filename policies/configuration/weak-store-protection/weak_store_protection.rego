# METADATA
# scope: package
# title: Store is weakly protected
# description: A PKCS12 file with RC2 or 3DES, with fewer than 1,000 iterations, or without a MAC, can be opened by trying or changed unnoticed.
# custom:
#   id: MIKS519
#   name: weak-store-protection
#   level: warning
#   severity: 4.3
#   precision: very-high
#   message: "'{{path}}', {{title}}, is weakly protected: {{weaknesses}}. Whoever gets the file has it easier to try passwords{{unnoticed}}."
#   fix: "Write it anew with a current JDK: 'keytool -importkeystore' into a new PKCS12 file uses AES-256, 10,000 iterations and a SHA-256 MAC."
#   cwe: [326, 916]
#   standards: ["RFC 7292", "NIST SP 800-132"]
#   needs: [primary.store, internal.store, truststore.store]
#   since: 0.1.0
package mikscheck.rules.configuration.weak_store_protection

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.shipped == false
	store := lib.store(ref)
	store.format == "PKCS12"
	ref.problem in {"", "wrong-password"}
	protection := store.protection
	found := sort(((ciphers(protection) | rounds(protection)) | mac(protection)))
	count(found) > 0
	finding := {
		"at": ref.file.pointer,
		"args": {
			"title": ref.title,
			"path": ref.file.shown,
			"weaknesses": concat("; ", found),
			"unnoticed": unnoticed(protection),
		},
		"repair": {"do": "convert", "comment": "Write it anew with the same password; then set file_name in"},
	}
}

ciphers(protection) := {sprintf("%s encrypted with %s", [c.use, c.algorithm]) |
	some c in protection.ciphers
	regex.match(`RC2-40|3DES|2DES|RC4-40|MD5-DES|SHA1-DES`, c.algorithm)
}

rounds(protection) := {sprintf("%d iterations for %s", [c.iterations, c.use]) |
	some c in protection.ciphers
	c.iterations < 1000
	c.iterations > 0
}

mac(protection) := {"no MAC"} if {
	protection.integrity == ""
} else := {sprintf("%d iterations for the MAC", [protection.iterations])} if {
	protection.iterations < 1000
	protection.iterations > 0
} else := set()

unnoticed(protection) := ", or change it unnoticed" if {
	protection.integrity == ""
} else := ""
