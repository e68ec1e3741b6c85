package inventory_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/csv"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	jks "github.com/pavlo-v-chernykh/keystore-go/v4"

	"github.com/mi-kscheck/mi-kscheck/checker/inventory"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

const evil = "=cmd|' /C calc'!A0,\r\nX;EVIL\x1b[31m\u202e"

// home has a primary keystore with two hostile keys, one that is good until 2027, and a truststore that trusts it.
func home(t *testing.T, toml string) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, b []byte) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(key)
	cert := func(name string, until time.Time) jks.Certificate {
		c := &x509.Certificate{SerialNumber: big.NewInt(until.Unix() & 0xffff), Subject: pkix.Name{CommonName: name}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
		der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return jks.Certificate{Type: "X509", Content: der}
	}
	good, odd := cert("good", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), cert(evil, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
	keystore, trusted, spare := jks.New(), jks.New(), jks.New()
	for alias, c := range map[string]jks.Certificate{"api": good, "x" + evil: odd} {
		if err := keystore.SetPrivateKeyEntry(alias, jks.PrivateKeyEntry{CreationTime: now, PrivateKey: pkcs8, CertificateChain: []jks.Certificate{c}}, []byte("secret-of-the-store")); err != nil {
			t.Fatal(err)
		}
	}
	for store, c := range map[*jks.KeyStore]jks.Certificate{&trusted: good, &spare: cert("spare", time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC))} {
		if err := store.SetTrustedCertificateEntry("one", jks.TrustedCertificateEntry{CreationTime: now, Certificate: c}); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]struct {
		store    jks.KeyStore
		password string
	}{"security/primary.jks": {keystore, "secret-of-the-store"}, "security/trust.jks": {trusted, "wso2carbon"}, "old/spare.jks": {spare, "unknown-to-all"}} {
		var b bytes.Buffer
		if err := s.store.Store(&b, []byte(s.password)); err != nil {
			t.Fatal(err)
		}
		put(name, b.Bytes())
	}
	put("bin/version.txt", []byte("WSO2 Micro Integrator v4.4.0\n"))
	put("old/none.jks", []byte("nothing"))
	put("conf/deployment.toml", []byte(toml))
	return dir
}

const plain = `[keystore.primary]
file_name = "security/primary.jks"
password = "$env{PASS}"
alias = "api"
key_password = "$env{PASS}"
[truststore]
file_name = "security/trust.jks"
`

var env = map[string]secret.Value{"PASS": secret.New("secret-of-the-store"), "STORE": secret.New("security/primary.jks"), "ALIAS": secret.New("api")}

func collect(t *testing.T, dir string, all bool) *inventory.Inventory {
	t.Helper()
	folder, err := source.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close() //nolint:errcheck // read-only
	targets, problems := layout.Find(context.Background(), folder, layout.Options{})
	in := inventory.Input{Targets: targets, Env: env, Now: now}
	if all {
		names, more := layout.Stores(context.Background(), folder, layout.Options{})
		problems = append(problems, more...)
		for _, n := range names {
			in.Files = append(in.Files, inventory.File{Source: folder, Name: n})
		}
	}
	inv, err := inventory.Collect(context.Background(), in)
	if err != nil || len(problems) > 0 || len(inv.Problems) > 0 {
		t.Fatal(err, problems, inv.Problems)
	}
	return inv
}

