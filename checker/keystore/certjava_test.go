package keystore

import (
	"bytes"
	"fmt"
	"math/big"
	"testing"
	"time"

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
	return certFrom(tlv(0x17, []byte("260101000000Z")), version, subject, spki, after...)
}

// certFrom is one that is valid from a date.
func certFrom(date []byte, version int, subject, spki []byte, after ...[]byte) []byte {
	alg := []byte("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00")
	issuer := tlv(0x30, tlv(0x31, tlv(0x30, []byte("\x06\x03\x55\x04\x03"), tlv(12, []byte("x")))))
	if subject == nil {
		subject = issuer
	}
	var stated []byte
	if version > 1 {
		stated = tlv(0xa0, tlv(2, []byte{byte(version - 1)}))
	}
	validity := tlv(0x30, date, tlv(0x17, []byte("270101000000Z")))
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
	for name, general := range map[string][]byte{
		"other": tlv(0xa0, []byte{6, 1, 0x2a}, tlv(0xa0, tlv(12, []byte("x")))), "other, primitive": tlv(0x80, []byte{6, 1, 0x2a}, tlv(0xa0, tlv(12, []byte("x")))),
		"other, no OID": tlv(0xa0, tlv(12, []byte("x")), tlv(0xa0)), "other, no value": tlv(0xa0, []byte{6, 1, 0x2a}),
		"mail": tlv(0x81, []byte("a@b")), "mail, a domain": tlv(0x81, []byte("b")), "mail, a dot": tlv(0x81, []byte("a@.")), "mail, no domain": tlv(0x81, []byte("a@")),
		"mail, two signs": tlv(0x81, []byte("a@@")), "mail, empty": tlv(0x81), "mail, constructed": tlv(0xa1, []byte("a@b")),
		"host": tlv(0x82, []byte("a")), "host, empty": tlv(0x82), "host, constructed": tlv(0xa2, []byte("a")), "X.400": tlv(0xa3, tlv(0x30)), "X.400, primitive": tlv(0x83, []byte{1}), "X.400, empty": tlv(0xa3),
		"directory": tlv(0xa4, none), "directory, primitive": tlv(0x84, none), "directory, damaged": tlv(0xa4, tlv(2, []byte{1})), "directory, empty": tlv(0xa4),
		"party": tlv(0xa5, tlv(0xa1, tlv(12, []byte("x")))), "party, primitive": tlv(0x85, tlv(0xa1, tlv(12, []byte("x")))), "party, empty": tlv(0xa5), "party, two": tlv(0xa5, tlv(0xa0, tlv(12, []byte("x"))), tlv(0xa1, tlv(12, []byte("x")))), "party, other": tlv(0xa5, tlv(12, []byte("x"))),
		"URI": tlv(0x86, []byte("http://a/")), "URI, no scheme": tlv(0x86, []byte("a/")), "URI, empty": tlv(0x86), "URI, constructed": tlv(0xa6, []byte("http://a/")),
		"URI, spaces": tlv(0x86, []byte("http://a b/")), "URI, no host": tlv(0x86, []byte("urn:x")), "URI, only a scheme": tlv(0x86, []byte("a:")), "URI, a percent": tlv(0x86, []byte("a:%x")), "URI, a mail": tlv(0x86, []byte("mailto:a@b")),
		"URI, a bad scheme": tlv(0x86, []byte("1:b")), "URI, an odd host": tlv(0x86, []byte("http://a_b/")), "URI, not ASCII": tlv(0x86, []byte("http://a/\xe4")),
		"4 bytes": tlv(0x87, make([]byte, 4)), "5 bytes": tlv(0x87, make([]byte, 5)), "8 bytes": tlv(0x87, make([]byte, 8)), "16 bytes": tlv(0x87, make([]byte, 16)),
		"32 bytes": tlv(0x87, make([]byte, 32)), "no bytes": tlv(0x87), "4 bytes, constructed": tlv(0xa7, make([]byte, 4)),
		"OID": tlv(0x88, []byte{0x2a}), "OID, empty": tlv(0x88), "OID, unended": tlv(0x88, []byte{0x80}), "OID, constructed": tlv(0xa8, []byte{0x2a}),
		"9": tlv(0x89, []byte{1}), "a universal tag": tlv(2, []byte{1}), "an application's tag": tlv(0x42, []byte("a")), "a host, and 9": bytes.Join([][]byte{host, tlv(0x89)}, nil),
	} {
		for _, whose := range []string{"\x06\x03\x55\x1d\x11", "\x06\x03\x55\x1d\x12"} {
			cases[name+fmt.Sprintf(" of %x", whose)] = certOf(3, nil, key, extension(whose, critical, tlv(0x30, general)))
			cases[name+fmt.Sprintf(" of %x, not critical", whose)] = certOf(3, nil, key, extension(whose, nil, tlv(0x30, general)))
		}
	}
	cases["an issuer's name, no list"] = certOf(3, nil, key, extension("\x06\x03\x55\x1d\x12", critical, tlv(0x30, []byte{3, 1, 1, 0xff})))
	for _, date := range []string{"+60101000000Z", "-60101000000Z", "2601010000Z", "260101000000+0100", "2601010000-0100", "260101000060Z", "261301000000Z", "260001000000Z", "260132000000Z",
		"260229000000Z", "260431000000Z", "2602290000Z", "260101000000.5Z", "260101000000.5678Z", "260101000000.12345678Z", "260101000000.1234567Z", "260101000000.12345678901234567890Z", "260101000000.1234+0100", "260101000000.123+0100", "260101000000.Z", "260101000000,5Z", "260101000000.5+0100", "260101000000+2500", "260101000000+0160", "260101000000-0100", "260101240000Z", "26010100000 Z", "260101000000", "26010100000Z", "", "Z", "2601010000000Z"} {
		cases["date "+date] = certFrom(tlv(0x17, []byte(date)), 3, nil, key)
		cases["date 20"+date] = certFrom(tlv(0x18, []byte("20"+date)), 3, nil, key)
		cases["date +"+date] = certFrom(tlv(0x18, []byte("+1"+date)), 3, nil, key)
	}
	for _, kind := range []struct {
		oid  string
		size int
	}{{"\x2b\x65\x70", 32}, {"\x2b\x65\x71", 57}, {"\x2b\x65\x6e", 32}, {"\x2b\x65\x6f", 56}} {
		for unused := range 3 {
			spki := tlv(0x30, tlv(0x30, tlv(6, []byte(kind.oid))), tlv(3, []byte{byte(unused)}, make([]byte, kind.size)))
			cases[fmt.Sprintf("key %x, %d bits unused", kind.oid, unused)] = certOf(3, nil, spki)
		}
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

// TestDates: what Java does not take is told, and has the time that crypto/x509 reads.
func TestDates(t *testing.T) {
	for _, c := range []struct {
		tag        cbasn1.Tag
		text, want string // RFC 3339; empty: no time
		ok         bool
	}{
		{cbasn1.UTCTime, "260101000000Z", "2026-01-01T00:00:00Z", true},
		{cbasn1.UTCTime, "491231235959Z", "2049-12-31T23:59:59Z", true},
		{cbasn1.UTCTime, "500101000000Z", "1950-01-01T00:00:00Z", true},
		{cbasn1.UTCTime, "2601010000Z", "2026-01-01T00:00:00Z", true},
		{cbasn1.UTCTime, "260101000000+0130", "2025-12-31T22:30:00Z", true},
		{cbasn1.UTCTime, "260231000000Z", "2026-03-03T00:00:00Z", true},
		{cbasn1.UTCTime, "2601010000-0100", "2026-01-01T01:00:00Z", false},
		{cbasn1.UTCTime, "6001010000-0100", "1960-01-01T01:00:00Z", false},
		{cbasn1.UTCTime, "261301000000Z", "", false},
		{cbasn1.UTCTime, "", "", false},
		{cbasn1.GeneralizedTime, "20600101000000.5679-0130", "2060-01-01T01:30:00.567Z", true},
		{cbasn1.GeneralizedTime, "99990101000000Z", "9999-01-01T00:00:00Z", true},
		{cbasn1.GeneralizedTime, "20600101000000.Z", "", false},
		{cbasn1.INTEGER, "260101000000Z", "", false},
	} {
		s := cryptobyte.String(tlv(byte(c.tag), []byte(c.text)))
		got, ok := readTime(&s)
		text := ""
		if !got.IsZero() {
			text = got.Format(time.RFC3339Nano)
		}
		if text != c.want || ok != c.ok {
			t.Errorf("%q is %q, %v, not %q, %v", c.text, text, ok, c.want, c.ok)
		}
	}
}
