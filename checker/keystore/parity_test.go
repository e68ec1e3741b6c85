package keystore_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// storeFile is a line of an INDEX.tsv.
type storeFile struct {
	name, path         string
	password, keyEntry string // store and key password; "(unknown)" where nobody knows it
}

// index reads the INDEX.tsv of a folder: file, password, key password or description.
func index(t testing.TB, dir string, keyPasswords bool) []storeFile {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var files []storeFile
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if fields[0] == "file" || len(fields) < 2 {
			continue
		}
		s := storeFile{name: fields[0], path: filepath.Join(dir, fields[0]), password: fields[1], keyEntry: fields[1]}
		if keyPasswords {
			s.keyEntry = fields[2]
		}
		files = append(files, s)
	}
	if len(files) == 0 {
		t.Fatalf("%s lists no stores", f.Name())
	}
	return files
}

func generated(t testing.TB) []storeFile { return index(t, "../../testdata/stores", true) }

// realStores are the product's own stores and those of its siblings, which are not part of this repository.
func realStores(t testing.TB) []storeFile {
	t.Helper()
	const dir = "../../../shared/realstores"
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real stores to compare with: %v", err)
	}
	return index(t, dir, false)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParityWithJava(t *testing.T) {
	java := oracle.Start(t)
	for _, s := range generated(t) {
		t.Run(s.name, func(t *testing.T) { parity(t, java, s) })
	}
}

func TestParityWithJavaOnRealStores(t *testing.T) {
	java := oracle.Start(t)
	for _, s := range realStores(t) {
		t.Run(s.name, func(t *testing.T) { parity(t, java, s) })
	}
}

// parity holds this package to Java's answers on one file: without a password, with the right one, and with wrong ones.
func parity(t *testing.T, java *oracle.Oracle, s storeFile) {
	data := read(t, s.path)
	if keystore.Detect(data).CaseSensitive() {
		java.NeedBouncyCastle(t)
	}
	keys := []string{"wrong", s.keyEntry, s.password, ""}
	if keystore.Detect(data) == keystore.BCFKS {
		keys = keys[:2] // BouncyCastle remembers a key that was opened, and gives it under any password
	}
	passwords := []*string{&s.password, ptr("wrong"), ptr(""), nil}
	switch keystore.Detect(data) {
	case keystore.UBER, keystore.BCFKS:
		passwords = passwords[:3] // for BouncyCastle none is an empty one
	}
	for _, password := range passwords {
		compare(t, java, data, password, keys)
	}
}

func ptr(s string) *string { return &s }

// compare asks Java and this package about one file under one password, nil for none.
func compare(t *testing.T, java *oracle.Oracle, data []byte, password *string, keys []string) {
	t.Helper()
	format := keystore.Detect(data)
	o := keystore.Options{}
	name := "no password"
	if password != nil {
		o.Passwords = []string{*password}
		name = fmt.Sprintf("password %.20q", *password)
	}
	kind, provider := string(format), ""
	if format.CaseSensitive() {
		provider = "BC"
	}
	if format == keystore.Unknown {
		kind = "PKCS12"
	}
	want := java.Ask(t, oracle.Request{Type: kind, Provider: provider, Data: data, Password: password, Keys: keys})
	got, err := keystore.OpenBytes(data, o)
	opens := err == nil && len(got.JavaRefuses) == 0
	if opens != (want.Error == "") {
		var refuses []string
		if got != nil {
			refuses = got.JavaRefuses
		}
		t.Errorf("%s: Java: %q, here: %v, Java refuses: %q", name, want.Error, err, refuses)
		return
	}
	if want.Error != "" {
		return
	}
	aliases := map[string]bool{}
	for i := range got.Entries {
		aliases[got.Entries[i].Alias] = true
	}
	if len(aliases) != len(want.Entries) {
		t.Errorf("%s: Java lists %d aliases, here are %d", name, len(want.Entries), len(aliases))
	}
	for _, w := range want.Entries {
		if !aliases[w.Alias] {
			t.Errorf("%s: Java lists %q, which is missing here", name, w.Alias)
			continue
		}
		g, found := got.Entry(w.Alias)
		if found != (w.Kind != "none") {
			t.Errorf("%s: Java finds %q: %v, here: %v", name, w.Alias, w.Kind != "none", found)
		}
		if found {
			compareEntry(t, name, w, g, keys)
		}
	}
}

