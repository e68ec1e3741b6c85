package keystore_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// TestPBMAC1 opens the file of RFC 9579, appendix A.1, and its variants of A.4 to A.6, which must not open.
func TestPBMAC1(t *testing.T) {
	data := read(t, "../../testdata/vectors/rfc9579-a1.p12")
	s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"1234"}})
	if err != nil || s.Integrity != keystore.IntegrityVerified || s.Protection.Integrity != "PBMAC1-SHA256-HMAC-SHA256" || s.Protection.Iterations != 2048 {
		t.Fatalf("%+v, %v", s, err)
	}
	if len(s.JavaRefuses) != 1 || !strings.Contains(s.JavaRefuses[0], "PBMAC1") {
		t.Errorf("Java 17 refuses it: %q", s.JavaRefuses)
	}
	java := oracle.Start(t)
	if a := java.Ask(t, oracle.Request{Type: "PKCS12", Data: data, Password: ptr("1234")}); a.Error == "" {
		t.Error("Java 17 loads it")
	}
	if m, err := s.Entries[0].KeyMatches("1234"); !m || err != nil {
		t.Error(m, err)
	}
	at := bytes.LastIndex(data, []byte{2, 2, 8, 0, 2, 1, 0x20}) // iteration count and key length of the MAC
	if at < 0 {
		t.Fatal("the parameters of the MAC are elsewhere")
	}
	for name, change := range map[string]func([]byte){
		"another iteration count": func(b []byte) { b[at+3] = 1 },
		"another salt":            func(b []byte) { b[at-1] ^= 1 },
		"another key length":      func(b []byte) { b[at+6] = 0x21 },
	} {
		changed := bytes.Clone(data)
		change(changed)
		if _, err := keystore.OpenBytes(changed, keystore.Options{Passwords: []string{"1234"}}); !errors.Is(err, keystore.ErrIntegrity) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"12345"}}); !errors.Is(err, keystore.ErrPassword) {
		t.Errorf("a wrong password: %v", err)
	}
}

// TestPBMAC1Other builds the combination of RFC 9579, appendix A.2 and A.3, around a file without a MAC.
func TestPBMAC1Other(t *testing.T) {
	plain := read(t, "../../testdata/stores/ossl-nomac.p12")
	type contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}
	var pfx struct {
		Version int
		Safe    contentInfo
	}
	if _, err := asn1.Unmarshal(plain, &pfx); err != nil {
		t.Fatal(err)
	}
	var content []byte
	if _, err := asn1.Unmarshal(pfx.Safe.Content.Bytes, &content); err != nil {
		t.Fatal(err)
	}
	type algorithm struct {
		OID    asn1.ObjectIdentifier
		Params any `asn1:"optional"`
	}
	oid := func(last ...int) asn1.ObjectIdentifier {
		return append(asn1.ObjectIdentifier{1, 2, 840, 113549}, last...)
	}
	for _, test := range []struct {
		prf  int
		size int
		want string
	}{{9, 32, "PBMAC1-SHA256-HMAC-SHA512"}, {11, 64, "PBMAC1-SHA512-HMAC-SHA512"}} {
		salt := []byte("12345678")
		var key []byte
		var err error
		if test.prf == 9 {
			key, err = pbkdf2.Key(sha256.New, "changeit", salt, 2048, test.size)
		} else {
			key, err = pbkdf2.Key(sha512.New, "changeit", salt, 2048, test.size)
		}
		if err != nil {
			t.Fatal(err)
		}
		h := hmac.New(sha512.New, key)
		h.Write(content)
		type kdfParams struct {
			Salt             []byte
			Iterations, Size int
			PRF              algorithm
		}
		type macParams struct{ KDF, MAC algorithm }
		type digestInfo struct {
			Algorithm algorithm
			Digest    []byte
		}
		type macData struct {
			Info       digestInfo
			Salt       []byte
			Iterations int
		}
		file, err := asn1.Marshal(struct {
			Version int
			Safe    contentInfo
			MAC     macData
		}{3, pfx.Safe, macData{digestInfo{algorithm{oid(1, 5, 14), macParams{
			algorithm{oid(1, 5, 12), kdfParams{salt, 2048, test.size, algorithm{oid(2, test.prf), asn1.NullRawValue}}}, algorithm{oid(2, 11), asn1.NullRawValue},
		}}, h.Sum(nil)}, []byte("NOT USED"), 1}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := keystore.OpenBytes(file, keystore.Options{Passwords: []string{"changeit"}})
		if err != nil || s.Integrity != keystore.IntegrityVerified || s.Protection.Integrity != test.want || len(s.Entries) != 1 {
			t.Errorf("%s: %+v, %v", test.want, s, err)
		}
	}
}
