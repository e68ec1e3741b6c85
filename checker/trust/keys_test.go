package trust

import (
	"crypto"
	"crypto/dsa" //nolint:staticcheck // old certificates carry DSA keys
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // key identifiers
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"os"
	"sync"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// testKey is a key pair with its encoded public key.
type testKey struct {
	signer any // crypto.Signer or *dsa.PrivateKey
	spki   []byte
	label  string
}

func (k testKey) id() []byte {
	sum := sha1.Sum(k.spki) //nolint:gosec // an identifier
	return sum[:]
}

// keyPool makes each kind of key once: they are slow to make and no test depends on their values.
var keyPool = sync.OnceValue(func() map[string]testKey {
	pool := map[string]testKey{}
	add := func(label string, signer crypto.Signer, err error) {
		if err != nil {
			panic(err)
		}
		spki, err := x509.MarshalPKIXPublicKey(signer.Public())
		if err != nil {
			panic(err)
		}
		pool[label] = testKey{signer, spki, label}
	}
	ec := func(label string, c elliptic.Curve) {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		add(label, k, err)
	}
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		ec("p256"+n, elliptic.P256())
	}
	ec("p224", elliptic.P224())
	ec("p384", elliptic.P384())
	ec("p521", elliptic.P521())
	for label, bits := range map[string]int{"rsa2048a": 2048, "rsa2048b": 2048, "rsa1024": 1024, "rsa512": 512} {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		add(label, k, err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	add("ed25519", ed, err)

	d := new(dsa.PrivateKey)
	for hex, n := range map[string]**big.Int{dsaP: &d.P, dsaQ: &d.Q, dsaG: &d.G} {
		*n, _ = new(big.Int).SetString(hex, 16)
	}
	if err := dsa.GenerateKey(d, rand.Reader); err != nil {
		panic(err)
	}
	pool["dsa"] = testKey{d, marshalDSA(&d.PublicKey), "dsa"}
	return pool
})

// Parameters of 1024 and 160 bits: making them takes longer than all keys together.
const (
	dsaP = "ae9c4d91c8d89723a24ed9198c28c1b7ee43c7e7103c1269487e081c663c465ed0631a89821f4e392dbb443495c24cd9cfdc795c6c3dc9" +
		"7df163082fd3d230606726438d51496cc0fb6e0dc34f78e7775c0e040b1389edf3688e2d2e38cc61f659678cb83dd7b7295290eace4e5c" +
		"1d02119f76fb97b91a295c79049567f368b5"
	dsaQ = "e94c258f102af22785fe13d912d1c8c8151fe6ef"
	dsaG = "27d03bc0deecbcfcf5f5a44ccbf23e024118260e9b903ff168709d3749592ba84d491bfcc04c2f0087c67304761cf429271ec561b0859e" +
		"35439cc7217e00a611c64bd032894967e8c4798c6825fae269bf834f408e52358c77b05505715b620e647a1898070110c76fb748d8d973" +
		"2cc3f7ba079b2c76040faf1d4f359c02ccba"
)

func marshalDSA(k *dsa.PublicKey) []byte {
	var y cryptobyte.Builder
	y.AddASN1BigInt(k.Y)
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1})
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1BigInt(k.P)
				b.AddASN1BigInt(k.Q)
				b.AddASN1BigInt(k.G)
			})
		})
		b.AddASN1BitString(y.BytesOrPanic())
	})
	return b.BytesOrPanic()
}

func TestMain(m *testing.M) {
	// Keys of 512 bits must be made to be refused.
	os.Setenv("GODEBUG", "rsa1024min=0") //nolint:errcheck // the key generation would say so
	os.Exit(m.Run())
}
