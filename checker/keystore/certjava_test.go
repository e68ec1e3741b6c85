package keystore

import (
	"bytes"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// tlv is an ASN.1 element.
func tlv(tag byte, parts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.Tag(tag), func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(parts, nil)) })
	return b.BytesOrPanic()
}

func rsaSPKI(n, e *big.Int, rest ...byte) []byte {
	number := func(v *big.Int) []byte { return tlv(2, []byte{0}, v.Bytes()) }
	alg := tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"))
	return tlv(0x30, alg, tlv(3, []byte{0}, tlv(0x30, number(n), number(e), rest)))
}

// certOf is a certificate of a version with a subject (nil: some name) and what follows the public key. Nobody signed it.
func certOf(version int, subject, spki []byte, after ...[]byte) []byte {
	alg := []byte("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00")
	issuer := tlv(0x30, tlv(0x31, tlv(0x30, []byte("\x06\x03\x55\x04\x03"), tlv(12, []byte("x")))))
	if subject == nil {
		subject = issuer
	}
	var stated []byte
	if version > 1 {
		stated = tlv(0xa0, tlv(2, []byte{byte(version - 1)}))
	}
	validity := tlv(0x30, tlv(0x17, []byte("260101000000Z")), tlv(0x17, []byte("270101000000Z")))
	body := tlv(0x30, stated, tlv(2, []byte{1}), alg, issuer, validity, subject, spki, bytes.Join(after, nil))
	return tlv(0x30, body, alg, tlv(3, []byte{0, 1, 2, 3}))
}

// TestCertificatesAsJavaTakesThem: what Java demands of a certificate beyond its structure, by Java's own answers.
func TestCertificatesAsJavaTakesThem(t *testing.T) {
	java := oracle.Start(t)
	ones := func(bits uint) *big.Int { v := new(big.Int).Lsh(big.NewInt(1), bits); return v.Sub(v, big.NewInt(1)) }
	e := big.NewInt(65537)
	key := rsaSPKI(ones(2048), e)
	extension := func(oid string, critical, value []byte) []byte {
		return tlv(0xa3, tlv(0x30, tlv(0x30, []byte(oid), critical, tlv(4, value))))
	}
	critical := []byte{1, 1, 0xff}
	san := func(critical []byte, names ...[]byte) []byte {
		return extension("\x06\x03\x55\x1d\x11", critical, tlv(0x30, names...))
	}
	constraints := extension("\x06\x03\x55\x1d\x13", nil, tlv(0x30))
	host, uid, other, none := tlv(0x82, []byte("a.example")), []byte{0, 1}, tlv(5), tlv(0x30)
	taken := 0
	cases := map[string][]byte{
		"version 1": certOf(1, nil, key), "version 3": certOf(3, nil, key),
		"RSA of 504 bits": certOf(3, nil, rsaSPKI(ones(504), e)), "RSA of 505 bits": certOf(3, nil, rsaSPKI(ones(505), e)),
		"RSA of 16384 bits": certOf(3, nil, rsaSPKI(ones(16384), e)), "RSA of 16385 bits": certOf(3, nil, rsaSPKI(ones(16385), e)),
		"exponent 1": certOf(3, nil, rsaSPKI(ones(2048), big.NewInt(1))), "exponent 2": certOf(3, nil, rsaSPKI(ones(2048), big.NewInt(2))),
		"exponent 3": certOf(3, nil, rsaSPKI(ones(2048), big.NewInt(3))), "exponent 4": certOf(3, nil, rsaSPKI(ones(2048), big.NewInt(4))),
		"exponent as the modulus": certOf(3, nil, rsaSPKI(ones(2048), ones(2048))), "long exponent": certOf(3, nil, rsaSPKI(ones(2048), ones(2047))),
		"65 bits of 3072": certOf(3, nil, rsaSPKI(ones(3072), ones(65))), "64 bits of 3073": certOf(3, nil, rsaSPKI(ones(3073), ones(64))),
		"65 bits of 3073":     certOf(3, nil, rsaSPKI(ones(3073), ones(65))),
		"a third number":      certOf(3, nil, rsaSPKI(ones(2048), e, 2, 1, 1)),
		"version 1, more":     certOf(1, nil, key, constraints),
		"version 1, ID":       certOf(1, nil, key, tlv(0x81, uid)),
		"version 1, other":    certOf(1, nil, key, other),
		"version 2, more":     certOf(2, nil, key, constraints),
		"version 2, ID":       certOf(2, nil, key, tlv(0x81, uid)),
		"version 2, IDs":      certOf(2, nil, key, tlv(0x81, uid), tlv(0x82, uid)),
		"version 2, other":    certOf(2, nil, key, other),
		"version 3, ID":       certOf(3, nil, key, tlv(0x81, uid), constraints),
		"constructed ID":      certOf(3, nil, key, tlv(0xa2, uid), constraints),
		"damaged ID":          certOf(3, nil, key, tlv(0x81, []byte{9, 1})),
		"version 3, other":    certOf(3, nil, key, other),
		"extensions, other":   certOf(3, nil, key, constraints, other),
		"no subject, v1":      certOf(1, none, key),
		"no subject":          certOf(3, none, key),
		"no subject, ID":      certOf(2, none, key, tlv(0x81, uid)),
		"no subject, other":   certOf(3, none, key, other),
		"no subject, no name": certOf(3, none, key, constraints),
		"only a name":         certOf(3, none, key, san(nil, host)),
		"only a critical one": certOf(3, none, key, san(critical, host)),
		"only an empty one":   certOf(3, none, key, san(critical)),
		"only a damaged one":  certOf(3, none, key, san(critical, tlv(0x87, []byte{1}))),
		"an empty name":       certOf(3, nil, key, san(nil)),
		"pieces": certOf(3, nil, key, tlv(0xa3, tlv(0x30, tlv(0x30, []byte("\x06\x03\x55\x1d\x13"),
			tlv(0x24, tlv(4, none[:1]), tlv(4, none[1:])))))),
		"extension as a set": certOf(3, nil, key, tlv(0xa3, tlv(0x30, tlv(0x31, []byte("\x06\x03\x55\x1d\x13"), tlv(4, none))))),
	}
	for name, der := range cases {
		here, there, why := parsesInJava(t, java, der)
		if here != there {
			t.Errorf("%s: %s", name, why)
		}
		if there {
			taken++
		}
	}
	t.Logf("%d certificates, %d taken", len(cases), taken)
	if taken < 10 || taken > len(cases)-10 {
		t.Error("the cases reach too little")
	}
}
