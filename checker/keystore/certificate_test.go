package keystore_test

import (
	"errors"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

func entry(t testing.TB, file, password, alias string) *keystore.Entry {
	t.Helper()
	s, err := keystore.OpenBytes(read(t, "../../testdata/stores/"+file), keystore.Options{Passwords: []string{password}})
	if err != nil {
		t.Fatal(err)
	}
	e, ok := s.Entry(alias)
	if !ok {
		t.Fatalf("%s has no entry %q", file, alias)
	}
	return e
}

func TestCertificateFields(t *testing.T) {
	c := entry(t, "jks-chain.jks", "changeit", "leaf").Leaf()
	type fields struct {
		Subject, Serial, Signature, Key, Curve string
		Bits                                   int
		DNS, Email, URIs, Usage, Extended, IPs []string
		CA, SAN                                bool
	}
	got := fields{
		c.Subject, c.SerialHex(), c.SignatureAlgorithm, c.Key.Algorithm, c.Key.Curve, c.Key.Bits,
		c.DNSNames, c.EmailAddresses, c.URIs, c.KeyUsage, c.ExtKeyUsage, nil, c.IsCA, c.HasSAN,
	}
	for _, ip := range c.IPAddresses {
		got.IPs = append(got.IPs, ip.String())
	}
	want := fields{
		"C=LK, O=mi-kscheck, CN=mi.example.com", "1f2e3d", "SHA256withECDSA", "EC", "secp256r1", 256,
		[]string{"mi.example.com", "*.mi.example.com"}, []string{"ops@example.com"}, []string{"https://mi.example.com/x"},
		[]string{"digitalSignature", "keyEncipherment"}, []string{"serverAuth", "clientAuth", "1.2.3.4.5"},
		[]string{"10.0.0.7", "2001:db8::7"}, false, true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !c.KeyUsageCritical || !c.HasKeyUsage || !c.HasExtKeyUsage || len(c.SubjectKeyID) != 20 || len(c.AuthorityKeyID) != 20 || c.X509() == nil || len(c.Oddities()) > 0 {
		t.Errorf("%+v", c)
	}
}

// TestOddCertificates: what crypto/x509 refuses is read all the same, and marked.
func TestOddCertificates(t *testing.T) {
	c := entry(t, "jks-mixed.jks", "storepass", "negative").Leaf()
	if c.X509() != nil || len(c.Oddities()) < 2 || c.SerialHex() != "-1f" || c.PublicKey() == nil || c.NotAfter.IsZero() || c.SPKISHA256() == "" {
		t.Errorf("a negative serial: %q, %q, %v", c.Oddities(), c.SerialHex(), c.PublicKey())
	}
	c = entry(t, "jks-mixed.jks", "storepass", "names").Leaf()
	if diff := cmp.Diff([]string{"1.3.6.1.4.1.99999.1"}, c.CriticalUnknown); diff != "" {
		t.Error(diff)
	}
	// Every cut of a certificate still gives what can be read, and never panics.
	for n := range len(c.Raw) {
		if _, err := keystore.ParseCertificate(c.Raw[:n]); !errors.Is(err, keystore.ErrFormat) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	for i := range c.Raw {
		b := append([]byte(nil), c.Raw...)
		b[i] ^= 0xff
		if odd, err := keystore.ParseCertificate(b); err == nil && odd.Raw == nil {
			t.Fatalf("byte %d changed: no raw bytes", i)
		} else if err == nil && odd.PublicKey() != nil && reflect.ValueOf(odd.PublicKey()).IsNil() {
			t.Fatalf("byte %d changed: the key is a nil %T", i, odd.PublicKey())
		}
	}
}

// TestConcurrentUse is for the race detector: a Store is shared.
func TestConcurrentUse(t *testing.T) {
	s, err := keystore.OpenBytes(read(t, "../../testdata/stores/p12-mixed.p12"), keystore.Options{Passwords: []string{"changeit"}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, e := range s.Entries {
				if err := e.CheckKey("changeit"); err != nil {
					t.Error(err)
				}
				if m, err := e.KeyMatches("changeit"); !m || err != nil {
					t.Error(m, err)
				}
				if e.CheckKey("wrong") == nil && e.Kind != keystore.CertificateEntry {
					t.Error("a wrong password opens the key")
				}
			}
			if _, ok := s.Entry("ROOT"); !ok {
				t.Error("aliases fold case")
			}
		})
	}
	wg.Wait()
}
