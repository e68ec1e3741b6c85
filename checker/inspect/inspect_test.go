package inspect

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// then is "now" for every golden file.
var then = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "stores", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// report opens bytes and builds their report as the command does.
func report(data []byte, o Options) Report {
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: o.Passwords})
	return Build(store, err, o)
}

// anchorsOf makes a truststore of the certificates at some places of a key's chain.
func anchorsOf(t *testing.T, name, password string, places ...int) *keystore.Store {
	t.Helper()
	s, err := keystore.OpenBytes(file(t, name), keystore.Options{Passwords: []string{password}})
	if err != nil {
		t.Fatal(err)
	}
	out := &keystore.Store{Format: keystore.JKS, Complete: true}
	for _, i := range places {
		out.Entries = append(out.Entries, keystore.Entry{Alias: "anchor" + string(rune('0'+i)), Kind: keystore.CertificateEntry,
			Chain: []*keystore.Certificate{s.Entries[0].Chain[i]}})
	}
	return out
}

func TestGolden(t *testing.T) {
	everyone := func(string) (product.KnownKey, bool) {
		return product.KnownKey{ShippedIn: "MI 4.4.0", MIVersions: []string{"4.4.0"}}, true
	}
	no := func(string) (product.KnownKey, bool) { return product.KnownKey{}, false }
	stranger := anchorsOf(t, "p12-mixed.p12", "changeit", 0)
	for name, tt := range map[string]struct {
		data []byte
		o    Options
	}{
		"mixed":          {file(t, "p12-mixed.p12"), Options{Passwords: []string{"changeit"}, Known: no}},
		"mixed-wrong":    {file(t, "p12-mixed.p12"), Options{Passwords: []string{"guess"}, Known: no}},
		"mixed-none":     {file(t, "p12-mixed.p12"), Options{Known: no}},
		"keypass":        {file(t, "jks-keypass.jks"), Options{Passwords: []string{"storepass"}, Known: no}},
		"keypass-both":   {file(t, "jks-keypass.jks"), Options{Passwords: []string{"storepass", "keypass"}, Known: everyone}},
		"keypass-wrong":  {file(t, "jks-keypass.jks"), Options{Passwords: []string{"guess"}, Declared: "jks", Known: no}},
		"nomac":          {file(t, "ossl-nomac.p12"), Options{Passwords: []string{"changeit"}, Declared: "JKS", Known: no}},
		"declared-jceks": {file(t, "p12-mixed.p12"), Options{Passwords: []string{"changeit"}, Declared: "JCEKS", Known: no}},
		"trusted": {file(t, "jks-chain.jks"), Options{Passwords: []string{"changeit"}, Known: no,
			Trust: anchorsOf(t, "jks-chain.jks", "changeit", 2), TrustName: "client-truststore.jks"}},
		"trusted-itself": {file(t, "jks-chain.jks"), Options{Passwords: []string{"changeit"}, Known: no,
			Trust: anchorsOf(t, "jks-chain.jks", "changeit", 0), TrustName: "client-truststore.jks"}},
		"not-trusted": {file(t, "jks-chain.jks"), Options{Passwords: []string{"changeit"}, Known: no,
			Trust: stranger, TrustName: "client-truststore.jks"}},
		"truststore-broken": {file(t, "jks-chain.jks"), Options{Passwords: []string{"changeit"}, Known: no,
			TrustErr: &keystore.Error{Kind: keystore.ErrFormat, Offset: 0, Reason: "the file is empty"}, TrustName: "client-truststore.jks"}},
		"cut":      {file(t, "jks-chain.jks")[:300], Options{Passwords: []string{"changeit"}, Known: no}},
		"empty":    {nil, Options{Declared: "JKS", Known: no}},
		"no-store": {[]byte("-----BEGIN CERTIFICATE-----\n"), Options{Known: no}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Name, tt.o.Now = "store.jks", then
			r := report(tt.data, tt.o)
			var text strings.Builder
			if err := r.Text(&text); err != nil {
				t.Fatal(err)
			}
			data, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", text.String())
			golden(t, name+".json", string(data)+"\n")
			for _, p := range tt.o.Passwords {
				if p != "changeit" && strings.Contains(text.String()+string(data), p) {
					t.Errorf("the password %q is shown", p)
				}
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}

// hostileAlias is what a pull request could put into a store.
const hostileAlias = "a\x1b[31m\u202eevil\n::error::x\x00\u2028" + "\U000e0041" + "é"

func hostile() *keystore.Store {
	c := &keystore.Certificate{Subject: "CN=" + hostileAlias, Issuer: "CN=\x9b31m", SignatureAlgorithm: "\x1b]0;x\a", PathLen: -1,
		HasSAN: true, DNSNames: []string{"\x1b[2J", strings.Repeat("x", 70_000)}}
	for range 10_000 {
		c.EmailAddresses = append(c.EmailAddresses, "many@example.com")
	}
	return &keystore.Store{Format: keystore.JKS, Complete: true, Entries: []keystore.Entry{
		{Alias: hostileAlias, Kind: keystore.CertificateEntry, Chain: []*keystore.Certificate{c}},
		{Alias: strings.Repeat("long", 16_000), Kind: keystore.PrivateKeyEntry, Chain: []*keystore.Certificate{c}},
	}, Skipped: []string{"skipped \x1b[0m"}, JavaRefuses: []string{"refused \u200f"}}
}

// hostileReport has what is odd about a certificate made up as well: that comes from crypto/x509, which quotes what it refuses.
func hostileReport(err error, o Options) Report {
	r := Build(hostile(), err, o)
	for _, e := range r.Entries {
		for _, c := range e.Chain {
			c.Oddities = append(c.Oddities, "odd \u202e")
		}
	}
	return r
}

func TestHostileText(t *testing.T) {
	r := hostileReport(&keystore.Error{Kind: keystore.ErrFormat, Offset: 7, Reason: "bad \x1b[31m"}, Options{
		Name: "dir/\x1b[31m.jks", Declared: "JK\u202eS", Trust: hostile(), TrustName: "\x1b[31m"})
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	for i, line := range strings.Split(out, "\n") {
		if strings.HasPrefix(line, "::") {
			t.Errorf("line %d is a workflow command: %q", i, line)
		}
		if len(line) > 10_000 {
			t.Errorf("line %d has %d bytes", i, len(line))
		}
		for _, c := range line {
			if c < ' ' || (c > '~' && c < 0xa0) || strings.ContainsRune("\u202e\u200f\u2028\U000e0041", c) {
				t.Errorf("line %d holds %U: %q", i, c, line)
			}
		}
	}
	if !strings.Contains(out, "é") || !strings.Contains(out, `\x1b[31m`) {
		t.Errorf("not the escapes that were meant:\n%.500s", out)
	}
}

func TestCleanIsAsked(t *testing.T) {
	var b strings.Builder
	r := hostileReport(nil, Options{Clean: func(string) string { return "clean" }})
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") || strings.Contains(b.String(), "long") {
		t.Errorf("a string passed by the sanitiser:\n%.500q", b.String())
	}
}

func TestJSONIsExactAndSafe(t *testing.T) {
	data, err := json.Marshal(hostileReport(nil, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range string(data) {
		if c < ' ' || (c > '~' && c < 0xa0) || strings.ContainsRune("\u202e\u2028\U000e0041", c) {
			t.Fatalf("the JSON holds %U", c)
		}
	}
	var got struct {
		Entries []struct {
			Alias string `json:"alias"`
			Chain []struct {
				Subject string `json:"subject"`
			} `json:"chain"`
		} `json:"entries"`
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Entries[0].Alias != hostileAlias || got.Entries[0].Chain[0].Subject != "CN="+hostileAlias {
		t.Errorf("got %q", got.Entries[0])
	}
}

// TestContract holds the JSON to what docs promise to scripts.
func TestContract(t *testing.T) {
	data, err := json.Marshal(report(file(t, "p12-mixed.p12"), Options{Passwords: []string{"changeit"}}))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["format"] != "PKCS12" || doc["declared"] != nil || doc["problem"] != nil {
		t.Errorf("format %v, declared %v, problem %v", doc["format"], doc["declared"], doc["problem"])
	}
	chains := map[string]int{"private-key": 1, "certificate": 1, "secret-key": 0}
	for _, e := range doc["entries"].([]any) {
		entry := e.(map[string]any)
		chain := entry["chain"].([]any)
		if n, known := chains[entry["kind"].(string)]; !known || len(chain) != n {
			t.Errorf("%v: %v with a chain of %d", entry["alias"], entry["kind"], len(chain))
		}
		for _, c := range chain {
			for _, field := range []string{"sha256", "subject", "issuer", "serial", "not_before", "not_after"} {
				if s, ok := c.(map[string]any)[field].(string); !ok || s == "" {
					t.Errorf("%v: no %s", entry["alias"], field)
				}
			}
		}
	}
}

func TestDeclared(t *testing.T) {
	// The table of JDK 17, tried: declared type, format of the file, whether it loads.
	for _, tt := range []struct {
		declared string
		format   keystore.Format
		loads    bool
	}{
		{"JKS", keystore.JKS, true}, {"JKS", keystore.PKCS12, true}, {"JKS", keystore.JCEKS, false},
		{"PKCS12", keystore.JKS, true}, {"PKCS12", keystore.PKCS12, true}, {"PKCS12", keystore.JCEKS, false},
		{"JCEKS", keystore.JKS, true}, {"JCEKS", keystore.PKCS12, false}, {"JCEKS", keystore.JCEKS, true},
		{"pkcs12", keystore.PKCS12, true}, {"BKS", keystore.JKS, false}, {"BKS", keystore.BKS, true}, {"BCFKS", keystore.PKCS12, false},
		{"JKS", keystore.BKS, false}, {" JKS", keystore.JKS, false}, {"PEM", keystore.JKS, false}, {"DKS", keystore.JKS, false}, {"", keystore.JKS, true},
	} {
		loads, why := declared(tt.declared, tt.format)
		if loads != tt.loads || (!loads && !strings.HasSuffix(why, ".")) {
			t.Errorf("%s file declared %q: loads %v (%s), want %v", tt.format, tt.declared, loads, why, tt.loads)
		}
	}
}

func TestRemaining(t *testing.T) {
	for _, tt := range []struct {
		from, to, now string
		want          string
	}{
		{"2020-01-01T00:00:00Z", "2027-01-11T12:00:00Z", "2027-01-01T12:00:00Z", "10 days left"},
		{"2020-01-01T00:00:00Z", "2027-01-02T12:00:00Z", "2027-01-01T12:00:00Z", "1 day left"},
		{"2020-01-01T00:00:00Z", "2026-12-31T12:00:00Z", "2027-01-01T12:00:00Z", "EXPIRED 1 day ago"},
		{"2020-01-01T00:00:00Z", "2027-01-01T11:00:00Z", "2027-01-01T12:00:00Z", "EXPIRED 0 days ago"},
		{"2027-02-01T00:00:00Z", "2030-01-01T11:00:00Z", "2027-01-01T00:00:00Z", "NOT YET VALID for 31 days"},
		{"1950-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2,912,077 days left"},
	} {
		parse := func(s string) time.Time {
			at, err := time.Parse(time.RFC3339, s)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		x := &text{r: Report{now: parse(tt.now)}}
		c := &Certificate{source: &keystore.Certificate{NotBefore: parse(tt.from), NotAfter: parse(tt.to)}}
		if got := x.remaining(c); got != tt.want {
			t.Errorf("from %s to %s at %s: %q, want %q", tt.from, tt.to, tt.now, got, tt.want)
		}
	}
}
