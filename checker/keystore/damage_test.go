package keystore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

func TestNotAStore(t *testing.T) {
	for _, test := range []struct {
		name, data, want string
	}{
		{"empty", "", "the file is empty"},
		{"PEM", "-----BEGIN CERTIFICATE-----\nMIIB\n", "PEM file (CERTIFICATE)"},
		{"PEM with a hostile label", "-----BEGIN \x1b[31m-----\n", "it is a PEM file, not"},
		{"ZIP", "PK\x03\x04rest", "ZIP"},
		{"HTML", "\n<!DOCTYPE html><html>", "HTML"},
		{"XML", "<?xml version='1.0'?>", "XML"},
		{"LFS", "version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
		{"text", "keystore password: x\n", "text file"},
		{"Base64 of JKS", "/u3+7QAAAAIAAAAB", "Base64"},
		{"zeroes", strings.Repeat("\x00", 64), "zero bytes"},
		{"filtered by a build", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\x00\x00\x00\x02", "copied it as text"},
		{"noise", "\x81\x92\xa3\xb4\xc5\xd6\xe7\xf8\x09\x1a\x2b\x3c\x4d", "no known keystore format"},
		{"gzip", "\x1f\x8b\x08\x00", "gzip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := keystore.OpenBytes([]byte(test.data), keystore.Options{Passwords: []string{"x"}})
			if s != nil || !errors.Is(err, keystore.ErrFormat) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want ErrFormat with %q", s, err, test.want)
			}
		})
	}
}

func TestDERThatIsNoStore(t *testing.T) {
	s, err := keystore.OpenBytes(read(t, "../../testdata/stores/jks-chain.jks"), keystore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = keystore.OpenBytes(s.Entries[0].Chain[0].Raw, keystore.Options{})
	if !errors.Is(err, keystore.ErrFormat) || !strings.Contains(err.Error(), "DER certificate") {
		t.Errorf("got %v", err)
	}
}

// TestTruncated cuts every store everywhere: each cut is an error, and of JKS the entries before the cut are there.
func TestTruncated(t *testing.T) {
	for _, f := range generated(t) {
		whole := read(t, f.path)
		full, _ := keystore.OpenBytes(whole, keystore.Options{})
		last := 0
		for n := 0; n < len(whole); n += min(1+len(whole)/200, 15) { // less than the digest, so that one cut is in it
			s, err := keystore.OpenBytes(whole[:n], keystore.Options{Passwords: []string{f.password}})
			if !errors.Is(err, keystore.ErrFormat) {
				t.Fatalf("%s cut at %d: %v", f.name, n, err)
			}
			if s == nil || s.Format != keystore.JKS {
				continue
			}
			if len(s.Entries) < last || len(s.Entries) > len(full.Entries) {
				t.Fatalf("%s cut at %d: %d entries after %d", f.name, n, len(s.Entries), last)
			}
			last = len(s.Entries)
		}
		if full.Format == keystore.JKS && last != len(full.Entries) {
			t.Errorf("%s without its last bytes shows %d entries of %d", f.name, last, len(full.Entries))
		}
	}
}

// TestDamaged changes single bytes: the right password turns the digest's refusal into ErrIntegrity where a key proves it.
func TestDamaged(t *testing.T) {
	data := bytes.Clone(read(t, "../../testdata/stores/jks-mixed.jks"))
	data[len(data)-1] ^= 1
	s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"keypass"}})
	if !errors.Is(err, keystore.ErrIntegrity) || len(s.Entries) == 0 {
		t.Errorf("a changed digest: %v", err)
	}
	if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"nonsense"}}); !errors.Is(err, keystore.ErrPassword) {
		t.Errorf("a changed digest and a wrong password: %v", err)
	}
	for _, name := range []string{"ossl-chain.p12", "ossl-plaincerts.p12", "p12-key.p12", "p12-legacy.p12"} {
		data := bytes.Clone(read(t, "../../testdata/stores/"+name))
		password := "changeit"
		if strings.HasPrefix(name, "p12") {
			password = "wso2carbon"
		}
		// The iteration count ends the file, the salt is before it: a bit of the salt.
		data[len(data)-10] ^= 1
		s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"nonsense", password}})
		if !errors.Is(err, keystore.ErrIntegrity) || s.Password != 1 || len(s.Entries) == 0 {
			t.Errorf("%s with a changed MAC: %v", name, err)
		}
		if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"nonsense"}}); !errors.Is(err, keystore.ErrPassword) {
			t.Errorf("%s with a changed MAC and a wrong password: %v", name, err)
		}
	}
}

