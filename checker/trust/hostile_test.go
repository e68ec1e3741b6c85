package trust

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// within fails a test whose work is not bounded: the bound is a hundred times what is measured, for busy machines.
func within(t *testing.T, limit time.Duration, what string, work func()) {
	t.Helper()
	start := time.Now()
	work()
	if took := time.Since(start); took > limit {
		t.Errorf("%s took %v", what, took)
	}
}

func TestManyAnchorsOfOneName(t *testing.T) {
	root := newRoot("Root", "p256a")
	namesake := newRoot("Root", "p256b")
	s := &keystore.Store{Format: keystore.JKS}
	for i := range 20_000 {
		// The same certificate as often as not: what counts is how many stand under one name.
		der := append([]byte(nil), namesake.cert.Raw...)
		der[len(der)-1] ^= byte(i)
		c, err := keystore.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		s.Entries = append(s.Entries, keystore.Entry{Alias: strconv.Itoa(i), Kind: keystore.CertificateEntry, Chain: certs(c)})
	}
	within(t, time.Minute, "an untrusted chain", func() {
		got := NewAnchors(s).Validate(certs(root.leaf(), root.cert), Options{})
		if got.Trusted || !got.Unknown || got.Reason != TooCostly {
			t.Errorf("got %+v", got)
		}
	})
	within(t, time.Minute, "a chain that is searched", func() {
		got := NewAnchors(s).Validate(certs(root.leaf(), namesake.leaf(), root.cert), Options{})
		if got.Trusted || !got.Unknown || got.Reason != TooCostly {
			t.Errorf("got %+v", got)
		}
	})
	// The key identifier leads to the right one among them at once.
	s.Entries = append(s.Entries, keystore.Entry{Alias: "right", Kind: keystore.CertificateEntry, Chain: certs(newRoot("Root", "p256a",
		func(s *spec) { s.ski = s.key.id() }).cert)})
	got := NewAnchors(s).Validate(certs(root.leaf(func(s *spec) { s.aki = s.signer.id() })), Options{})
	if !got.Trusted || got.Anchor.Alias != "right" {
		t.Errorf("with a key identifier: got %+v", got)
	}
}

func TestCircles(t *testing.T) {
	// Every CA of one name cross-signs every other: 32! paths, none of which ends.
	keys := []string{"p256a", "p256b", "p256c", "p256d", "p256e", "p256f", "p256g", "rsa2048a", "rsa2048b"}
	names := []string{"One", "Two", "Three"}
	var chain []*keystore.Certificate
	for i := range 31 {
		subject, issuer := names[i%3], names[(i+1)%3]
		s := spec{subject: encodeName(cn(subject)), issuer: encodeName(cn(issuer)), key: keyPool()[keys[i%9]], signer: keyPool()[keys[(i*4+1)%9]], basic: yes(), serial: int64(i + 1)}
		chain = append(chain, s.make())
	}
	leaf := spec{subject: encodeName(cn("leaf")), issuer: encodeName(cn("One")), key: keyPool()["p256h"], signer: keyPool()["p256a"]}.make()
	chain = append([]*keystore.Certificate{leaf}, chain...)
	a := NewAnchors(storeOf(newRoot("Else", "p256h").cert))
	within(t, time.Minute, "a circle", func() {
		if got := a.Validate(chain, Options{}); got.Trusted {
			t.Errorf("got %+v", got)
		}
		Chain(chain, a)
	})
}

func TestLongChain(t *testing.T) {
	root := newRoot("Root", "p256a")
	chain := certs(root.leaf())
	for range 1000 {
		chain = append(chain, root.cert)
	}
	if got := NewAnchors(storeOf(root.cert)).Validate(chain, Options{}); !got.Trusted {
		t.Errorf("got %+v", got)
	}
	Chain(chain, nil)
}

// hugeRSA is a key of n bits whose exponent has as many.
func hugeRSA(n int) testKey {
	one := big.NewInt(1)
	modulus := new(big.Int).Sub(new(big.Int).Lsh(one, uint(n)), one)
	exponent := new(big.Int).Sub(modulus, big.NewInt(2))
	var key cryptobyte.Builder
	key.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(modulus)
		b.AddASN1BigInt(exponent)
	})
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(parseOID("1.2.840.113549.1.1.1"))
			b.AddASN1NULL()
		})
		b.AddASN1BitString(key.BytesOrPanic())
	})
	return testKey{spki: b.BytesOrPanic(), label: "huge"}
}

func TestHugeKeys(t *testing.T) {
	for _, bits := range []int{16384, 65536} {
		huge := newRoot("Huge", "rsa2048a", func(s *spec) { s.key = hugeRSA(bits) })
		within(t, time.Minute, strconv.Itoa(bits)+" bits", func() {
			if self, known := SelfSigned(huge.cert); known && self {
				t.Errorf("%d bits: self-signed %v, known %v", bits, self, known)
			}
			if got := NewAnchors(storeOf(huge.cert)).Validate(certs(huge.leaf(func(s *spec) { s.signer = keyPool()["rsa2048b"] })), Options{}); got.Trusted {
				t.Errorf("%d bits: got %+v", bits, got)
			}
		})
	}
}

