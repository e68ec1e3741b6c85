package deployment

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// What stands in a properties file is what java.util.Properties reads in it, whatever its lines are made of.
func TestPropertiesAsJavaReadsThem(t *testing.T) {
	if _, err := exec.LookPath("java"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs Java, which is the oracle")
	}
	parts := []string{"a", "b", "key", "=", ":", " ", "\t", "\f", "\\", "\\\\", "\\\n", "\\\r\n", "\\\r", "\n", "\r\n", "\r", "#", "!", "\\u0041", "\\u00e9", "\\t", "\\=", "\\ ", "é", "\xe9", "x"}
	random := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	var args []string
	var texts []string
	for i := range 1000 {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		args, texts = append(args, name), append(texts, b.String())
	}
	out, err := exec.CommandContext(t.Context(), "java", append([]string{"testdata/properties/Load.java"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(texts) {
		t.Fatalf("%d answers for %d files", len(lines), len(texts))
	}
	encode := base64.RawURLEncoding.EncodeToString
	for i, text := range texts {
		if strings.HasSuffix(lines[i], "refused") {
			continue // \u with anything but four digits: nothing is read then
		}
		c := secretConf(t, text)
		var keys []string
		delete(c.found, "")
		for k := range c.found {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		got := "|"
		for _, k := range keys {
			got += encode([]byte(k)) + "=" + encode([]byte(c.found[k].text.String())) + "|"
		}
		if got != lines[i] {
			t.Errorf("%q: got %s, Java %s", text, got, lines[i])
		}
	}
}

func secretConf(t *testing.T, text string) *SecretConf {
	t.Helper()
	d := Read(&source.File{URI: "deployment.toml"}, Options{Secrets: map[string]secret.Value{"asked": secret.New("Given-by-the-user")}})
	return d.ReadSecretConf(&source.File{URI: "secret-conf.properties", Data: []byte(text)})
}

// A password with a provider beside it is the name that the provider is asked for; without one it is the password.
func TestSecretConfPasswords(t *testing.T) {
	c := secretConf(t, `secretRepositories=file
keystore.identity.store.password=asked
keystore.identity.store.secretProvider=org.example.Handler
keystore.identity.key.password=Stands-in-the-file
`)
	if v := c.Password; v.Text.Reveal() != "Given-by-the-user" || v.Clear || !v.Tainted || v.Display() != "$secret{asked}" {
		t.Errorf("asked for: %s %v", v.Display(), v.Clear)
	}
	if v := c.KeyPassword; v.Text.Reveal() != "Stands-in-the-file" || !v.Clear || !v.Password || strings.Contains(v.Display(), "Stands") {
		t.Errorf("in the file: %s %v", v.Display(), v.Clear)
	}
	if !c.Enabled || c.Alias.State != Absent || secretConf(t, "keystore.identity.alias=x").Enabled {
		t.Error("enabled by its repositories only")
	}
	if q := c.Quote(c.KeyPassword.Span); strings.Contains(fmt.Sprint(q), "Stands") {
		t.Errorf("the line shows the password: %v", q)
	}
}

// What Java takes in a second is not taken for longer: lines without an end, and many of them.
func TestSecretConfIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("\\", 1<<20), strings.Repeat("a\\\n", 1<<19), strings.Repeat("k=v\n", 1<<18), strings.Repeat("\\u", 1<<19), "keystore.identity.location=" + strings.Repeat("x", 1<<20),
	} {
		if c := secretConf(t, text); len(c.texts) > maxProperties || c.Location.State == Known {
			t.Errorf("%.10q…: %d lines", text, len(c.texts))
		}
	}
}

// Whatever a file holds, its values have places in it, and what is shown of them has no password.
func FuzzSecretConf(f *testing.F) {
	for _, s := range []string{
		"secretRepositories=file\nkeystore.identity.location=a.jks\n", "keystore.identity.store.password=\\u0041\\\n  b", "#x\rkeystore.identity.key.password : y\\",
		"keystore.identity.store.password=p\nkeystore.identity.store.secretProvider=c\nkeystore.identity.alias", "keystore.identity.type=$secret{a}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := secretConf(t, string(data))
		for _, v := range []*Value{c.Location, c.Type, c.Alias, c.Password, c.KeyPassword, c.Algorithm} {
			if v.Span.Start < 0 || v.Span.Start > v.Span.End || v.Span.End > len(data) {
				t.Fatalf("%s stands at %v of %d bytes", v.Key, v.Span, len(data))
			}
			shown := fmt.Sprint(c.Quote(v.Span), c.Region(v.Span), v.Display())
			if v.Password && v.Clear && len(v.Text.Reveal()) > 20 && strings.Contains(shown, v.Text.Reveal()) {
				t.Errorf("%s shows its password: %s", v.Key, shown)
			}
		}
	})
}
