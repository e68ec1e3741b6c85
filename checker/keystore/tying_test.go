package keystore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	mrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// certPool makes certificates whose issuers are hard to tell: several of one name with different key identifiers or none,
// names that differ by case and spaces, two that sign each other, and a self-signed one beside one of its name.
func certPool(t *testing.T) [][]byte {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	serial := int64(0)
	issue := func(subject, issuer string, ski, aki []byte, own, signer *ecdsa.PrivateKey) []byte {
		serial++
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: subject}, SubjectKeyId: ski,
			NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(1900000000, 0), BasicConstraintsValid: true,
		}
		parent := &x509.Certificate{Subject: pkix.Name{CommonName: issuer}, SubjectKeyId: aki, PublicKey: signer.Public()}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, own.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	a, b, c := key(), key(), key()
	id := func(s string) []byte { return []byte(s) }
	return [][]byte{
		issue("Root", "Root", nil, nil, a, a),
		issue("Root", "Root", id("1"), nil, b, b),
		issue("Root", "Root", id("2"), id("2"), c, c),
		issue("Root", "Root", nil, nil, c, c),
		issue("root", "ROOT ", id("3"), nil, a, a),
		issue("Sub", "Root", id("s"), id("1"), c, b),
		issue("Sub", "Root", id("s"), id("9"), c, a),
		issue("Sub", "rOOT", nil, nil, c, a),
		issue("Leaf", "Sub", nil, id("s"), a, c),
		issue("Leaf", "Sub", nil, nil, b, c),
		issue("Leaf", "  sub", id("l"), id("x"), b, c),
		issue("Left", "Right", nil, nil, a, b),
		issue("Right", "Left", nil, nil, b, a),
		issue("Own", "Own", id("o"), id("p"), a, a),
		issue("Own", "Other", id("p"), nil, b, b),
	}
}

// bag is one bag to build.
type bag struct {
	kind    string // OID below 1.2.840.113549.1.12.10.1, as its last number
	cert    []byte
	alias   *string
	id      []byte
	trusted bool
}

func oidBytes(b *cryptobyte.Builder, oid ...int) { b.AddASN1ObjectIdentifier(oid) }

func explicit(b *cryptobyte.Builder, f cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.Tag(0).Constructed().ContextSpecific(), f)
}

func (x bag) build(b *cryptobyte.Builder, key []byte) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		oidBytes(b, 1, 2, 840, 113549, 1, 12, 10, 1, int(x.kind[0]-'0'))
		explicit(b, func(b *cryptobyte.Builder) {
			switch x.kind {
			case "2":
				b.AddBytes(key)
			case "3", "4":
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					oidBytes(b, 1, 2, 840, 113549, 1, 9, 22, 1)
					explicit(b, func(b *cryptobyte.Builder) { b.AddASN1OctetString(x.cert) })
				})
			case "5":
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					oidBytes(b, 1, 2, 840, 113549, 1, 12, 10, 1, 2)
					explicit(b, func(b *cryptobyte.Builder) { b.AddASN1OctetString(key) })
				})
			default:
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					bag{kind: "3", cert: x.cert}.build(b, key)
				})
			}
		})
		if x.alias == nil && x.id == nil && !x.trusted {
			return
		}
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
			attribute := func(value cryptobyte.BuilderContinuation, oid ...int) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					oidBytes(b, oid...)
					b.AddASN1(asn1.SET, value)
				})
			}
			if x.alias != nil {
				attribute(func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.Tag(30), func(b *cryptobyte.Builder) {
						for _, u := range utf16.Encode([]rune(*x.alias)) {
							b.AddUint16(u)
						}
					})
				}, 1, 2, 840, 113549, 1, 9, 20)
			}
			if x.id != nil {
				attribute(func(b *cryptobyte.Builder) { b.AddASN1OctetString(x.id) }, 1, 2, 840, 113549, 1, 9, 21)
			}
			if x.trusted {
				attribute(func(b *cryptobyte.Builder) { oidBytes(b, 2, 5, 29, 37, 0) }, 2, 16, 840, 1, 113894, 746875, 1, 1)
			}
		})
	})
}