func written(t *testing.T, inv *inventory.Inventory, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := inv.Write(&b, format, report.Clean); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCollect(t *testing.T) {
	inv := collect(t, home(t, plain), false)
	if len(inv.Certificates) != 2 || len(inv.Unread) != 0 {
		t.Fatalf("%d certificates, not listed: %v", len(inv.Certificates), inv.Unread)
	}
	k := inv.Certificates[0]
	if k.Subject != "CN=good" || k.DaysLeft != 39 || k.KeyAlgorithm != "EC" || k.KeyBits != 256 || k.SignatureAlgorithm != "SHA256withECDSA" {
		t.Errorf("%+v", k)
	}
	var uses []string
	for _, u := range k.Uses {
		uses = append(uses, u.Section+" "+u.As)
	}
	if want := []string{"keystore.primary configured", "keystore.internal configured", "truststore anchor"}; !slices.Equal(uses, want) {
		t.Errorf("used by %q", uses)
	}
	if len(k.TrustedBy) != 1 || k.TrustedBy[0].Section != "truststore" || len(k.Places) != 2 || k.Places[0].Kind != "private-key" {
		t.Errorf("trusted by %v, in %v", k.TrustedBy, k.Places)
	}
	if odd := inv.Certificates[1]; len(odd.TrustedBy) != 0 || odd.Uses[0].As != "presented" {
		t.Errorf("%+v", odd)
	}
}

func TestAll(t *testing.T) {
	inv := collect(t, home(t, plain), true)
	if len(inv.Certificates) != 3 {
		t.Fatalf("%d certificates", len(inv.Certificates))
	}
	if k := inv.Certificates[0]; k.Subject != "CN=spare" || k.DaysLeft != -2459 || len(k.Uses) != 0 {
		t.Errorf("%+v", k)
	}
}

// A path or alias behind a variable is shown as that, and nothing ties it to the file.
func TestHidden(t *testing.T) {
	toml := strings.NewReplacer(`"security/primary.jks"`, `"$env{STORE}"`, `"api"`, `"$env{ALIAS}"`).Replace(plain)
	inv := collect(t, home(t, toml), false)
	for _, format := range inventory.Formats() {
		out := written(t, inv, format)
		for _, s := range []string{"primary.jks", "secret-of"} {
			if strings.Contains(out, s) {
				t.Errorf("%s shows %s:\n%s", format, s, out)
			}
		}
	}
	text := written(t, inv, "text")
	if !strings.Contains(text, "$env{STORE} $env{ALIAS}") {
		t.Error(text)
	}
}

// An organisation's own list of keys counts beside the product's.
func TestKnownKeys(t *testing.T) {
	dir := home(t, plain)
	folder, err := source.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close() //nolint:errcheck // read-only
	targets, _ := layout.Find(context.Background(), folder, layout.Options{})
	spki := collect(t, dir, false).Certificates[0].SPKI
	inv, err := inventory.Collect(context.Background(), inventory.Input{Targets: targets, Env: env, Now: now, KnownKeys: map[string]string{spki: "lost in March"}})
	if err != nil || inv.Certificates[0].ShippedIn != "lost in March" {
		t.Error(err, inv.Certificates[0])
	}
}

func TestFormats(t *testing.T) {
	dir := home(t, plain)
	inv := collect(t, dir, true)
	for _, format := range inventory.Formats() {
		out := written(t, inv, format)
		if out != written(t, collect(t, dir, true), format) {
			t.Errorf("%s: two runs differ", format)
		}
		if i := strings.IndexFunc(out, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r == '\u202e' || r == 0x7f }); i >= 0 {
			t.Errorf("%s: %q", format, out[max(0, i-20):i+1])
		}
		if strings.Contains(out, "\nX;EVIL") || format != "ics" && strings.Contains(out, "\r") {
			t.Errorf("%s: a name breaks the line", format)
		}
	}
	if err := inv.Write(&bytes.Buffer{}, "html", report.Clean); err == nil {
		t.Error("html is no format")
	}
	var doc struct {
		Certificates []struct {
			Subject  string
			DaysLeft int64 `json:"days_left"`
		}
	}
	if err := json.Unmarshal([]byte(written(t, inv, "json")), &doc); err != nil || len(doc.Certificates) != 3 || doc.Certificates[1].DaysLeft != 39 {
		t.Error(err, doc)
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, inv, "csv"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(err, rows)
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) && i != 1 {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
}

// A library that is not ours reads the calendar back.
func TestCalendar(t *testing.T) {
	dir := home(t, plain)
	inv := collect(t, dir, true)
	out := written(t, inv, "ics")
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != len(inv.Certificates) {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		k := inv.Certificates[i]
		at, err := e.GetStartAt()
		if err != nil || !at.Equal(k.NotAfter) {
			t.Errorf("%s: %v %v, not %v", k.Subject, at, err, k.NotAfter)
		}
		if e.Id() != k.SHA256+"@mi-kscheck" {
			t.Errorf("UID %s", e.Id())
		}
		if got, want := e.GetProperty(ics.ComponentPropertySummary).Value, "Certificate expires: "+report.Clean(k.Subject); got != want {
			t.Errorf("summary %q, not %q", got, want)
		}
		var alarms []string
		for _, a := range e.Alarms() {
			alarms = append(alarms, a.GetProperty(ics.ComponentPropertyTrigger).Value)
		}
		if !slices.Equal(alarms, []string{"-P90D", "-P30D", "-P7D"}) {
			t.Errorf("alarms %q", alarms)
		}
		if d := e.GetProperty(ics.ComponentPropertyDescription).Value; !strings.Contains(d, "\nSHA-256: "+k.SHA256) {
			t.Errorf("description %q", d)
		}
	}
}

// Twenty thousand certificates of one name, the most that a store may have, are listed in bounded time.
func TestManyAnchors(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 20,000 certificates")
	}
	dir := home(t, plain)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(0x7000000000000000), Subject: pkix.Name{CommonName: "one of many"}, NotAfter: now.AddDate(1, 0, 0)}
	for range 10_000 {
		c.DNSNames = append(c.DNSNames, "a.example.org")
	}
	wide, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c.DNSNames = nil
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(der, c.SerialNumber.Bytes())
	store := jks.New()
	for i := range 19_999 {
		if i == 0 {
			_ = store.SetTrustedCertificateEntry("wide", jks.TrustedCertificateEntry{CreationTime: now, Certificate: jks.Certificate{Type: "X509", Content: wide}})
		}
		one := bytes.Clone(der) // its signature is wrong, which no store minds
		one[at+6], one[at+7] = byte(i>>8), byte(i)
		if err := store.SetTrustedCertificateEntry("a"+big.NewInt(int64(i)).String(), jks.TrustedCertificateEntry{CreationTime: now, Certificate: jks.Certificate{Type: "X509", Content: one}}); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := store.Store(&b, []byte("wso2carbon")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "security/trust.jks"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	inv := collect(t, dir, false)
	if len(inv.Certificates) != 20_002 {
		t.Errorf("%d certificates; not listed: %v", len(inv.Certificates), inv.Unread)
	}
	for _, format := range inventory.Formats() {
		_ = written(t, inv, format)
	}
	t.Logf("%v", time.Since(start))
}
