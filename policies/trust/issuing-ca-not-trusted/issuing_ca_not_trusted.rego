# METADATA
# scope: package
# title: Truststore lacks the issuer of the primary certificate
# description: By Java's rules no path leads from the primary certificate to an entry of the truststore, so that calls from the server to itself, and to others with certificates of the same authority, fail.
# custom:
#   id: MIKS401
#   name: issuing-ca-not-trusted
#   level: error
#   precision: very-high
#   message: "The truststore does not trust the primary certificate '{{alias}}' ({{subject}}): {{why}}. TLS calls from the server to itself, and to others with certificates of the same authority, fail."
#   fix: "Import the certificate of the authority with 'keytool -importcert -alias … -file ca.pem' into the truststore."
#   cwe: [295]
#   standards: ["RFC 5280 6"]
#   needs: [trust]
#   since: 0.1.0
package mikscheck.rules.trust.issuing_ca_not_trusted

import data.mikscheck.lib

findings contains finding if {
	some trust in input.trust
	trust.verdict.state == "known"
	trust.verdict.value == false
	trust.self_signed.state == "known"
	trust.self_signed.value == false
	trust.reason != "no-anchors"
	finding := {
		"at": lib.main_truststore.file.pointer,
		"args": {
			"alias": trust.alias,
			"subject": trust.subject,
			"why": why(trust),
		},
		"repair": repair(trust),
	}
}

why(trust) := sprintf("its issuer '%s' is not in it", [trust.issuer]) if trust.reason == "issuer-missing"

else := sprintf("it has a certificate named '%s', but its key did not sign", [trust.issuer]) if {
	trust.reason == "signature-mismatch"
} else := sprintf("the issuer '%s' is no certificate authority", [trust.issuer]) if {
	trust.reason == "issuer-not-ca"
} else := sprintf("the issuer '%s' may not sign certificates (key usage)", [trust.issuer]) if {
	trust.reason == "key-usage"
} else := sprintf("the chain is longer than '%s' allows", [trust.issuer]) if {
	trust.reason == "path-length"
} else := sprintf("a name constraint of '%s' excludes it", [trust.issuer]) if {
	trust.reason == "name-constraints"
} else := "a certificate of the chain has a critical extension that Java does not know" if {
	trust.reason == "critical-extension"
} else := "Java 17 refuses an algorithm or key length in the chain" if {
	trust.reason == "algorithm"
} else := "the chain's certificate policies exclude each other" if {
	trust.reason == "policy"
} else := trust.reason

# What else can be wrong with an issuer is not mended by trusting it.
repair(trust) := {"do": "import-ca", "issuer": trust.issuer} if {
	trust.reason in {"issuer-missing", "signature-mismatch"}
} else := null