// pfx builds a PKCS12 file without a MAC, of plain safes.
func pfx(safes [][]bag, key []byte) []byte {
	content := func(b *cryptobyte.Builder, data []byte) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			oidBytes(b, 1, 2, 840, 113549, 1, 7, 1)
			explicit(b, func(b *cryptobyte.Builder) { b.AddASN1OctetString(data) })
		})
	}
	var authenticated cryptobyte.Builder
	authenticated.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, bags := range safes {
			var safe cryptobyte.Builder
			safe.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, x := range bags {
					x.build(b, key)
				}
			})
			content(b, safe.BytesOrPanic())
		}
	})
	var file cryptobyte.Builder
	file.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(3)
		content(b, authenticated.BytesOrPanic())
	})
	return file.BytesOrPanic()
}

// shroudedKey is some EncryptedPrivateKeyInfo: whose it is does not matter for the tying.
func shroudedKey() []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			oidBytes(b, 1, 2, 840, 113549, 1, 12, 1, 3)
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString([]byte("saltsalt"))
				b.AddASN1Int64(1)
			})
		})
		b.AddASN1OctetString(make([]byte, 64))
	})
	return b.BytesOrPanic()
}

// TestTyingAgreesWithJava ties keys, certificates and aliases of random arrangements of bags as Java does.
func TestTyingAgreesWithJava(t *testing.T) {
	java := oracle.Start(t)
	pool := certPool(t)
	key := shroudedKey()
	r := mrand.New(mrand.NewPCG(5, 6)) //nolint:gosec // a repeatable test
	aliases := []string{"a", "A", "b", "1", "2", "ÜBER", "über", "straße", "STRASSE", "ΣΑΣ", ""}
	ids := [][]byte{[]byte("1"), []byte("2"), []byte("01"), []byte("Time 1700000000000"), []byte("Time x"), {}}
	count := 400
	if long {
		count = 20_000
	}
	differ := 0
	for i := range count {
		safes := make([][]bag, 1+r.IntN(3))
		for j := range safes {
			for range r.IntN(6) {
				x := bag{kind: []string{"2", "2", "3", "3", "3", "3", "4", "5", "6"}[r.IntN(9)], cert: pool[r.IntN(len(pool))]}
				if r.IntN(3) > 0 {
					x.alias = &aliases[r.IntN(len(aliases))]
				}
				if r.IntN(3) > 0 {
					x.id = ids[r.IntN(len(ids))]
				}
				x.trusted = x.kind == "3" && r.IntN(4) == 0
				safes[j] = append(safes[j], x)
			}
		}
		data := pfx(safes, key)
		want := java.Ask(t, oracle.Request{Type: "PKCS12", Data: data, Password: ptr("x")})
		got, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"x"}})
		if (err == nil) != (want.Error == "") {
			t.Fatalf("arrangement %d: Java: %q, here: %v", i, want.Error, err)
		}
		if err != nil {
			continue
		}
		if w, g := described(want), describedHere(got); w != g {
			if differ++; differ <= 5 {
				t.Errorf("arrangement %d: Java has\n%s\nhere are\n%s", i, w, g)
			}
		}
	}
	t.Logf("%d arrangements, %d differ", count, differ)
}

func described(a oracle.Answer) string {
	var lines []string
	for _, e := range a.Entries {
		line := fmt.Sprintf("%q %s", e.Alias, e.Kind)
		for _, c := range e.Chain {
			line += " " + c.SHA256[:8]
		}
		if e.Created < 1_710_000_000_000 { // else it is the time of loading
			line += fmt.Sprint(" ", e.Created)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// describedHere has the entries in their order, which must be Java's.
func describedHere(s *keystore.Store) string {
	var lines []string
	for _, e := range s.Entries {
		kind := "key"
		if e.Kind == keystore.CertificateEntry {
			kind = "certificate"
		}
		line := fmt.Sprintf("%q %s", e.Alias, kind)
		for _, c := range e.Chain {
			line += " " + c.SHA256()[:8]
		}
		if !e.Created.IsZero() {
			line += fmt.Sprint(" ", e.Created.UnixMilli())
		}
		lines = append(lines, line)
	}
	return strings.Join(slices.Clip(lines), "\n")
}
