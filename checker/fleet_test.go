package checker_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

const fleetPassword = "Fleet-only-for-tests-77aa"

// primeKey makes a key of two primes.
func primeKey(t testing.TB, p, q *big.Int) *rsa.PrivateKey {
	t.Helper()
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, D: new(big.Int).ModInverse(big.NewInt(65537), phi), Primes: []*big.Int{p, q}}
	k.Precompute()
	if err := k.Validate(); err != nil {
		t.Fatal(err)
	}
	return k
}

func prime(t testing.TB) *big.Int {
	t.Helper()
	for {
		p, err := rand.Prime(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		if new(big.Int).Mod(new(big.Int).Sub(p, big.NewInt(1)), big.NewInt(65537)).Sign() != 0 {
			return p
		}
	}
}

// selfSignedStore makes a certificate of a template and a JKS of it and its key, with fleetPassword for both.
func selfSignedStore(t testing.TB, template *x509.Certificate, key *rsa.PrivateKey) (der []byte, store string) {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	ks := jks.New()
	if err := ks.SetPrivateKeyEntry("api", jks.PrivateKeyEntry{
		CreationTime: instant, PrivateKey: pkcs8, CertificateChain: []jks.Certificate{{Type: "X509", Content: der}},
	}, []byte(fleetPassword)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := ks.Store(&b, []byte(fleetPassword)); err != nil {
		t.Fatal(err)
	}
	return der, b.String()
}

// fleetHome makes an MI home whose primary keystore has the key.
func fleetHome(t testing.TB, dir, name string, key *rsa.PrivateKey) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: instant.AddDate(0, -1, 0), NotAfter: instant.AddDate(1, 0, 0),
	}
	_, store := selfSignedStore(t, template, key)
	home := filepath.Join(dir, name)
	write(t, filepath.Join(home, "repository/resources/security/primary.jks"), store)
	write(t, filepath.Join(home, "bin/version.txt"), "WSO2 Micro Integrator v4.4.0\n")
	write(t, filepath.Join(home, "conf/deployment.toml"), fmt.Sprintf(`[keystore.primary]
file_name = "repository/resources/security/primary.jks"
password = %q
key_password = %[1]q
alias = "api"
`, fleetPassword))
}

// Two keys of different homes with one prime in common are told of both, with the other by name, and of no third one.
func TestSharedPrimes(t *testing.T) {
	dir := t.TempDir()
	p := prime(t)
	fleetHome(t, dir, "a", primeKey(t, p, prime(t)))
	fleetHome(t, dir, "b", primeKey(t, prime(t), prime(t)))
	c := primeKey(t, prime(t), p)
	fleetHome(t, dir, "c", c)
	o := run{paths: []string{dir}}.do(t)
	var got []string
	for _, f := range o.findings(t) {
		if f.Rule.ID == "MIKS318" {
			got = append(got, place(&f))
			if other := map[string]string{"a": "CN=c, which 'c/conf/deployment.toml' uses", "c": "CN=a, which 'a/conf/deployment.toml' uses"}[f.URI[:1]]; !strings.Contains(f.Message, other) {
				t.Errorf("%s does not name the other key: %s", f.URI, f.Message)
			}
			if strings.Contains(f.Message, p.String()) {
				t.Error("the prime is told")
			}
		}
	}
	if want := []string{"MIKS318 a/conf/deployment.toml:5 error", "MIKS318 c/conf/deployment.toml:5 error"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	// In one home as well: both results are of the one target.
	if err := os.Rename(filepath.Join(dir, "c/repository/resources/security/primary.jks"), filepath.Join(dir, "a/repository/resources/security/internal.jks")); err != nil {
		t.Fatal(err)
	}
	toml, err := os.ReadFile(filepath.Join(dir, "a/conf/deployment.toml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "a/conf/deployment.toml"), string(toml)+strings.NewReplacer("primary.jks", "internal.jks", "keystore.primary", "keystore.internal").Replace(string(toml)))
	o = run{paths: []string{filepath.Join(dir, "a")}}.do(t)
	got = nil
	for _, f := range o.findings(t) {
		if f.Rule.ID == "MIKS318" {
			got = append(got, f.Key)
		}
	}
	if want := []string{"keystore.primary.alias", "keystore.internal.alias"}; !slices.Equal(got, want) {
		t.Errorf("in one home: found %q, want %q", got, want)
	}
	if len(o.targets) != 2 || o.targets[0].Result.Fleet || !o.targets[1].Result.Fleet || !o.targets[1].Result.Again {
		t.Errorf("%d results: the second tells of the run", len(o.targets))
	}
}

// Ten thousand homes with the same store in two environments: the key is one, each home is told of once, and what is remembered
// of a home is small.
func TestFleetOfThousands(t *testing.T) {
	dir := t.TempDir()
	key := primeKey(t, prime(t), prime(t))
	fleetHome(t, dir, "dev", key)
	fleetHome(t, dir, "prod", key)
	var doc *facts.Fleet
	opened, err := source.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close() //nolint:errcheck // read-only
	targets, _ := checker.Targets(t.Context(), []source.Opened{opened}, layout.Options{})
	homes := 1000
	if os.Getenv("MIKSCHECK_LONG") != "" {
		homes = 10_000
	}
	many := slices.Repeat(targets, homes/2)
	o := checker.Options{Now: instant, Settings: facts.DefaultSettings, Fleet: func(f *facts.Fleet) error { doc = f; return nil }}
	o.Terms = func(uri string) checker.Terms {
		return checker.Terms{Settings: facts.DefaultSettings, Environment: strings.Split(uri, "/")[0]}
	}
	start := time.Now()
	if err := checker.Run(t.Context(), many, o, func(checker.Outcome) error { return nil }); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d homes in %v", homes, time.Since(start))
	if len(doc.Keys) != 1 || len(doc.Keys[0].Environments) != 2 || doc.Keys[0].Environments[1].Targets != homes/2 || doc.Keys[0].SharedPrime != nil || doc.Targets != homes || len(doc.Keys[0].Uses) != homes {
		t.Fatalf("%d keys of %d targets", len(doc.Keys), doc.Targets)
	}
}
