package deployment_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// pool are the keys that random files are made of: stores, what inherits from them, mapped keys, and keys of no meaning.
var pool = []string{
	"keystore.primary.file_name", "keystore.primary.type", "keystore.primary.password", "keystore.primary.alias", "keystore.primary.key_password",
	"keystore.internal.file_name", "keystore.internal.password", "keystore.internal.alias", "keystore.tls.file_name", "truststore.file_name",
	"truststore.password", "transport.http.listener.keystore.location", "transport.http.listener.keystore.password",
	"transport.http.sender.hostname_verifier", "transport.http.listener.secured_protocols", "internal_api_ssl_config.key_store.location",
	"transport.wss.sender.enable", "transport.wss.sender.truststore_location", "server.hostname", "server.offset", "encryption.key",
	"a.one", "a.two", "a.b.three", "secrets.first", "secrets.second", "super_admin.password",
}

// config is a random configuration: flat written key → text.
type config map[string]string

func randomConfig(r *rand.Rand, placeholders bool) config {
	c := config{}
	for range 1 + r.IntN(16) {
		key := pool[r.IntN(len(pool))]
		text := strings.Map(func(c rune) rune {
			if strings.ContainsRune(`abcXYZ0189/._- äß$`, c) {
				return c
			}
			return 'x'
		}, randomText(r))
		if placeholders {
			switch r.IntN(6) {
			case 0:
				text = "$ref{" + pool[r.IntN(len(pool))] + "}"
			case 1:
				text += "/$ref{" + pool[r.IntN(len(pool))] + "}/$env{E" + strconv.Itoa(r.IntN(4)) + "}"
			case 2:
				text = "$sys{s}$env{E1}"
			case 3:
				text = "$secret{first}"
			}
		}
		c[key] = text
	}
	return c
}

