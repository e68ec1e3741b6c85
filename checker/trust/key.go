package trust

import (
	"crypto/dsa" //nolint:staticcheck // old certificates carry DSA keys, and Java verifies them
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// publicKey is a key as the algorithm constraints and the signature check need it.
type publicKey struct {
	family keyFamily
	bits   int // size as sun.security.util.KeyUtil.getKeySize gives it; -1 where Java has none
	rsa    *rsaKey
	ec     *ecdsa.PublicKey
	dsa    *dsa.PublicKey
	ed     ed25519.PublicKey
	spki   string // the encoding: X509Key.equals compares it
	// refused tells that JDK 17 parses the certificate but can't use the key (an elliptic curve that was removed, a modulus
	// over 16384 bits, a key whose encoding is broken).
	refused bool
}

type rsaKey struct{ n, e *big.Int }

type keyFamily string

const (
	familyRSA     keyFamily = "RSA"
	familyPSS     keyFamily = "RSASSA-PSS"
	familyDSA     keyFamily = "DSA"
	familyEC      keyFamily = "EC"
	familyEd25519 keyFamily = "Ed25519"
	familyEd448   keyFamily = "Ed448"
	familyOther   keyFamily = ""
)

// What JDK 17 refuses (sun.security.rsa.RSAKeyFactory): a modulus over 16384 bits; over 3072 bits an exponent over 64.
const (
	maxRSABits           = 16384
	maxRSABitsAnyExp     = 3072
	maxRSAExponentBits   = 64
	maxDSABits           = 8192
	maxSmallExponentBits = 4096 // an exponent that is not small costs a squaring a bit
)

// parseKey reads the SubjectPublicKeyInfo. It never fails: what can't be read is of no family or refused.
func parseKey(c *keystore.Certificate) publicKey {
	k := publicKey{bits: -1, spki: string(c.RawSPKI)}
	in := cryptobyte.String(c.RawSPKI)
	var spki, alg cryptobyte.String
	var oid asn1.ObjectIdentifier
	var bits asn1.BitString
	if !in.ReadASN1(&spki, cbasn1.SEQUENCE) || !spki.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!spki.ReadASN1BitString(&bits) {
		k.refused = true
		return k
	}
	der := cryptobyte.String(bits.RightAlign())
	switch oid.String() {
	case "1.2.840.113549.1.1.1", "2.5.8.1.1":
		k.family = familyRSA
		k.readRSA(der)
	case "1.2.840.113549.1.1.10":
		k.family = familyPSS
		k.readRSA(der)
	case "1.2.840.10040.4.1", "1.3.14.3.2.12":
		k.family = familyDSA
		k.readDSA(alg, der)
	case "1.2.840.10045.2.1":
		k.family = familyEC
		k.readEC(alg, der)
	case "1.3.101.112":
		k.family = familyEd25519
		if k.refused = len(der) != ed25519.PublicKeySize; !k.refused {
			k.bits, k.ed = 255, ed25519.PublicKey(der)
		}
	case "1.3.101.113":
		k.family, k.bits = familyEd448, 448
	}
	return k
}

func (k *publicKey) readRSA(der cryptobyte.String) {
	var seq cryptobyte.String
	n, e := new(big.Int), new(big.Int)
	if !der.ReadASN1(&seq, cbasn1.SEQUENCE) || !readUnsigned(&seq, n) || !readUnsigned(&seq, e) ||
		n.BitLen() < 512 || n.BitLen() > maxRSABits || e.Sign() == 0 || e.Cmp(n) > 0 ||
		(n.BitLen() > maxRSABitsAnyExp && e.BitLen() > maxRSAExponentBits) {
		k.refused = true
		return
	}
	k.bits, k.rsa = n.BitLen(), &rsaKey{n, e}
}

// readUnsigned reads an INTEGER as sun.security.rsa.RSAPublicKeyImpl does: a missing leading zero makes no negative number.
func readUnsigned(s *cryptobyte.String, out *big.Int) bool {
	var body cryptobyte.String
	if !s.ReadASN1(&body, cbasn1.INTEGER) {
		return false
	}
	out.SetBytes(body)
	return true
}

func (k *publicKey) readDSA(params, der cryptobyte.String) {
	var seq cryptobyte.String
	d := &dsa.PublicKey{Y: new(big.Int)}
	d.P, d.Q, d.G = new(big.Int), new(big.Int), new(big.Int)
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) || !readUnsigned(&seq, d.P) || !readUnsigned(&seq, d.Q) ||
		!readUnsigned(&seq, d.G) || !readUnsigned(&der, d.Y) || d.P.BitLen() > maxDSABits {
		k.refused = true
		return
	}
	k.bits, k.dsa = d.P.BitLen(), d
}

// readEC knows the curves that JDK 17 has kept (JDK-8235710): three, and P-224 so that a self-signature can be told.
func (k *publicKey) readEC(params, der cryptobyte.String) {
	var oid asn1.ObjectIdentifier
	var curve elliptic.Curve
	if !params.ReadASN1ObjectIdentifier(&oid) {
		k.refused = true
		return
	}
	switch oid.String() {
	case "1.2.840.10045.3.1.7":
		curve = elliptic.P256()
	case "1.3.132.0.34":
		curve = elliptic.P384()
	case "1.3.132.0.35":
		curve = elliptic.P521()
	case "1.3.132.0.33":
		curve, k.refused = elliptic.P224(), true
	default:
		k.refused = true
		return
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, der)
	if err != nil {
		k.refused = true
		return
	}
	k.ec = pub
	if !k.refused {
		k.bits = curve.Params().BitSize
	}
}
