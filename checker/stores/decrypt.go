package stores

import (
	"context"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // what the product encrypts with (RSA/ECB/OAEPwithSHA1andMGF1Padding)
	"crypto/x509"
	"encoding/base64"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Bounds on decrypting: each value costs an operation with the private key.
const (
	maxDecrypted = 500
	maxModulus   = 8192 // bits
)

// Scene is a target's file with what it leads to.
type Scene struct {
	Deployment *deployment.Document
	Profiles   []*Profiles
	Artifacts  Artifacts
	References []*Reference // empty, as all above, where the file did not parse
}

// Read reads a target's file and opens the stores that it leads to. With decrypt the values of [secrets] are decrypted by what
// opens: the key is in a store, and what it decrypts may be another store's password, so the file is read again with the values
// that are known by then, as if they had been handed over. Those that were handed over count before them.
func Read(ctx context.Context, t *layout.Target, f *source.File, o deployment.Options, decrypt bool, cache *Cache) Scene {
	s := Scene{Deployment: deployment.Read(f, o)}
	if !s.Deployment.Parsed {
		return s
	}
	s.Profiles, s.Artifacts = ReadProfiles(t, s.Deployment), ReadArtifacts(t, s.Deployment)
	s.References = Resolve(ctx, t, s.Deployment, s.Profiles, s.Artifacts, cache)
	if !decrypt {
		return s
	}
	found := Decrypted(s.Deployment, s.References)
	if len(found) == 0 {
		return s
	}
	maps.Copy(found, o.Secrets)
	o.Secrets = found
	return Read(ctx, t, f, o, false, cache)
}

// Decrypted gives the values of [secrets] that the internal store's key decrypts, else the primary's, by alias
// (mi-semantics section 5): RSA with OAEP and SHA-1, which the cipher tool uses, or with the older padding of PKCS#1. They stay
// in memory. What neither of them decrypts is left out: 4.6's symmetric form, and what was encrypted with another key.
func Decrypted(d *deployment.Document, refs []*Reference) map[string]secret.Value {
	entries, _ := d.Secrets()
	var key *rsa.PrivateKey
	for _, role := range []Role{Internal, Primary} {
		for _, r := range refs {
			if key == nil && r.Role == role && r.InForce {
				key = r.rsaKey()
			}
		}
	}
	if key == nil {
		return nil
	}
	all := map[string]secret.Value{}
	for i, e := range entries {
		if i == maxDecrypted {
			break
		}
		if e.Form != deployment.EncryptedForm {
			continue
		}
		sealed, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Key.Raw.Reveal()), ""))
		if err != nil || len(sealed) != key.Size() {
			continue
		}
		if text, ok := unseal(key, sealed); ok {
			all[e.Alias] = secret.New(text)
		}
	}
	return all
}

func unseal(key *rsa.PrivateKey, sealed []byte) (string, bool) {
	text, err := rsa.DecryptOAEP(sha1.New(), nil, key, sealed, nil) //nolint:gosec // see the import
	if err != nil {
		text, err = rsa.DecryptPKCS1v15(nil, key, sealed) //nolint:staticcheck // what older releases wrote
	}
	// Garbage that happens to be padded right is no text.
	if err != nil || !utf8.Valid(text) || strings.ContainsFunc(string(text), unicode.IsControl) {
		return "", false
	}
	return string(text), true
}

// rsaKey recovers the key of the configured alias; nil where that is not at hand, or is no RSA key.
func (r *Reference) rsaKey() *rsa.PrivateKey {
	if r.Opened == nil || r.Opened.Entry == nil || r.Opened.Entry.Kind != keystore.PrivateKeyEntry {
		return nil
	}
	for _, password := range []*deployment.Value{r.KeyPassword, r.Password} {
		if !known(password) {
			continue
		}
		der, err := r.Opened.Entry.PrivateKey(password.Text.Reveal())
		if err != nil {
			continue
		}
		parsed, err := x509.ParsePKCS8PrivateKey(der)
		clear(der)
		if key, ok := parsed.(*rsa.PrivateKey); err == nil && ok && key.N.BitLen() <= maxModulus {
			return key
		}
	}
	return nil
}
