package rules_test

// promise is what the catalogue's contract says of a rule: an ID, once given, never changes meaning and is never reused.
type promise struct {
	id, name string
	levels   string  // that its findings may have, most severe first; empty for the 9xx, which are no findings
	severity float64 // security-severity; 0: not about security
}

// contract lists every rule that is promised, those that are still to come included. It is written down a second time on
// purpose: the tests hold the METADATA of the policies to it.
var contract = []promise{
	{"MIKS001", "toml-syntax", "error/note", 0},
	{"MIKS002", "duplicate-key", "error", 0},
	{"MIKS101", "default-store-password", "error/warning", 9.1},
	{"MIKS102", "default-key-password", "error", 9.1},
	{"MIKS103", "opens-with-default-password", "error", 9.1},
	{"MIKS104", "plaintext-password", "warning", 6.5},
	{"MIKS105", "plaintext-secret", "warning/error", 6.5},
	{"MIKS106", "unresolved-secret", "error", 0},
	{"MIKS107", "unresolved-reference", "error", 0},
	{"MIKS108", "unresolved-variable", "note", 0},
	{"MIKS109", "weak-store-password", "warning", 5.9},
	{"MIKS110", "shared-store-password", "note", 3.1},
	{"MIKS111", "invalid-secret-alias", "error", 0},
	{"MIKS112", "password-file-left", "warning", 6.5},
	{"MIKS113", "world-readable-store", "note", 3.3},
	{"MIKS114", "private-key-in-source", "warning", 5.9},
	{"MIKS115", "password-same-as-known", "warning", 5.9},
	{"MIKS116", "default-encryption-key", "error/warning", 9.1},
	{"MIKS117", "malformed-secret", "warning", 6.5},
	{"MIKS118", "secret-not-text", "error", 0},
	{"MIKS119", "placeholder-value-breaks", "error", 0},
	{"MIKS120", "unescaped-markup", "error", 0},
	{"MIKS121", "plaintext-password-beside", "warning", 6.5},
	{"MIKS201", "shared-internal-store", "warning", 5.3},
	{"MIKS202", "shared-internal-key", "warning", 5.3},
	{"MIKS203", "known-default-key", "error", 9.8},
	{"MIKS204", "default-cert-trusted", "warning", 7.4},
	{"MIKS205", "truststore-has-private-key", "warning", 5.3},
	{"MIKS206", "internal-key-short-lived", "note", 0},
	{"MIKS207", "stale-derived-store", "error", 0},
	{"MIKS208", "key-reused-across-deployments", "warning", 5.3},
	{"MIKS301", "self-signed-primary", "warning", 5.9},
	{"MIKS302", "certificate-expired", "error/note", 6.5},
	{"MIKS303", "certificate-not-yet-valid", "error/note", 0},
	{"MIKS304", "certificate-expiring", "warning/note", 0},
	{"MIKS305", "weak-key", "error", 7.5},
	{"MIKS306", "weak-signature", "warning", 7.4},
	{"MIKS307", "validity-too-long", "note", 0},
	{"MIKS308", "hostname-mismatch", "warning", 5.3},
	{"MIKS309", "san-missing", "warning", 0},
	{"MIKS310", "server-usage-missing", "warning", 0},
	{"MIKS311", "encipherment-usage-missing", "warning", 0},
	{"MIKS312", "internal-key-not-rsa", "error", 0},
	{"MIKS313", "key-certificate-mismatch", "error", 0},
	{"MIKS314", "chain-incomplete", "warning", 0},
	{"MIKS315", "chain-out-of-order", "warning", 0},
	{"MIKS316", "ca-certificate-as-leaf", "note", 3.1},
	{"MIKS317", "issuer-not-a-ca", "warning", 0},
	{"MIKS318", "known-weak-key", "error", 7.5},
	{"MIKS401", "issuing-ca-not-trusted", "error", 0},
	{"MIKS402", "own-certificate-not-trusted", "warning", 0},
	{"MIKS403", "expired-trust-anchor", "note", 0},
	{"MIKS404", "weak-trust-anchor", "note", 3.7},
	{"MIKS405", "empty-truststore", "error", 0},
	{"MIKS406", "unparseable-certificate", "note", 0},
	{"MIKS501", "store-not-found", "error/note", 0},
	{"MIKS502", "wrong-store-password", "error", 0},
	{"MIKS503", "store-type-mismatch", "error/note", 0},
	{"MIKS504", "alias-not-found", "error", 0},
	{"MIKS505", "alias-not-a-key", "error", 0},
	{"MIKS506", "wrong-key-password", "error", 0},
	{"MIKS507", "key-password-differs", "error/warning", 0},
	{"MIKS508", "bare-store-name", "error", 0},
	{"MIKS509", "unknown-store-key", "error", 0},
	{"MIKS510", "unknown-store-section", "error/note", 0},
	{"MIKS511", "partial-store-section", "warning/error", 0},
	{"MIKS512", "corrupt-store", "error", 0},
	{"MIKS513", "unsupported-store-type", "error", 0},
	{"MIKS514", "outside-mi-home", "note", 0},
	{"MIKS515", "ssl-profile-broken", "error", 0},
	{"MIKS516", "alias-case-collision", "warning", 0},
	{"MIKS517", "backslash-path", "warning/error", 0},
	{"MIKS518", "proprietary-store-format", "note", 0},
	{"MIKS519", "weak-store-protection", "warning", 4.3},
	{"MIKS520", "too-costly-to-open", "warning", 0},
	{"MIKS521", "not-inspected", "note", 0},
	{"MIKS522", "settings-not-effective", "warning", 0},
	{"MIKS523", "type-untested-in-version", "note", 0},
	{"MIKS524", "tls-identity-ambiguous", "warning", 0},
	{"MIKS525", "carbon-home-in-path", "error", 0},
	{"MIKS526", "alias-silently-ignored", "warning", 0},
	{"MIKS527", "sibling-product", "note", 0},
	{"MIKS601", "hostname-verification-off", "warning/note", 7.4},
	{"MIKS602", "weak-protocol", "warning/note", 4.3},
	{"MIKS603", "weak-cipher", "warning", 5.9},
	{"MIKS604", "client-auth-without-truststore", "error", 0},
	{"MIKS605", "revocation-check-off", "note", 0},
	{"MIKS606", "certificate-validation-off", "warning", 7.4},
	{"MIKS607", "tls-fails-open", "warning", 7.4},
	{"MIKS902", "policy-error", "", 0},
	{"MIKS903", "unreadable", "", 0},
	{"MIKS904", "waiver-expired", "", 0},
	{"MIKS905", "waiver-unused", "", 0},
}

