package keystore

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// publicPart is what a private key says of its public key, in the terms of a SubjectPublicKeyInfo.
type publicPart struct {
	modulus, exponent *big.Int // RSA
	y                 *big.Int // DSA
	bits              []byte   // EC (uncompressed point) and Edwards curves
}

const (
	oidRSA     = "1.2.840.113549.1.1.1"
	oidPSS     = "1.2.840.113549.1.1.10"
	oidDSA     = "1.2.840.10040.4.1"
	oidEC      = "1.2.840.10045.2.1"
	oidX25519  = "1.3.101.110"
	oidX448    = "1.3.101.111"
	oidEd25519 = "1.3.101.112"
	oidEd448   = "1.3.101.113"
)

// publicOf derives the public part of a PKCS#8 key (RFC 5958). It reads rather than validates: the question is whose key
// it is, and crypto/x509 refuses keys that Java takes (short RSA, DSA, RSASSA-PSS).
func publicOf(der []byte) (publicPart, error) {
	broken := problem(ErrFormat, Unknown, "it is no PKCS#8 structure")
	s := cryptobyte.String(der)
	var info, key, attributes, public cryptobyte.String
	var version int64
	var hasAttributes, hasPublic bool
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1Integer(&version) || version < 0 || version > 1 {
		return publicPart{}, broken
	}
	alg, ok := readAlgorithmElement(&info)
	if !ok || !info.ReadASN1(&key, cbasn1.OCTET_STRING) ||
		!info.ReadOptionalASN1(&attributes, &hasAttributes, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
		!info.ReadOptionalASN1(&public, &hasPublic, cbasn1.Tag(1).ContextSpecific()) {
		return publicPart{}, broken
	}
	switch alg.oid {
	case oidRSA, oidPSS:
		return rsaPublicOf(key)
	case oidDSA:
		return dsaPublicOf(alg, key)
	case oidEC:
		return ecPublicOf(alg, key)
	case oidEd25519, oidEd448, oidX25519, oidX448:
		var private cryptobyte.String
		if !key.ReadASN1(&private, cbasn1.OCTET_STRING) || len(private) != keySizes[alg.oid] {
			return publicPart{}, problem(ErrFormat, Unknown, "the %s key is damaged", keyNames[alg.oid])
		}
		return montgomeryPublicOf(alg.oid, private)
	}
	if hasPublic && len(public) > 1 {
		return publicPart{bits: bytes.Clone(public[1:])}, nil
	}
	return publicPart{}, problem(ErrUnsupported, Unknown, "keys of algorithm %s are not compared with their certificate", alg.oid)
}

// montgomeryPublicOf derives the public key of RFC 8410's algorithms, whose private keys are as long as the public ones.
func montgomeryPublicOf(oid string, private []byte) (publicPart, error) {
	switch oid {
	case oidEd25519:
		full := ed25519.NewKeyFromSeed(private)
		defer clear(full)
		return publicPart{bits: bytes.Clone(full[ed25519.SeedSize:])}, nil
	case oidEd448:
		return publicPart{bits: ed448Public(private)}, nil
	case oidX448:
		return publicPart{bits: x448Public(private)}, nil
	}
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return publicPart{}, problem(ErrFormat, Unknown, "the X25519 key is damaged")
	}
	return publicPart{bits: key.PublicKey().Bytes()}, nil
}

func rsaPublicOf(key cryptobyte.String) (publicPart, error) {
	var seq cryptobyte.String
	var version int64
	p := publicPart{modulus: new(big.Int), exponent: new(big.Int)}
	if !key.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&version) ||
		!seq.ReadASN1Integer(p.modulus) || !seq.ReadASN1Integer(p.exponent) || p.modulus.Sign() <= 0 {
		return publicPart{}, problem(ErrFormat, Unknown, "the RSA key is damaged")
	}
	if p.exponent.Sign() == 0 {
		p.exponent = nil // Java writes zeroes for keys that it only knows by modulus and private exponent
	}
	return p, nil
}

