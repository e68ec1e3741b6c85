package keystore_test

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// long asks for the whole of the tests that take minutes; without it they take a sample.
var long = os.Getenv("MIKSCHECK_LONG") == "1"

// TestMatrix holds this package to Java over several hundred stores that Java and BouncyCastle write: format by algorithm by
// entries by password, each whole, cut, with a changed byte and with bytes after its end.
func TestMatrix(t *testing.T) {
	every := 1
	if !long {
		every = 13 // no divisor of a row's length, so that all columns have their turn
	}
	made := oracle.Generate(t, every)
	java := oracle.Start(t)
	foreign := 0 // stores under a password that Java does not take
	right, all := map[keystore.Format]int{}, map[keystore.Format]int{}
	for _, m := range made {
		data := read(t, m.Path)
		format := keystore.Detect(data)
		all[format]++
		ok := t.Run(filepath.Base(m.Path), func(t *testing.T) {
			compare(t, java, data, &m.Password, []string{"wrong", m.Password})
			// Of the JDK's own, written where BouncyCastle is registered, MAC and ciphers take the password in different forms.
			if strings.Contains(m.Path, "-bc-pkcs12") && strings.ContainsRune(m.Password, '😀') {
				foreign++
				_, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{m.Password}})
				if err == nil || !strings.Contains(err.Error(), "the password is right") {
					t.Errorf("with its password outside the basic plane: %v", err)
				}
			}
			compare(t, java, data, ptr("wrong"), nil)
			compare(t, java, append(append([]byte(nil), data...), "tail"...), &m.Password, nil)
			compare(t, java, data[:len(data)-1], &m.Password, nil)
			changed := append([]byte(nil), data...)
			changed[len(changed)-9] ^= 0x10
			compare(t, java, changed, &m.Password, nil)
		})
		if ok {
			right[format]++
		}
	}
	var formats []string
	for f := range all {
		formats = append(formats, string(f))
	}
	sort.Strings(formats)
	for _, f := range formats {
		t.Logf("%s: %d of %d", f, right[keystore.Format(f)], all[keystore.Format(f)])
	}
	t.Logf("of %d stores made", len(made))
	if foreign == 0 {
		t.Error("no PKCS12 store has a password outside the basic plane")
	}
	if long && len(made) < 400 {
		t.Errorf("Java made %d stores only", len(made))
	}
	if want := "BCFKS BKS JCEKS JKS PKCS12 UBER"; strings.Join(formats, " ") != want {
		t.Errorf("formats %v, want %s", formats, want)
	}
}