func compareEntry(t *testing.T, name string, w oracle.Entry, g *keystore.Entry, keys []string) {
	t.Helper()
	if (w.Kind == "certificate") != (g.Kind == keystore.CertificateEntry) {
		t.Errorf("%s: %q is a %s for Java, a %s here", name, w.Alias, w.Kind, g.Kind)
		return
	}
	if !g.Created.IsZero() && g.Created.UnixMilli() != w.Created {
		t.Errorf("%s: %q was created at %d for Java, at %d here", name, w.Alias, w.Created, g.Created.UnixMilli())
	}
	if len(w.Chain) != len(g.Chain) {
		t.Errorf("%s: the chain of %q has %d certificates for Java, %d here", name, w.Alias, len(w.Chain), len(g.Chain))
		return
	}
	for i, c := range w.Chain {
		compareCertificate(t, fmt.Sprintf("%s: certificate %d of %q", name, i, w.Alias), c, g.Chain[i])
	}
	for i, k := range w.Keys {
		err := g.CheckKey(keys[i])
		if (k.Error == "") != (err == nil && g.JavaRefuses == "") {
			t.Errorf("%s: key %q with password %.20q: Java: %q, here: %v", name, w.Alias, keys[i], k.Error, err)
			continue
		}
		if k.Error != "" {
			// Ciphers that neither side has are not a matter of the password.
			unknown := errors.Is(err, keystore.ErrUnsupported) && strings.Contains(k.Error, "PBE parameter parsing error")
			if err != nil && !errors.Is(err, keystore.ErrPassword) && !unknown {
				t.Errorf("%s: key %q with password %.20q: %v, want a wrong password", name, w.Alias, keys[i], err)
			}
			continue
		}
		if g.Kind == keystore.PrivateKeyEntry && len(g.Chain) > 0 {
			if matches, err := g.KeyMatches(keys[i]); err != nil || !matches {
				t.Errorf("%s: key %q matches its certificate: %v, %v", name, w.Alias, matches, err)
			}
		}
	}
}

var usages = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

func compareCertificate(t *testing.T, what string, w oracle.Certificate, g *keystore.Certificate) {
	t.Helper()
	check := func(field string, want, got any) {
		t.Helper()
		if want != got {
			t.Errorf("%s: %s is %v for Java, %v here", what, field, want, got)
		}
	}
	check("SHA-256", w.SHA256, g.SHA256())
	check("subject", w.Subject, g.Subject)
	check("issuer", w.Issuer, g.Issuer)
	check("serial", w.Serial, g.SerialHex())
	check("not before", w.NotBefore, g.NotBefore.UnixMilli())
	check("not after", w.NotAfter, g.NotAfter.UnixMilli())
	check("signature algorithm", strings.ToLower(w.SigAlg), strings.ToLower(g.SignatureAlgorithm)) // BouncyCastle writes SHA1WITHRSA
	check("version", w.Version, g.Version)
	if w.KeyAlg != "EdDSA" { // what the JDK calls Ed25519 and Ed448
		check("key algorithm", w.KeyAlg, g.Key.Algorithm)
	}
	check("CA", w.CA >= 0, g.IsCA)
	if g.IsCA && g.PathLen >= 0 {
		check("path length", w.CA, g.PathLen)
	}
	for i, set := range w.Usage {
		if i < len(usages) {
			check(usages[i], set, slices.Contains(g.KeyUsage, usages[i]))
		}
	}
}