const maxDSABits = 4096 // bounds the exponentiation

func dsaPublicOf(alg algorithm, key cryptobyte.String) (publicPart, error) {
	var seq cryptobyte.String
	p, q, g, x := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	params := alg.params
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(p) || !seq.ReadASN1Integer(q) || !seq.ReadASN1Integer(g) ||
		!key.ReadASN1Integer(x) || p.Sign() <= 0 || g.Sign() <= 0 || x.Sign() <= 0 {
		return publicPart{}, problem(ErrFormat, Unknown, "the DSA key is damaged")
	}
	if p.BitLen() > maxDSABits || x.BitLen() > p.BitLen() {
		return publicPart{}, problem(ErrUnsupported, Unknown, "a DSA key of %d bits is not compared with its certificate", p.BitLen())
	}
	defer x.SetInt64(0)
	return publicPart{y: new(big.Int).Exp(g, x, p)}, nil
}

func ecPublicOf(alg algorithm, key cryptobyte.String) (publicPart, error) {
	broken := problem(ErrFormat, Unknown, "the EC key is damaged")
	var seq, scalar, params, public cryptobyte.String
	var version int64
	var hasParams, hasPublic bool
	if !key.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&version) || !seq.ReadASN1(&scalar, cbasn1.OCTET_STRING) ||
		!seq.ReadOptionalASN1(&params, &hasParams, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
		!seq.ReadOptionalASN1(&public, &hasPublic, cbasn1.Tag(1).Constructed().ContextSpecific()) {
		return publicPart{}, broken
	}
	outer := alg.params
	curve, named := readOID(&outer)
	if !named && hasParams {
		curve, _ = readOID(&params)
	}
	var c ecdh.Curve
	switch curve {
	case "1.2.840.10045.3.1.7":
		c = ecdh.P256()
	case "1.3.132.0.34":
		c = ecdh.P384()
	case "1.3.132.0.35":
		c = ecdh.P521()
	default:
		var bits cryptobyte.String
		if hasPublic && public.ReadASN1(&bits, cbasn1.BIT_STRING) && len(bits) > 1 {
			return publicPart{bits: bytes.Clone(bits[1:])}, nil
		}
		return publicPart{}, problem(ErrUnsupported, Unknown, "EC keys on curve %s are not compared with their certificate", curve)
	}
	size := map[ecdh.Curve]int{ecdh.P256(): 32, ecdh.P384(): 48, ecdh.P521(): 66}[c]
	// Java writes the scalar without leading zeroes, or with one more.
	fixed := make([]byte, size)
	defer clear(fixed)
	raw := bytes.TrimLeft(scalar, "\x00")
	if len(raw) > size {
		return publicPart{}, broken
	}
	copy(fixed[size-len(raw):], raw)
	private, err := c.NewPrivateKey(fixed)
	if err != nil {
		return publicPart{}, broken
	}
	return publicPart{bits: private.PublicKey().Bytes()}, nil
}

// matches tells whether the certificate holds this public key.
func (p publicPart) matches(c *Certificate) bool {
	switch {
	case p.modulus != nil:
		return c.Key.Modulus != nil && p.modulus.Cmp(c.Key.Modulus) == 0 && (p.exponent == nil || p.exponent.Cmp(c.Key.Exponent) == 0)
	case p.y != nil:
		y := new(big.Int)
		bits := cryptobyte.String(c.keyBits())
		return bits.ReadASN1Integer(y) && y.Cmp(p.y) == 0
	}
	bits := c.keyBits()
	if len(bits) > 0 && len(p.bits) > 0 && (bits[0] == 2 || bits[0] == 3) && p.bits[0] == 4 && len(bits) == 1+(len(p.bits)-1)/2 {
		// A compressed point: the x coordinate and the parity of y.
		return bytes.Equal(bits[1:], p.bits[1:len(bits)]) && bits[0]&1 == p.bits[len(p.bits)-1]&1
	}
	return len(bits) > 0 && bytes.Equal(bits, p.bits)
}