func TestManyNames(t *testing.T) {
	inter := newRoot("Root", "p256a").issue("Inter", "p256b", func(s *spec) {
		for i := range 1000 {
			s.permitted = append(s.permitted, "n"+strconv.Itoa(i)+".example.org")
		}
	})
	leaf := inter.leaf(func(s *spec) {
		for i := range 10_000 {
			s.dns = append(s.dns, "n"+strconv.Itoa(i%1000)+".example.org")
		}
	})
	within(t, time.Minute, "10,000 names against 1,000 constraints", func() {
		got := NewAnchors(storeOf(newRoot("Root", "p256a").cert)).Validate(certs(leaf, inter.cert), Options{})
		if got.Trusted { // host.example.com is among them
			t.Errorf("got %+v", got)
		}
	})
}

// broken has seeds for what may go wrong in DER: every extension that is read, and every kind of key.
func broken() [][]byte {
	root := newRoot("Root", "rsa2048a", func(s *spec) {
		s.permitted, s.excluded = []string{"a.b", "@c.d"}, []string{"ip:\x0a\x00\x00\x00\xff\x00\x00\x00"}
		s.ski, s.aki, s.akiSerial, s.digest = []byte{1}, []byte{1}, 1, "PSS"
	})
	return [][]byte{
		root.cert.Raw,
		root.leaf(func(s *spec) {
			s.policies, s.require = []string{"1.2.3q", anyPolicy}, number(0)
			s.mappings, s.inhibitAny, s.inhibitMapping = [][2]string{{"1.2.3", "1.2.4"}}, number(1), number(2)
			s.emails, s.keyUsage = []string{"a@b.c"}, usage(kuSign)
		}).Raw,
		newRoot("Root", "dsa").cert.Raw, newRoot("Root", "ed25519").cert.Raw, newRoot("Root", "p521").cert.Raw,
	}
}

// judge runs everything that reads a certificate over one; none of it may panic or hang.
func judge(der []byte, root, leaf *keystore.Certificate) {
	c, err := keystore.ParseCertificate(der)
	if err != nil || c == nil {
		c = &keystore.Certificate{Raw: der, RawTBS: der, RawSubject: der, RawIssuer: der, RawSPKI: der, Signature: der}
	}
	SelfSigned(c)
	Issued(root, c)
	for _, a := range []*Anchors{NewAnchors(storeOf(c)), NewAnchors(storeOf(root)), NewAnchors(storeOf(root, c))} {
		for _, chain := range [][]*keystore.Certificate{certs(c), certs(leaf, c), certs(c, root), certs(c, c, leaf)} {
			_ = a.Validate(chain, Options{}).Sentence(nil)
			Chain(chain, a)
		}
	}
}

func TestBrokenDER(t *testing.T) {
	root := newRoot("Root", "rsa2048a")
	leaf := root.leaf()
	r := rand.New(rand.NewPCG(7, 7))
	rounds := 300
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		rounds = 4_000
	}
	for _, seed := range broken() {
		for range rounds {
			der := bytes.Clone(seed)
			for range 1 + r.IntN(4) {
				switch i := r.IntN(len(der)); r.IntN(3) {
				case 0:
					der[i] = byte(r.IntN(256))
				case 1:
					der[i] ^= 1 << r.IntN(8)
				default:
					der = der[:max(1, i)]
				}
			}
			judge(der, root.cert, leaf)
		}
	}
}

func FuzzDER(f *testing.F) {
	for _, seed := range broken() {
		f.Add(seed)
	}
	root := newRoot("Root", "rsa2048a")
	leaf := root.leaf()
	f.Fuzz(func(_ *testing.T, der []byte) { judge(der, root.cert, leaf) })
}

// TestJavaNames compares the equality of names with X500Principal.equals.
func TestJavaNames(t *testing.T) {
	o := newOracle(t)
	key := keyPool()["p256a"]
	b64 := func(c *keystore.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }
	values := []string{"Root", "ROOT", "  Root", "Ro ot", "Ro  ot", "Ro\u00a0ot", "Ro\tot", "root ", "Straße", "STRASSE", "strasse", "é", "e\u0301", "É",
		"ﬁ", "fi", "Σς", "σσ", "ΣΣ", "ǅ", "ǆ", "İ", "i\u0307", "ı", "I", "#a", "\\#a", "a,b", "a+b", "a=b", "\"a\"", "a\\b", "a\x00b", "a\x01", "", " ", "a\nb", "a\rb", "①", "1"}
	tags := []cbasn1.Tag{cbasn1.UTF8String, cbasn1.PrintableString, cbasn1.IA5String}
	types := []string{"2.5.4.3", "2.5.4.5", "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1"}
	var names [][]byte
	for _, v := range values {
		names = append(names, encodeName(attr{types[0], tags[0], v}))
	}
	for _, v := range values[:8] {
		for _, tag := range tags {
			for _, typ := range types {
				names = append(names, encodeName(org("O"), attr{typ, tag, v}))
			}
		}
	}
	asked, agreed := 0, 0
	for i, a := range names {
		for j, b := range names {
			// All pairs with MIKSCHECK_LONG=1, else those that stand near each other.
			if j < i || (j > i+12 && os.Getenv("MIKSCHECK_LONG") != "1") {
				continue
			}
			x := spec{subject: a, issuer: a, key: key, signer: key}.make()
			y := spec{subject: b, issuer: b, key: key, signer: key}.make()
			want, _ := o.ask(t, []string{"N", b64(x), "P", b64(y)})
			asked++
			if got := canonicalName(a) == canonicalName(b); got != want {
				t.Errorf("%q and %q: equal here %v, in Java %v", canonicalName(a), canonicalName(b), got, want)
				continue
			}
			agreed++
		}
	}
	t.Logf("%d/%d pairs of names agree", agreed, asked)
}
