package keystore_test

import (
	"encoding/asn1"
	"errors"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// TestBCFKSVariants: integrity by signature is recognised, and scrypt is bounded before it runs.
func TestBCFKSVariants(t *testing.T) {
	data := read(t, "../../testdata/stores/bc-bcfks.bcfks")
	var outer struct{ Stored, Check asn1.RawValue }
	if _, err := asn1.Unmarshal(data, &outer); err != nil {
		t.Fatal(err)
	}
	rebuild := func(stored, check asn1.RawValue) []byte {
		t.Helper()
		der, err := asn1.Marshal(struct{ Stored, Check asn1.RawValue }{stored, check})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	sequence := func(content ...[]byte) asn1.RawValue {
		var all []byte
		for _, c := range content {
			all = append(all, c...)
		}
		der, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: all})
		if err != nil {
			t.Fatal(err)
		}
		return asn1.RawValue{FullBytes: der}
	}
	signed := rebuild(outer.Stored, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: outer.Check.FullBytes})
	s, err := keystore.OpenBytes(signed, keystore.Options{Passwords: []string{"changeit"}})
	if !errors.Is(err, keystore.ErrUnsupported) || s == nil || s.Format != keystore.BCFKS || s.Protection.Integrity != "signature" {
		t.Errorf("signed: %+v, %v", s, err)
	}

	// A MAC whose key comes from scrypt with the given cost.
	for _, test := range []struct {
		n, r int
		want error
	}{
		{1 << 20, 8, keystore.ErrTooCostly},      // 1 GiB
		{1 << 30, 1, keystore.ErrTooCostly},      // 128 GiB
		{2, 1 << 30, keystore.ErrTooCostly},      // the block
		{3, 8, keystore.ErrFormat},               // no power of two
		{1 << 10, 8, keystore.ErrIntegrity},      // affordable: the content decrypts, the MAC is not of this key
		{1 << 10, 1 << 8, keystore.ErrTooCostly}, // BouncyCastle takes r for p as well, so this is p = 256
	} {
		kdf, err := asn1.Marshal(struct {
			OID    asn1.ObjectIdentifier
			Params struct {
				Salt          []byte
				N, R, P, Size int
			}
		}{asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}, struct {
			Salt          []byte
			N, R, P, Size int
		}{[]byte("12345678"), test.n, test.r, 1, 64}})
		if err != nil {
			t.Fatal(err)
		}
		var check struct{ Algorithm, KDF, MAC asn1.RawValue }
		if _, err := asn1.Unmarshal(outer.Check.FullBytes, &check); err != nil {
			t.Fatal(err)
		}
		file := rebuild(outer.Stored, sequence(check.Algorithm.FullBytes, kdf, check.MAC.FullBytes))
		_, err = keystore.OpenBytes(file, keystore.Options{Passwords: []string{"changeit"}})
		if !errors.Is(err, test.want) {
			t.Errorf("scrypt with N=%d, r=%d: %v, want %v", test.n, test.r, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "changeit") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}
