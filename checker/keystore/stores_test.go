package keystore_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shown is what a golden file keeps of a store.
type shown struct {
	File        string
	Format      keystore.Format
	Version     int
	Integrity   keystore.Integrity
	Complete    bool
	Error       string `json:",omitempty"`
	Protection  keystore.Protection
	JavaRefuses []string     `json:",omitempty"`
	Skipped     []string     `json:",omitempty"`
	Unlisted    []string     `json:",omitempty"`
	Entries     []shownEntry `json:",omitempty"`
}

type shownEntry struct {
	Alias       string
	Kind        keystore.Kind
	Created     string   `json:",omitempty"`
	JavaRefuses string   `json:",omitempty"`
	Key         string   `json:",omitempty"`
	Chain       []string `json:",omitempty"`
	Oddities    []string `json:",omitempty"`
}

func show(name string, s *keystore.Store, err error, keyPassword string) shown {
	out := shown{File: name}
	if err != nil {
		out.Error = err.Error()
	}
	if s == nil {
		return out
	}
	out.Format, out.Version, out.Integrity, out.Complete = s.Format, s.Version, s.Integrity, s.Complete
	out.Protection, out.JavaRefuses, out.Skipped = s.Protection, s.JavaRefuses, s.Skipped
	for _, c := range s.Unlisted {
		out.Unlisted = append(out.Unlisted, c.Subject)
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		x := shownEntry{Alias: e.Alias, Kind: e.Kind, JavaRefuses: e.JavaRefuses}
		if !e.Created.IsZero() {
			x.Created = e.Created.Format("2006-01-02T15:04:05.000Z07:00")
		}
		if e.Kind == keystore.PrivateKeyEntry {
			matches, err := e.KeyMatches(keyPassword)
			switch {
			case err != nil:
				x.Key = err.Error()
			case matches:
				x.Key = "matches"
			default:
				x.Key = "is another's"
			}
		}
		for _, c := range e.Chain {
			x.Chain = append(x.Chain, c.Subject+" "+c.SHA256()[:16])
			x.Oddities = append(x.Oddities, c.Oddities()...)
		}
		out.Entries = append(out.Entries, x)
	}
	return out
}

// TestStores holds every generated store to its golden description, with the right password.
func TestStores(t *testing.T) {
	const golden = "../../testdata/stores/golden.json"
	var got []shown
	for _, f := range generated(t) {
		s, err := keystore.OpenBytes(read(t, f.path), keystore.Options{Passwords: []string{f.password}})
		got = append(got, show(f.name, s, err, f.keyEntry))
	}
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var want []shown
	if err := json.Unmarshal(read(t, golden), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the stores are not as described (-want +got):\n%s", diff)
	}
}

// TestWrongPassword: what a format shows without a password is there beside the error, and no error tells the password.
func TestWrongPassword(t *testing.T) {
	for _, f := range generated(t) {
		right, _ := keystore.OpenBytes(read(t, f.path), keystore.Options{Passwords: []string{f.password}})
		const wrong = "s3cr3t-and-wr0ng"
		s, err := keystore.OpenBytes(read(t, f.path), keystore.Options{Passwords: []string{wrong}})
		if s == nil {
			t.Fatalf("%s: no store beside %v", f.name, err)
		}
		plain := right.Integrity == keystore.IntegrityAbsent && right.Password < 0
		if plain && err != nil || !plain && !errors.Is(err, keystore.ErrPassword) {
			t.Errorf("%s: %v", f.name, err)
		}
		if s.Format == keystore.JKS && len(s.Entries) != len(right.Entries) {
			t.Errorf("%s: %d entries without a password, %d with it", f.name, len(s.Entries), len(right.Entries))
		}
		for i := range s.Entries {
			kerr := s.Entries[i].CheckKey(wrong)
			for _, e := range []error{err, kerr} {
				if e != nil && strings.Contains(e.Error(), wrong) {
					t.Errorf("%s: the error tells the password: %v", f.name, e)
				}
			}
		}
	}
}

// TestSeveralPasswords: candidates are tried in order, and the store says which one it was.
func TestSeveralPasswords(t *testing.T) {
	for _, f := range generated(t) {
		s, err := keystore.OpenBytes(read(t, f.path), keystore.Options{Passwords: []string{"wrong", f.password, "wrong too"}})
		one, oneErr := keystore.OpenBytes(read(t, f.path), keystore.Options{Passwords: []string{f.password}})
		if errText(err) != errText(oneErr) {
			t.Errorf("%s: %v with one password, %v among several", f.name, oneErr, err)
		}
		if one.Password == 0 && s.Password != 1 {
			t.Errorf("%s: password %d opened it, want 1", f.name, s.Password)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
