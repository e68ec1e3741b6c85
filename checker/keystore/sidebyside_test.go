package keystore

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// One core or several: the same stores, the same errors, the same limits.
func TestSideBySideSaysTheSame(t *testing.T) {
	files, err := filepath.Glob("../../testdata/stores/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	told := func(cores int, data []byte, o Options) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		s, err := OpenBytes(data, o)
		text := fmt.Sprint(err)
		if s == nil {
			return text
		}
		text += fmt.Sprint(s.Integrity, s.Password, s.Complete, s.JavaRefuses, s.Skipped)
		for _, e := range s.Entries {
			text += fmt.Sprint("\n", e.Alias, e.Kind)
			for _, c := range e.Chain {
				text += fmt.Sprint(c.Subject, c.Serial, c.Oddities())
			}
		}
		return text
	}
	n := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		for _, passwords := range [][]string{{"wso2carbon"}, {"changeit"}, {"wrong", "wso2carbon"}, {"wso2carbon", "wrong"}, {"", "changeit"}, {"wrong"}} {
			for _, iterations := range []int{0, 1, 9_999, 10_000, 19_999, 20_000, 30_000, 60_000} {
				o := Options{Passwords: passwords, Limits: Limits{Iterations: iterations}}
				if one, many := told(1, data, o), told(4, data, o); one != many {
					t.Errorf("%s with %q and a limit of %d:\non one core:    %s\non several: %s", file, passwords, iterations, one, many)
				}
				n++
			}
		}
	}
	t.Logf("%d openings", n)
}

func TestSideBySidePanics(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer func() {
		if p := recover(); p != "seven" {
			t.Errorf("the caller sees %v", p)
		}
	}()
	sideBySide(100, func(i int) {
		if i == 7 {
			panic("seven")
		}
	})
	t.Error("the panic is lost")
}

// Whose a key is does not depend on the digest of the file, though a key is what proves the password then.
func TestKeyOfDamagedFile(t *testing.T) {
	seen := map[string]bool{}
	for file, fromEnd := range map[string]int{"jks-key.jks": 3, "bc-bks.bks": 3, "p12-key.p12": 40, "ossl-plaincerts.p12": 40} {
		data, err := os.ReadFile("../../testdata/stores/" + file)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)-fromEnd] ^= 1
		for _, password := range []string{"wso2carbon", "changeit"} {
			s, err := OpenBytes(data, Options{Passwords: []string{password}})
			if !errors.Is(err, ErrIntegrity) {
				continue
			}
			for i := range s.Entries {
				if e := &s.Entries[i]; e.Kind == PrivateKeyEntry {
					if own, err := e.KeyMatches(password); !own || err != nil {
						t.Errorf("%s: the key of '%s' is said not to belong to its certificate: %v", file, e.Alias, err)
					}
					seen[file] = true
				}
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("only %v were said to be damaged", seen)
	}
}

// crypto/x509's view is one view, whoever asks for it first, and however.
func TestSideBySideX509(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, name := range []string{"jks-mixed.jks", "p12-mixed.p12"} {
		data, err := os.ReadFile("../../testdata/stores/" + name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := OpenBytes(data, Options{Passwords: []string{"storepass", "changeit"}})
		if err != nil {
			t.Fatal(name, err)
		}
		for i := range s.Entries {
			for _, c := range s.Entries[i].Chain {
				views := make([]*x509.Certificate, 8)
				odd := make([]string, len(views))
				sideBySide(len(views), func(i int) {
					switch {
					case i == 0:
						s.PrepareX509()
					case i%2 == 0:
						c.PublicKey()
					}
					odd[i] = strings.Join(c.Oddities(), "; ")
					views[i] = c.X509()
				})
				parsed, err := x509.ParseCertificate(c.Raw)
				for i := range views {
					if views[i] != views[0] || odd[i] != odd[0] || (views[i] == nil) != (err != nil) {
						t.Fatalf("%s: %p beside %p, %q beside %q: %v", c.Subject, views[i], views[0], odd[i], odd[0], err)
					}
				}
				if err != nil && !strings.Contains(odd[0], "strict parsers refuse it ("+err.Error()+")") {
					t.Errorf("%s: %q does not tell of %v", c.Subject, odd[0], err)
				}
				if err == nil && goKey(parsed.PublicKey) != nil && !parsed.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(c.PublicKey()) {
					t.Errorf("%s: the key is %v", c.Subject, c.PublicKey())
				}
			}
		}
	}
}
