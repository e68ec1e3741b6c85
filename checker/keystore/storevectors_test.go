package keystore_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// storeVector is one element of testdata/vectors/stores.json; the README there explains it.
type storeVector struct {
	File        string            `json:"file"`
	Format      keystore.Format   `json:"format"`
	Passwords   []passwordVerdict `json:"passwords"`
	KeyPassword string            `json:"keyPassword"`
	Entries     []entryVector     `json:"entries"`
	JavaRefuses bool              `json:"javaRefuses,omitempty"`
}

type passwordVerdict struct {
	Password string `json:"password"`
	Verdict  string `json:"verdict"`
}

type entryVector struct {
	Alias   string        `json:"alias"`
	Kind    keystore.Kind `json:"kind"`
	Created string        `json:"created,omitempty"`
	Chain   []string      `json:"chain,omitempty"`
	Key     string        `json:"key,omitempty"`
}

func verdict(err error) string {
	switch {
	case err == nil:
		return "opens"
	case errors.Is(err, keystore.ErrPassword):
		return "password"
	case errors.Is(err, keystore.ErrIntegrity):
		return "integrity"
	case errors.Is(err, keystore.ErrFormat):
		return "format"
	case errors.Is(err, keystore.ErrUnsupported):
		return "unsupported"
	}
	return "costly"
}

func vectorOf(t *testing.T, file, password, keyPassword string) storeVector {
	t.Helper()
	data := read(t, filepath.Join("../../testdata/vectors", file))
	v := storeVector{File: file, KeyPassword: keyPassword}
	for i, p := range []string{password, password + "x", ""} {
		s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{p}})
		v.Passwords = append(v.Passwords, passwordVerdict{p, verdict(err)})
		if i > 0 || s == nil {
			continue
		}
		v.Format, v.JavaRefuses = s.Format, len(s.JavaRefuses) > 0
		for j := range s.Entries {
			e := &s.Entries[j]
			x := entryVector{Alias: e.Alias, Kind: e.Kind}
			if !e.Created.IsZero() {
				x.Created = e.Created.Format(time.RFC3339Nano)
			}
			for _, c := range e.Chain {
				x.Chain = append(x.Chain, c.SHA256())
			}
			if key, err := e.PrivateKey(keyPassword); err == nil && key != nil {
				sum := sha256.Sum256(key)
				x.Key = hex.EncodeToString(sum[:])
			}
			v.Entries = append(v.Entries, x)
		}
	}
	return v
}

// TestVectors holds this package to the vector suite that others can run.
func TestVectors(t *testing.T) {
	const file = "../../testdata/vectors/stores.json"
	got := []storeVector{vectorOf(t, "rfc9579-a1.p12", "1234", "1234")}
	for _, f := range generated(t) {
		got = append(got, vectorOf(t, "../stores/"+f.name, f.password, f.keyEntry))
	}
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var want []storeVector
	if err := json.Unmarshal(read(t, file), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
