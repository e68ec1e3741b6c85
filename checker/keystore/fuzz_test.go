package keystore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The fuzzers: whatever the input, a reader ends with a Store or an *Error of a known kind, and what it gives is usable.
// Each format has its own target, so that the mutations stay in it: the seeds are the generated stores of the format, and
// input of another format is passed over.

func FuzzOpenJKS(f *testing.F)    { fuzzOpen(f, JKS) }
func FuzzOpenJCEKS(f *testing.F)  { fuzzOpen(f, JCEKS) }
func FuzzOpenPKCS12(f *testing.F) { fuzzOpen(f, PKCS12) }
func FuzzOpenBKS(f *testing.F)    { fuzzOpen(f, BKS) }
func FuzzOpenUBER(f *testing.F)   { fuzzOpen(f, UBER) }
func FuzzOpenBCFKS(f *testing.F)  { fuzzOpen(f, BCFKS) }

func fuzzOpen(f *testing.F, format Format) {
	for _, data := range storesOf(f, format) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// The smallest change is that of the first bytes; they are put right so that the reader is reached.
		if Detect(data) != format {
			return
		}
		exercise(t, data)
	})
}

// storesOf are the small generated stores of a format.
func storesOf(tb testing.TB, format Format) [][]byte {
	paths, _ := filepath.Glob("../../testdata/stores/*.*")
	var stores [][]byte
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		if Detect(data) == format && len(data) < 8192 {
			stores = append(stores, data)
		}
	}
	if len(stores) == 0 {
		tb.Fatalf("no store of format %s", format)
	}
	return stores
}

// exercise opens a file under small limits and uses everything that it gives.
func exercise(tb testing.TB, data []byte) {
	limits := Limits{Iterations: 5000, ScryptMemory: 1 << 20}
	kept := bytes.Clone(data)
	s, err := OpenBytes(data, Options{Passwords: []string{"changeit", "storepass"}, Limits: limits})
	knownError(tb, err)
	if s == nil && err == nil {
		tb.Error("neither a store nor an error")
	}
	if s == nil {
		return
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		knownError(tb, e.CheckKey("changeit"))
		_, err := e.KeyMatches("keypass")
		knownError(tb, err)
		_, err = e.PrivateKey("changeit")
		knownError(tb, err)
		if _, ok := s.Entry(e.Alias); !ok && s.Format.CaseSensitive() {
			tb.Errorf("entry %q is not found", e.Alias)
		}
		for _, c := range e.Chain {
			if c == nil || len(c.Raw) == 0 && c.RawTBS != nil {
				tb.Errorf("entry %q has an empty certificate", e.Alias)
			}
			_, _, _ = c.SerialHex(), c.SHA256(), c.SPKISHA256()
		}
		if i > 50 {
			break
		}
	}
	if !bytes.Equal(data, kept) {
		tb.Error("the input was changed")
	}
}

// knownError: nil, or an *Error whose kind is one of the sentinels.
func knownError(tb testing.TB, err error) {
	if err == nil {
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		tb.Errorf("an error of another type: %T %v", err, err)
		return
	}
	for _, kind := range []error{ErrPassword, ErrIntegrity, ErrFormat, ErrTooCostly, ErrUnsupported} {
		if errors.Is(err, kind) {
			return
		}
	}
	tb.Errorf("an error of another kind: %v", err)
}

func FuzzParseCertificate(f *testing.F) {
	for _, format := range []Format{JKS, PKCS12} {
		for _, data := range storesOf(f, format) {
			s, _ := OpenBytes(data, Options{Passwords: []string{"changeit"}})
			for _, e := range s.Entries {
				for _, c := range e.Chain {
					f.Add(c.Raw)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		knownError(t, err)
		if err != nil {
			return
		}
		c.signedBy(c)
		canonicalName(c.RawSubject)
		if c.X509() != nil && c.X509().SerialNumber.Cmp(c.Serial) != 0 {
			t.Errorf("serial %v, crypto/x509 reads %v", c.Serial, c.X509().SerialNumber)
		}
		if c.X509() != nil && (!c.X509().NotAfter.Equal(c.NotAfter) || !c.X509().NotBefore.Equal(c.NotBefore)) {
			t.Errorf("validity %v to %v, crypto/x509 reads %v to %v", c.NotBefore, c.NotAfter, c.X509().NotBefore, c.X509().NotAfter)
		}
		if c.X509() != nil && (c.X509().IsCA != c.IsCA || len(c.X509().DNSNames) != len(c.DNSNames)) {
			t.Errorf("CA %v and %q, crypto/x509 reads %v and %q", c.IsCA, c.DNSNames, c.X509().IsCA, c.X509().DNSNames)
		}
	})
}

// FuzzToDER: what is rewritten needs no rewriting again.
func FuzzToDER(f *testing.F) {
	for _, seed := range []string{"30800201030000", "308030800201030000020104 0000", "2480040201020401030000", "30030201ff"} {
		f.Add(unhex(f, string(bytes.ReplaceAll([]byte(seed), []byte(" "), nil))))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		der, used, _, err := toDER(data, 64)
		if err != nil {
			return
		}
		if used > len(data) {
			t.Fatalf("%d of %d bytes used", used, len(data))
		}
		again, n, _, err := toDER(der, 64)
		if err != nil || n != len(der) || !bytes.Equal(again, der) {
			t.Errorf("%x became %x, and that %x, %v", data, der, again, err)
		}
	})
}

// FuzzSerial: the grammar ends within its input.
func FuzzSerial(f *testing.F) {
	for _, data := range storesOf(f, JCEKS) {
		if i := bytes.Index(data, []byte{0xac, 0xed, 0, 5}); i >= 0 {
			f.Add(data[i:])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if o, end, ok := parseSerial(data); ok && (o == nil || end > len(data)) {
			t.Errorf("%v ends at %d of %d", o, end, len(data))
		}
	})
}