// TestClaims: lengths and counts that the file can't hold are refused by what is left, and before anything is allocated.
func TestClaims(t *testing.T) {
	header := func(fields ...any) []byte {
		var b bytes.Buffer
		for _, f := range fields {
			if s, ok := f.(string); ok {
				binary.Write(&b, binary.BigEndian, uint16(len(s)))
				b.WriteString(s)
				continue
			}
			binary.Write(&b, binary.BigEndian, f)
		}
		return b.Bytes()
	}
	magic, two, one := uint32(0xFEEDFEED), uint32(2), uint32(1)
	for name, data := range map[string][]byte{
		"entries":      header(magic, two, uint32(0xFFFFFFFF)),
		"certificates": header(magic, two, one, one, "a", uint64(0), uint32(0), uint32(0xFFFFFFFF), uint64(0), uint64(0)),
		"key":          header(magic, two, one, one, "a", uint64(0), uint32(0xFFFFFFF0), uint64(0), uint64(0)),
		"certificate":  header(magic, two, one, two, "a", uint64(0), "X.509", uint32(0x7FFFFFFF), uint64(0)),
		"alias":        header(magic, two, one, two, uint16(0xFFFF), uint64(0), uint64(0)),
		"version":      header(magic, uint32(3), one),
		"PKCS12":       {0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 2, 1, 3, 0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"x"}})
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if !errors.Is(err, keystore.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if allocated > 64<<10 {
			t.Errorf("%s: %d bytes allocated for a file of %d", name, allocated, len(data))
		}
	}
}

func TestLimits(t *testing.T) {
	mixed := read(t, "../../testdata/stores/jks-mixed.jks")
	chain := read(t, "../../testdata/stores/jks-chain.jks")
	p12 := read(t, "../../testdata/stores/ossl-chain.p12")
	for _, test := range []struct {
		name   string
		data   []byte
		limits keystore.Limits
	}{
		{"size", mixed, keystore.Limits{Size: 100}},
		{"entries of JKS", mixed, keystore.Limits{Entries: 4}},
		{"chain of JKS", chain, keystore.Limits{Chain: 2}},
		{"bags", p12, keystore.Limits{Entries: 2}},
		{"chain of PKCS12", p12, keystore.Limits{Chain: 2}},
		{"iterations", p12, keystore.Limits{Iterations: 1999}},
		{"depth", p12, keystore.Limits{Depth: 4}},
	} {
		s, err := keystore.OpenBytes(test.data, keystore.Options{Passwords: []string{"changeit"}, Limits: test.limits})
		if !errors.Is(err, keystore.ErrTooCostly) {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.name == "size" {
			continue
		}
		if s == nil {
			t.Errorf("%s: no store", test.name)
		}
	}
	// The budget covers the keys too: the MAC and one safe take 2,000, the key 1,000.
	s, err := keystore.OpenBytes(p12, keystore.Options{Passwords: []string{"changeit"}, Limits: keystore.Limits{Iterations: 3000}})
	if err != nil {
		t.Fatal(err)
	}
	e := &s.Entries[0]
	if err := e.CheckKey("changeit"); err != nil {
		t.Error(err)
	}
	if err := e.CheckKey("changeit"); err != nil {
		t.Errorf("the second time: %v; results must be remembered", err)
	}
	if err := e.CheckKey("other"); !errors.Is(err, keystore.ErrTooCostly) {
		t.Errorf("beyond the budget: %v", err)
	}
}