// precedence is which rule replaces which on the same key or store, as promised; more may be replaced than stands here.
var precedence = map[string][]string{
	"MIKS002": {"MIKS001"},
	"MIKS101": {"MIKS104", "MIKS109", "MIKS110", "MIKS115"},
	"MIKS102": {"MIKS104", "MIKS109", "MIKS110", "MIKS115"},
	"MIKS103": {"MIKS101", "MIKS102", "MIKS502"},
	"MIKS106": {"MIKS521"},
	"MIKS107": {"MIKS521"},
	"MIKS108": {"MIKS521"},
	"MIKS119": {"MIKS502", "MIKS506"},
	"MIKS120": {"MIKS502", "MIKS506"},
	"MIKS201": {"MIKS202"},
	"MIKS206": {"MIKS304"},
	"MIKS207": {"MIKS101", "MIKS102", "MIKS502", "MIKS506"},
	"MIKS302": {"MIKS206"},
	"MIKS405": {"MIKS401", "MIKS402"},
	"MIKS503": {"MIKS512"},
	"MIKS508": {"MIKS501"},
	"MIKS509": {"MIKS201", "MIKS501"},
	"MIKS510": {"MIKS201", "MIKS501"},
	"MIKS511": {"MIKS502", "MIKS504", "MIKS506"},
	"MIKS513": {"MIKS503"},
	"MIKS517": {"MIKS501"},
	"MIKS525": {"MIKS501"},
}

// consequences is which rules stand beside another one but end with it.
var consequences = map[string][]string{
	"MIKS203": {"MIKS301", "MIKS302", "MIKS308", "MIKS402"},
	"MIKS314": {"MIKS401"},
}

func promised(id string) (promise, bool) {
	for _, p := range contract {
		if p.id == id {
			return p, true
		}
	}
	return promise{}, false
}
