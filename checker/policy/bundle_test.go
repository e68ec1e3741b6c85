package policy

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"
)

// member is a file of a bundle, in the order of the archive.
type member struct{ name, text string }

// pack writes a bundle.
func pack(t *testing.T, members []member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range members {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sign makes the signature that OPA's own command would make of the members.
func sign(t *testing.T, members []member, key, alg string) member {
	t.Helper()
	var files []bundle.FileInfo
	for _, e := range members {
		sum := sha256.Sum256([]byte(e.text))
		if base := path.Base(e.name); base == ".manifest" || strings.HasSuffix(base, ".json") { // structured files are hashed by their content
			var v any
			if err := util.Unmarshal([]byte(e.text), &v); err != nil {
				t.Fatal(err)
			}
			h, err := bundle.NewSignatureHasher(bundle.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			b, err := h.HashFile(v)
			if err != nil {
				t.Fatal(err)
			}
			copy(sum[:], b)
		}
		files = append(files, bundle.FileInfo{Name: e.name, Hash: hex.EncodeToString(sum[:]), Algorithm: "SHA-256"})
	}
	token, err := bundle.GenerateSignedToken(files, bundle.NewSigningConfig(key, alg, ""), "theirs")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"signatures": []string{token}})
	if err != nil {
		t.Fatal(err)
	}
	return member{".signatures.json", string(b)}
}

// pair gives a key in PEM form: the private half and the public one.
func pair(t *testing.T, key any) (private, public string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var half any
	switch k := key.(type) {
	case *rsa.PrivateKey:
		half = k.Public()
	case *ecdsa.PrivateKey:
		half = k.Public()
	}
	spki, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
}

func loadBundle(raw []byte, key string) (*Custom, error) {
	var k []byte
	if key != "" {
		k = []byte(key)
	}
	return Load([]Origin{{FS: fstest.MapFS{"b.tar.gz": {Data: raw}}, Path: "b.tar.gz", Name: "b.tar.gz"}}, k)
}

// TestBundle takes bundles as OPA writes them, and where there is a key only what it signed, all of it and nothing else.
func TestBundle(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	otherKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, public := pair(t, rsaKey)
	otherPrivate, _ := pair(t, otherKey)
	ecPrivate, ecPublic := pair(t, ecKey)
	rule := member{"r/rule.rego", written("a-rule", `findings contains {"at": "/x"} if data.corp.on`)}
	content := []member{rule, {"corp/data.json", `{"on": true}`}, {"r/rule.md", "## Why it matters\n\nBecause.\n"}, {".manifest", `{"roots": ["custom", "corp"]}`}}
	good := sign(t, content, private, "RS256")
	with := func(more ...member) []byte { return pack(t, append(append([]member{}, content...), more...)) }
	second := member{"r/second.rego", written("second", `findings contains {"at": "/x"}`)}
	tampered := append([]member{{rule.name, strings.Replace(rule.text, "data.corp.on", "true", 1)}}, append(content[1:len(content):len(content)], good)...)
	tests := []struct {
		name string
		raw  []byte
		key  string
		want string // in the error; empty: it is taken
	}{
		{"unsigned, no key", with(), "", ""},
		{"signed, no key", with(good), "", ""},
		{"signed", with(good), public, ""},
		{"signed on a curve", with(sign(t, content, ecPrivate, "ES256")), ecPublic, ""},
		{"signed by PS512", with(sign(t, content, private, "PS512")), public, ""},
		{"unsigned", with(), public, "it is not signed, and policy_key asks for a signature"},
		{"signed by another", with(sign(t, content, ecPrivate, "ES256")), public, "does not fit the key"},
		{"signed by another of the same kind", with(sign(t, content, otherPrivate, "RS256")), public, "not what the key of policy_key signed"},
		{"the public key as a shared secret", with(sign(t, content, public, "HS256")), public, "does not fit the key"},
		{"changed", pack(t, tampered), public, "no bundle that could be used"},
		{"a policy more", with(good, second), public, "no bundle that could be used"},
		{"a page more", with(good, member{"r/other.md", "x"}), public, "no bundle that could be used"},
		{"a policy twice", with(good, rule), public, "no bundle that could be used"},
		{"a policy less", pack(t, append(content[1:len(content):len(content)], good)), public, "no bundle that could be used"},
		{"a patch", pack(t, []member{{"patch.json", `{"data": []}`}, second}), public, "it is not signed"},
		{"roots of ours", pack(t, []member{{".manifest", `{"roots": ["mikscheck/lib", "custom"]}`}}), "", "nothing of a custom policy may live under data.mikscheck"},
		{"outside its roots", pack(t, []member{rule, {".manifest", `{"roots": ["other"]}`}}), "", "roots"},
		{"data of ours", pack(t, []member{rule, {"mikscheck/lib/data.json", `{}`}}), "", "data.mikscheck"},
		{"no archive", []byte("PK"), "", "it is no bundle"},
		{"a bomb", pack(t, []member{rule, {"x.bin", strings.Repeat("\x00", 80<<20)}}), "", "MiB"},
		{"a large data file", pack(t, []member{{"data.json", `{"a": "` + strings.Repeat("a", 9<<20) + `"}`}}), "", "larger than 8 MiB"},
		{"does not parse", pack(t, []member{{"x.rego", "package custom.a.b\n\np if {"}}), "", "b.tar.gz/x.rego, line "},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			c, err := loadBundle(x.raw, x.key)
			if x.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(c.Rules) != 1 || c.Rules[0].Page().Why != "Because." {
					t.Errorf("have %+v", c.Rules)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("want %q, have %v", x.want, err)
			}
		})
	}
	for key, want := range map[string]string{private: "not a public key", "x": "no key in PEM form", public: ""} {
		if err := CheckKey([]byte(key)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("CheckKey: %v, want %q", err, want)
		}
	}
}
