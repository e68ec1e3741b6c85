package deployment

import (
	"encoding/base64"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// secrets reads which aliases $secret{} can name.
func (c *configuration) secrets() {
	c.aliases = map[string]bool{}
	entries, runtime := c.doc.Secrets()
	c.runtime = runtime
	for _, e := range entries {
		if c.doc.resolvable(e) {
			c.aliases[e.Alias] = true
		}
	}
	for _, k := range c.doc.Keys {
		if alias, ok := aliasOf(k, "runtime_secrets."); ok && k.Type == String {
			c.aliases[alias] = true
		}
	}
}

// resolvable: before 4.5 an alias that TOML must quote keeps its quotes and is never found (mi-semantics section 5).
func (d *Document) resolvable(e SecretEntry) bool {
	return product.Compare(d.Version, "4.5.0") >= 0 || !strings.Contains(e.Key.Written, "'")
}

// secretsOf notes the $secret{} of a text. The product looks for them before anything is replaced, so that a name made of
// another placeholder is never found.
func (c *configuration) secretsOf(s *setting, r *result, text string, before bool) {
	at := 0
	for {
		start, end, name, ok := next(text, Secret, at)
		if !ok {
			return
		}
		at = end
		if !before && strings.Contains(s.text, text[start:end]) {
			continue
		}
		if !c.step(s, len(r.hops)) {
			return
		}
		r.tainted = true
		r.hops = append(r.hops, s.variable(Secret, name))
		p := Placeholder{Kind: Secret, Name: name, Key: s.key}
		if p.Reason = c.missing(name); p.Reason == "" {
			p.Resolved = true
		} else {
			r.fail(p.Reason)
		}
		r.vars = append(r.vars, p)
	}
}

// missing says why a secret is not known to the checker; "" where its value was handed over.
func (c *configuration) missing(alias string) Reason {
	if strings.Contains(alias, "$") {
		return SecretMissing
	}
	listed := c.aliases[alias] || c.runtime
	if _, given := c.doc.options.Secrets[alias]; given && listed {
		return ""
	}
	if listed {
		return SecretNotGiven
	}
	return SecretMissing
}

// reveal puts the values of secrets into a text whose other placeholders are replaced.
func (c *configuration) reveal(text string, reason Reason) (string, Reason) {
	if reason != "" || !strings.Contains(text, "$"+string(Secret)+"{") {
		return text, reason
	}
	var b strings.Builder
	at := 0
	for {
		start, end, name, ok := next(text, Secret, at)
		if !ok {
			break
		}
		if why := c.missing(name); why != "" {
			return "", why
		}
		b.WriteString(text[at:start])
		b.WriteString(c.doc.options.Secrets[name].Reveal())
		at = end
	}
	b.WriteString(text[at:])
	return b.String(), ""
}

// Secrets lists the entries of [secrets] in file order, and whether [runtime_secrets] (or enable inside [secrets]) takes
// aliases that are not listed.
func (d *Document) Secrets() (entries []SecretEntry, runtime bool) {
	for _, k := range d.Keys {
		if alias, ok := aliasOf(k, "secrets."); ok {
			if alias == "enable" && (k.Type == String && !base64Text(k.Raw.Reveal()) || k.Type == Boolean) {
				runtime = runtime || d.on(k)
				if k.Type == String {
					continue
				}
			}
			entries = append(entries, SecretEntry{Alias: alias, Key: k, Form: formOf(k)})
		}
		if plain(k.Mapped) == "runtime_secrets.enable" && k.Array == "" {
			runtime = runtime || d.on(k)
		}
	}
	for _, t := range d.Tables {
		// A list of tables is no text either, and the mapper wants nothing but texts here.
		if rest, ok := strings.CutPrefix(t.Name, "secrets."); ok && t.Array {
			k := &Key{Written: t.Name, Mapped: t.Name, Table: t.Name, Span: t.Span, Value: t.Span, Type: Array}
			entries = append(entries, SecretEntry{Alias: plain(rest), Key: k, Form: NotTextForm})
		}
	}
	if product.Compare(d.Version, "4.0.0") < 0 {
		runtime = false
	}
	if len(entries) > 0 {
		d.use(entries)
	}
	return entries, runtime
}

func (d *Document) on(k *Key) bool {
	return strings.EqualFold(k.Raw.Reveal(), "true")
}

func aliasOf(k *Key, section string) (alias string, ok bool) {
	if k.Array != "" || k.Type == Inline {
		return "", false
	}
	rest, ok := strings.CutPrefix(k.Mapped, section)
	if !ok || section == "runtime_secrets." && rest == "enable" {
		return "", false
	}
	return plain(rest), true
}

// use marks the entries that some value names.
func (d *Document) use(entries []SecretEntry) {
	first := map[string]*Key{}
	for _, k := range d.Keys {
		if k.Type != String && k.Type != Array {
			continue
		}
		text := k.Raw.Reveal()
		for at := 0; ; {
			_, end, name, ok := next(text, Secret, at)
			if !ok {
				break
			}
			if first[plain(name)] == nil {
				first[plain(name)] = k
			}
			at = end
		}
	}
	for i := range entries {
		entries[i].Reference = first[entries[i].Alias]
		entries[i].Used = entries[i].Reference != nil
	}
}

// formOf tells by its content how a secret's value is written.
func formOf(k *Key) SecretForm {
	text := k.Raw.Reveal()
	switch {
	case k.Type != String:
		return NotTextForm
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") && len(text) >= 2:
		return PlainForm
	case strings.HasPrefix(text, "$env{") || strings.HasPrefix(text, "$sys{"):
		return DynamicForm
	case !base64Text(text):
		return OtherForm
	case strings.HasPrefix(text, "eyJ"):
		return SymmetricForm
	default:
		return EncryptedForm
	}
}

// base64Text tells whether a text is Base64 of at least 64 bytes: no RSA modulus is shorter than that, and a short password
// of letters and digits would decode as well. The symmetric form is a JSON object, however short.
func base64Text(text string) bool {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, text)
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	return len(b) >= 64 || len(b) > 2 && b[0] == '{' && b[len(b)-1] == '}'
}
