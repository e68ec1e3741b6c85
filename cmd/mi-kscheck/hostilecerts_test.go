package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"
)

// TestHostileCertificates has each command that shows certificates read what costs work or drives a terminal: 10,000 names, a key
// of 64 kbit, authorities that certify each other, thousands of anchors with one name, and control characters in every text. It ends
// in time, and nothing that a terminal would obey comes out.
func TestHostileCertificates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute under the race detector, for which nothing here is new")
	}
	const evil = "x\x1b[2J\r\nFAKE \u202egnp\u0085\u2066y\x07"
	dir := t.TempDir()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		fail(err)
		return key
	}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	made := func(name, issuer string, public any, by *ecdsa.PrivateKey, ca bool, sans []string) []byte {
		template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: begin, NotAfter: begin.AddDate(1, 0, 0), IsCA: ca, BasicConstraintsValid: true, DNSNames: sans}
		der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: issuer}}, public, by)
		fail(err)
		return der
	}
	a, b, leaf := newKey(), newKey(), newKey()
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("h%d.example.org\x1b[31m\x07", i)
	}
	chain := []jks.Certificate{}
	for _, der := range [][]byte{
		made(evil, "A", leaf.Public(), a, false, names), made("A", "B", a.Public(), b, true, nil), made("B", "A", b.Public(), a, true, nil),
	} {
		chain = append(chain, jks.Certificate{Type: "X.509", Content: der})
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(leaf)
	fail(err)
	primary, trust := jks.New(), jks.New()
	fail(primary.SetPrivateKeyEntry("a"+evil, jks.PrivateKeyEntry{CreationTime: begin, PrivateKey: pkcs8, CertificateChain: chain}, []byte("secret-of-the-test")))
	huge := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 65535, 1), E: 65537}
	fail(trust.SetTrustedCertificateEntry("huge"+evil, jks.TrustedCertificateEntry{CreationTime: begin, Certificate: jks.Certificate{Type: "X.509", Content: made("huge", "A", huge, a, true, nil)}}))
	for i := range 19_999 { // one name, one key after the other
		if i%2_000 == 0 {
			b = newKey()
		}
		fail(trust.SetTrustedCertificateEntry(fmt.Sprintf("b%d", i), jks.TrustedCertificateEntry{CreationTime: begin, Certificate: jks.Certificate{Type: "X.509", Content: made("B", "B", b.Public(), b, true, nil)}}))
	}
	for name, store := range map[string]jks.KeyStore{"primary.jks": primary, "trust.jks": trust} {
		f, err := os.Create(filepath.Join(dir, name))
		fail(err)
		fail(store.Store(f, []byte("secret-of-the-test")))
		fail(f.Close())
	}
	toml := "[server]\nhostname = \"a.example.org\"\n[keystore.primary]\nfile_name = \"primary.jks\"\ntype = \"JKS\"\npassword = \"$env{PW}\"\nalias = \"ax\\u001B[2J\\r\\nFAKE \\u202Egnp\\u0085\\u2066y\\u0007\"\nkey_password = \"$env{PW}\"\n" +
		"[truststore]\nfile_name = \"trust.jks\"\ntype = \"JKS\"\npassword = \"$env{PW}\"\n"
	fail(os.WriteFile(filepath.Join(dir, "deployment.toml"), []byte(toml), 0o600))

	commands := [][]string{}
	for _, format := range []string{"text", "json", "sarif", "junit", "html", "github"} {
		commands = append(commands, []string{"check", "--env", "PW", "--now", "2026-06-01T00:00:00Z", "-f", format, "."})
	}
	for _, format := range []string{"text", "json", "csv", "ics"} {
		commands = append(commands, []string{"inventory", "--env", "PW", "--now", "2026-06-01T00:00:00Z", "-f", format, "."})
	}
	for _, format := range []string{"text", "json"} {
		commands = append(commands, []string{"inspect", "primary.jks", "--password-env", "PW", "--trust", "trust.jks", "--now", "2026-06-01T00:00:00Z", "-f", format})
	}
	for _, args := range commands {
		t.Run(args[0]+" "+args[len(args)-2]+" "+args[len(args)-1], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			c := exec.CommandContext(ctx, "mi-kscheck", args...)
			c.Dir, c.Env = dir, append(os.Environ(), "PW=secret-of-the-test")
			out, err := c.CombinedOutput()
			if ctx.Err() != nil || err != nil && c.ProcessState.ExitCode() != 1 {
				t.Fatalf("%v\n%.2000s", err, out)
			}
			if args[0] == "inspect" && !strings.Contains(string(out), "Trust: ") && !strings.Contains(string(out), `"trusted": `) {
				t.Errorf("no verdict: %.500s", out)
			}
			if !strings.Contains(string(out), "FAKE") { // the name is shown, without what would be obeyed
				t.Errorf("the certificate was not read: %.500q", out)
			}
			if !utf8.Valid(out) || strings.Contains(string(out), "secret-of-the-test") {
				t.Errorf("%d bytes: %.500q", len(out), out)
			}
			for i, r := range string(out) {
				if r != '\n' && r != '\r' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control)) {
					t.Fatalf("%U comes out: %q", r, out[max(i-40, 0):min(i+40, len(out))])
				}
			}
		})
	}
}
