package deployment

import (
	"regexp"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// harmlessNames are the last segments of the keys whose texts may be shown: names of files, formats and protocols. The list is
// closed: whatever is not on it could be a secret.
var harmlessNames = set("file_name", "location", "type", "alias", "key_alias", "hostname", "host", "port", "offset", "class", "algorithm",
	"protocols", "secured_protocols", "httpsprotocols", "sslprotocol", "ssl_version", "preferred_ciphers", "preferredciphers",
	"hostname_verifier", "hostnameverifier", "verify_client", "sslverifyclient", "ssl_verify", "file_path", "read_interval",
	"enable", "enabled", "enable_ssl", "ssl_enable", "internal_crypto_provider", "provider_name", "provider", "bind_address", "bind-address",
	"secured_bind_address", "secured_port", "keystore_location", "keystore_type", "truststore_location", "truststore_type", "keystorefile",
	"truststorefile", "certificate_revocation_verifier_enable", "certificate_revocation_verifier_enabled")

// storeNames are harmless where a section of a store says them (people write them for file_name), and nowhere else.
var storeNames = set("name", "file", "path")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// passwordParts make a key a password key wherever they occur in its last segment: when in doubt it is one.
var passwordParts = []string{"pass", "pwd", "secret", "token", "credential", "passphrase"}

// lastSegment is the end of a key from its last dot on, in lower case. A quoted segment with dots in it
// ('rabbitmq.connection.ssl.keystore.type') ends like its plain relatives.
func lastSegment(key string) string {
	key = plain(key)
	return strings.ToLower(key[strings.LastIndexByte(key, '.')+1:])
}

// passwordKey tells whether the text of a key is a password, key or token by its name.
func passwordKey(key string) bool {
	key = plain(key)
	if strings.HasPrefix(key, "secrets.") || key == "encryption.key" {
		return true
	}
	last := lastSegment(key)
	for _, part := range passwordParts {
		if strings.Contains(last, part) {
			return true
		}
	}
	return strings.HasSuffix(last, "pw")
}

// harmlessKey tells whether texts under a key may be shown as far as its name goes.
func harmlessKey(key string) bool {
	if passwordKey(key) {
		return false
	}
	key = plain(key)
	last := lastSegment(key)
	return harmlessNames[last] || storeNames[last] && strings.Contains(parent(key), "store") || strings.HasSuffix(key, "ssl.keystore.location") || strings.HasSuffix(key, "ssl.enable")
}

// harmlessText refuses addresses that carry a user and password under a harmless key.
func harmlessText(text string) bool {
	return !strings.Contains(text, "://") || !strings.Contains(text, "@")
}

// judge tells whether a setting is a password, and whether its own text, placeholders left as they are, may be shown: it is
// the product's and no password, or it stands under a harmless key.
func (s *setting) judge() {
	s.password = passwordKey(s.key) || s.written != nil && s.written.Written != s.key && passwordKey(s.written.Written)
	s.harmless = !s.password && (s.written == nil || s.form == isBoolean || s.form == isNumber || harmlessKey(s.key) && harmlessText(s.raw))
}

// placeholder is one that may be shown: a name of other characters could be anything.
var placeholder = regexp.MustCompile(`\$(?:env|sys|secret|ref)\{[A-Za-z0-9_.:'"#-]{1,128}\}`)

// display makes the text of a value that may be shown.
func display(s *setting, r *result, v *Value) string {
	if len(s.raw) > maxText || len(r.text) > maxText {
		return "…" // nobody reads it, and every copy of it costs
	}
	switch harmless := s.harmless; {
	case s.form == isList && !harmless:
		return secret.Redacted
	case harmless && v.State == Known && !r.tainted && r.shown && harmlessText(v.Text.Reveal()):
		return v.Text.Reveal()
	case harmless && s.form != isText:
		return s.raw
	default:
		return maskText(s.raw, !harmless)
	}
}

// maskText masks what stands around the placeholders of a text (all of it, or only placeholders with odd names).
func maskText(text string, all bool) string {
	var b strings.Builder
	mask := func(part string) {
		switch {
		case part == "":
		case all, strings.Contains(part, "$env{") || strings.Contains(part, "$sys{") || strings.Contains(part, "$secret{"):
			b.WriteString(secret.Redacted)
		default:
			b.WriteString(part)
		}
	}
	at := 0
	for _, m := range placeholder.FindAllStringIndex(text, -1) {
		mask(text[at:m[0]])
		b.WriteString(text[m[0]:m[1]])
		at = m[1]
	}
	mask(text[at:])
	return b.String()
}

// Display is the source text of a value as it may be shown: the text of a harmless, untainted value; the placeholders with
// the text around them of a tainted one ("x/$env{TOKEN}"); "•••" for a literal password.
func (v *Value) Display() string { return v.display }