func randomText(r *rand.Rand) string {
	letters := []rune(`abcXYZ0189/._- äß$`)
	b := make([]rune, r.IntN(12))
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// render writes a configuration in one of the many ways that TOML has for it: headers at any depth, dotted keys, inline
// tables, in any order, with any quotes.
func (c config) render(r *rand.Rand) string {
	sections := map[string][]string{}
	for key, text := range c {
		parts := strings.Split(key, ".")
		cut := r.IntN(len(parts))
		name := strings.Join(parts[:cut], ".")
		sections[name] = append(sections[name], strings.Join(parts[cut:], ".")+" = "+quoted(r, text))
	}
	names := slices.Sorted(maps.Keys(sections))
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	// What stands before the first header is at the top.
	if i := slices.Index(names, ""); i > 0 {
		names[0], names[i] = names[i], names[0]
	}
	var b strings.Builder
	for _, name := range names {
		if name != "" {
			fmt.Fprintf(&b, "[%s] # section\n", name)
		}
		lines := sections[name]
		slices.Sort(lines)
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		for _, l := range lines {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

func quoted(r *rand.Rand, text string) string {
	switch r.IntN(3) {
	case 0:
		return "'" + text + "'"
	case 1:
		return `"""` + text + `"""`
	default:
		return `"` + text + `"`
	}
}

// valid renders until the product takes the shape: a random cut can open a table that dotted keys or a longer header already made.
func (c config) valid(t *testing.T, r *rand.Rand, o deployment.Options) *deployment.Document {
	t.Helper()
	for range 200 {
		d := read(c.render(r), o)
		if d.Parsed {
			return d
		}
		for _, p := range d.Problems {
			if p.Kind != deployment.Duplicate && p.Kind != deployment.Refused {
				t.Fatalf("%s: %s", p.Kind, p.Detail)
			}
		}
	}
	return nil
}

func read(text string, o deployment.Options) *deployment.Document {
	return deployment.Read(&source.File{Name: "deployment.toml", URI: "deployment.toml", Data: []byte(text)}, o)
}

func options(version string) deployment.Options {
	return deployment.Options{
		Version: version,
		Env:     map[string]secret.Value{"E1": secret.New("one"), "E2": secret.New("$ref{a.one}"), "E3": secret.New("")},
		Sys:     map[string]secret.Value{"s": secret.New("sys")},
		Secrets: map[string]secret.Value{"first": secret.New("from vault")},
	}
}

func eachRandom(t *testing.T, n int, f func(t *testing.T, r *rand.Rand, version string)) {
	t.Helper()
	versions := product.Versions()
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(seed, 7))
		f(t, r, versions[r.IntN(len(versions))])
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func mapped(version, written string) string {
	if to, ok := product.For(version).KeyMappings[written]; ok {
		return to
	}
	return written
}

// TestUserWins: a literal text that the file writes is the effective value, whatever the defaults and inferred values.
func TestUserWins(t *testing.T) {
	eachRandom(t, 200, func(t *testing.T, r *rand.Rand, version string) {
		c := randomConfig(r, false)
		d := c.valid(t, r, options(version))
		if d == nil {
			return
		}
		for key, text := range c {
			if version == "1.2.0" && strings.HasPrefix(key, "keystore.internal.") {
				continue // not read by that release
			}
			v := d.Value(mapped(version, key))
			if v.State != deployment.Known || v.Text.Reveal() != text || v.Written == nil || v.Written.Written != key {
				t.Errorf("%s: %s is %q, written %q", version, key, v.Text.Reveal(), text)
			}
		}
	})
}

// TestNoKeyFromNowhere: every value is written in the file, or in the version's default or infer data.
func TestNoKeyFromNowhere(t *testing.T) {
	eachRandom(t, 200, func(t *testing.T, r *rand.Rand, version string) {
		c := randomConfig(r, true)
		d := c.valid(t, r, options(version))
		if d == nil {
			return
		}
		table := product.For(version)
		from := map[string]bool{}
		for key := range c {
			from[mapped(version, key)] = true
		}
		for key := range table.Default {
			from[key] = true
		}
		for _, texts := range table.Infer {
			for _, keys := range texts {
				for key := range keys {
					from[key] = true
				}
			}
		}
		seen := map[string]bool{}
		for _, v := range d.Values() {
			if !from[v.Key] && !(version == "1.2.0" && strings.HasPrefix(v.Key, "keystore.internal.")) {
				t.Errorf("%s: where does %s come from?", version, v.Key)
			}
			if seen[v.Key] {
				t.Errorf("%s is listed twice", v.Key)
			}
			seen[v.Key] = true
			if d.Value(v.Key) != v {
				t.Errorf("Value(%s) is another one", v.Key)
			}
			if v.Written != nil && v.Written.Type != deployment.Array && d.ValueOf(v.Written) != v {
				t.Errorf("ValueOf the key of %s is another one", v.Key)
			}
			if len(v.Origin) == 0 || (v.Written == nil) == (v.Origin[0].Kind == deployment.Written) {
				t.Errorf("%s: origin %v, written %v", v.Key, v.Origin, v.Written)
			}
		}
	})
}

// TestOrderIsIrrelevant: the same keys in another order and shape give the same values.
func TestOrderIsIrrelevant(t *testing.T) {
	eachRandom(t, 200, func(t *testing.T, r *rand.Rand, version string) {
		c := randomConfig(r, true)
		o := options(version)
		first, second := c.valid(t, r, o), c.valid(t, r, o)
		if first == nil || second == nil {
			return
		}
		a, b := summary(first), summary(second)
		if a != b {
			t.Errorf("%s:\n%s\n%s\n--- and ---\n%s\n%s", version, first.File.Data, a, second.File.Data, b)
		}
	})
}

func summary(d *deployment.Document) string {
	var b strings.Builder
	for _, v := range d.Values() {
		fmt.Fprintf(&b, "%s: %s %s\n", v.Key, describe(v), v.Display())
	}
	return b.String()
}

// TestReferencesAreIdempotent: a $ref that is replaced by the text that it stands for changes no text.
func TestReferencesAreIdempotent(t *testing.T) {
	eachRandom(t, 200, func(t *testing.T, r *rand.Rand, version string) {
		c := randomConfig(r, true)
		o := options(version)
		before := c.valid(t, r, o)
		if before == nil {
			return
		}
		flat := config{}
		for key, text := range c {
			flat[key] = text
			if v := before.Value(mapped(version, key)); v.State == deployment.Known && v.Written != nil && strings.Contains(text, "$ref{") {
				flat[key] = v.Text.Reveal()
			}
		}
		after := flat.valid(t, r, o)
		if after == nil {
			return
		}
		for _, v := range before.Values() {
			if v.State != deployment.Known {
				continue
			}
			if w := after.Value(v.Key); w.State != deployment.Known || !w.Text.Equal(v.Text) {
				t.Errorf("%s: %s was %q and is %q\n%v", version, v.Key, v.Text.Reveal(), w.Text.Reveal(), c)
			}
		}
	})
}

// TestTaintFlows: a value that depends on a variable or secret is tainted, and its text is in no Display.
func TestTaintFlows(t *testing.T) {
	eachRandom(t, 200, func(t *testing.T, r *rand.Rand, version string) {
		c := randomConfig(r, true)
		o := options(version)
		o.Env["E1"] = secret.New("TAINTED-1")
		o.Sys["s"] = secret.New("TAINTED-2")
		o.Secrets["first"] = secret.New("TAINTED-3")
		d := c.valid(t, r, o)
		if d == nil {
			return
		}
		for _, v := range d.Values() {
			if strings.Contains(v.Text.Reveal(), "TAINTED") && (!v.Tainted || v.Clear) {
				t.Errorf("%s: tainted %v, clear %v", v.Key, v.Tainted, v.Clear)
			}
			if strings.Contains(v.Display(), "TAINTED") {
				t.Errorf("%s shows %s", v.Key, v.Display())
			}
		}
	})
}
