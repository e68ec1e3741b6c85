package stores

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // what the product encrypts with (RSA/ECB/OAEPwithSHA1andMGF1Padding)
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
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
	SecretConf *deployment.SecretConf // nil: there is none
	References []*Reference           // empty, as all above, where the file did not parse
	HostFrom   []*layout.Setting      // the variables of the host name that files beside the deployment.toml set
}

// Read reads a target's file and opens the stores that it leads to. With decrypt the values of [secrets] are decrypted by what
// opens: the key is in a store, and what it decrypts may be another store's password, so the file is read again with the values
// that are known by then, as if they had been handed over. Those that were handed over count before them.
func Read(ctx context.Context, t *layout.Target, f *source.File, o deployment.Options, decrypt bool, cache *Cache) Scene {
	s := Scene{Deployment: deployment.Read(f, o)}
	if !s.Deployment.Parsed {
		return s
	}
	s.hostName(t, f, &o)
	s.Profiles, s.Artifacts = ReadProfiles(t, s.Deployment), ReadArtifacts(t, s.Deployment)
	s.SecretConf = readSecretConf(t, s.Deployment)
	s.References = Resolve(ctx, t, s, cache)
	if !decrypt {
		return s
	}
	found := s.decrypted()
	if len(found) == 0 {
		return s
	}
	maps.Copy(found, o.Secrets)
	o.Secrets = found
	from := s.HostFrom
	s = Read(ctx, t, f, o, false, cache)
	s.HostFrom = from
	return s
}

// decrypted gives the values of [secrets] by alias that the product would decrypt (mi-semantics section 5), as far as its key is
// at hand. They stay in memory. What the key does not decrypt is left out.
func (s Scene) decrypted() map[string]secret.Value {
	i := slices.IndexFunc(s.References, func(r *Reference) bool { return r.Decrypts })
	if i < 0 || !s.References[i].InForce {
		return nil
	}
	key := s.References[i].unsealer(s.SecretConf)
	if key == nil {
		return nil
	}
	all := map[string]secret.Value{}
	entries, _ := s.Deployment.Secrets()
	for _, e := range entries[:min(len(entries), maxDecrypted)] {
		if e.Form != deployment.EncryptedForm && e.Form != deployment.SymmetricForm {
			continue
		}
		sealed, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Key.Raw.Reveal()), ""))
		if err != nil {
			continue
		}
		// Garbage that happens to be padded right is no text.
		if text, err := key(sealed); err == nil && utf8.Valid(text) && !strings.ContainsFunc(string(text), unicode.IsControl) {
			all[e.Alias] = secret.New(string(text))
		}
	}
	return all
}

// unsealer decrypts with the key of the configured alias; nil where that is not at hand, or is of no kind that the product
// decrypts with.
func (r *Reference) unsealer(c *deployment.SecretConf) func(sealed []byte) ([]byte, error) {
	if r.Opened == nil || r.Opened.Entry == nil {
		return nil
	}
	for _, password := range []*deployment.Value{r.KeyPassword, r.Password} {
		if !known(password) {
			continue
		}
		if raw, err := r.Opened.Entry.PrivateKey(password.Text.Reveal()); err == nil {
			open := unsealerOf(raw, r.Opened.Entry.Kind, c)
			clear(raw)
			return open
		}
	}
	return nil
}

func unsealerOf(raw []byte, kind keystore.Kind, c *deployment.SecretConf) func(sealed []byte) ([]byte, error) {
	if kind == keystore.SecretKeyEntry {
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil
		}
		return func(sealed []byte) ([]byte, error) { return openGCM(block, sealed) }
	}
	parsed, err := x509.ParsePKCS8PrivateKey(raw)
	key, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok || key.N.BitLen() > maxModulus {
		return nil
	}
	paddings := paddingsOf(c)
	return func(sealed []byte) (text []byte, err error) {
		err = rsa.ErrDecryption
		for _, padding := range paddings {
			if text, err = key.Decrypt(nil, sealed, padding); err == nil {
				break
			}
		}
		return text, err
	}
}

// openGCM decrypts what the cipher tool of 4.6 makes with -Dsymmetric: AES in GCM mode, with an initialisation vector of 128
// bytes and a tag of 16, as a JSON object in Base64.
func openGCM(block cipher.Block, sealed []byte) ([]byte, error) {
	var parts struct{ CipherText, IV []byte }
	if err := json.Unmarshal(sealed, &parts); err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(parts.IV))
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, parts.IV, parts.CipherText, nil)
}

// Java's names of the ways to pad. The mask of OAEP is made with SHA-1 whatever its digest.
var (
	oaep  = &rsa.OAEPOptions{Hash: crypto.SHA1}
	pkcs1 = &rsa.PKCS1v15DecryptOptions{} //nolint:staticcheck // what older releases wrote
)

// paddingsOf gives the ways to pad that a value may have been encrypted with: that of secret-conf.properties, which the product
// decrypts with, else what the cipher tools of the releases use.
func paddingsOf(c *deployment.SecretConf) []crypto.DecrypterOpts {
	if c == nil || !known(c.Algorithm) {
		return []crypto.DecrypterOpts{oaep, pkcs1}
	}
	switch name := strings.ReplaceAll(strings.ToUpper(c.Algorithm.Text.Reveal()), "-", ""); name {
	case "RSA", "RSA/ECB/PKCS1PADDING", "RSA/NONE/PKCS1PADDING":
		return []crypto.DecrypterOpts{pkcs1}
	case "RSA/ECB/OAEPWITHSHA1ANDMGF1PADDING", "RSA/ECB/OAEPPADDING":
		return []crypto.DecrypterOpts{oaep}
	case "RSA/ECB/OAEPWITHSHA256ANDMGF1PADDING":
		return []crypto.DecrypterOpts{&rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA1}}
	}
	return nil
}
