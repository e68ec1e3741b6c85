package stores

import (
	"path"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// VaultSection is the use of a store by the secure vault, which decrypts [secrets], where secret-conf.properties names it.
const VaultSection = "keystore.identity"

// readSecretConf reads the file by which the product finds the store of its secure vault; nil: there is none to read.
func readSecretConf(t *layout.Target, d *deployment.Document) *deployment.SecretConf {
	l := t.Locate("conf/security/secret-conf.properties")
	if l.Status != layout.Found {
		return nil
	}
	f, err := l.Source.Read(l.Name)
	if err != nil {
		return nil
	}
	return d.ReadSecretConf(f)
}

// vault marks the store that the product decrypts [secrets] with. That is the one of secret-conf.properties, which the cipher
// tool made of the internal store's settings, else of the primary's: where it still says the same, theirs is the use of it
// that counts. Where it does not, it is a use of its own, which is what vault gives; else nil.
func vault(t *layout.Target, s Scene, refs []*Reference) *Reference {
	c := s.SecretConf
	i := slices.IndexFunc(refs, func(r *Reference) bool { return r.Role == Internal && r.InForce })
	usual := refs[max(i, 0)] // the primary comes first
	if c == nil || !c.Enabled || c.Location.State == deployment.Absent {
		usual.Decrypts = true
		return nil
	}
	secrets, _ := s.Deployment.Secrets()
	v := &Reference{
		// Without a secret nothing is to be decrypted; whether the store opens then matters to nobody.
		Section: VaultSection, Role: Vault, InForce: len(secrets) > 0, Decrypts: true, SecretConf: c,
		File: c.Location, Type: c.Type, Password: c.Password, Alias: c.Alias, KeyPassword: c.KeyPassword,
		FileKey: c.Location.Key, TypeKey: c.Type.Key, PasswordKey: c.Password.Key, AliasKey: c.Alias.Key, KeyPasswordKey: c.KeyPassword.Key,
	}
	v.locateVault(t)
	for _, r := range refs {
		if r.Role != Internal && r.Role != Primary || !r.InForce || !v.leadsTo(r) {
			continue
		}
		// Whoever starts the server is asked for the password of this very store.
		if !known(v.Password) {
			v.Password, v.PasswordKey = r.Password, r.PasswordKey
		}
		if !known(v.KeyPassword) {
			v.KeyPassword, v.KeyPasswordKey = r.KeyPassword, r.KeyPasswordKey
		}
		if v.Password == r.Password && v.KeyPassword == r.KeyPassword && c.Alias.State != deployment.Absent && same(v.Alias, r.Alias) && same(v.Type, r.Type) {
			r.Decrypts = true
			return nil
		}
	}
	return v
}

// locateVault finds the file. The cipher tool writes where it lay when the tool ran, which need not be the machine of the checker nor
// that of the server: below MI home it is looked for in this one, and elsewhere nothing is known of it.
func (r *Reference) locateVault(t *layout.Target) {
	r.locate(t, "")
	if !path.IsAbs(r.Path) || r.Location.Status == layout.Found {
		r.Location.OutsideHome = r.Location.OutsideHome && !path.IsAbs(r.Path)
		return
	}
	if i := strings.LastIndex(r.Path, "/repository/"); i >= 0 {
		if l := t.Locate(r.Path[i+1:]); l.Status != layout.Missing {
			r.Path, r.Location, r.Why, r.Shipped = r.Path[i+1:], l, "", l.Status == layout.Shipped
			if l.Status != layout.Found {
				r.Why = ShippedUnknown
			}
			return
		}
	}
	if r.Location.Status == layout.Missing {
		r.Location.Status, r.Location.OutsideHome, r.Why = layout.Outside, false, OutsideRoots
	}
}

// leadsTo tells whether two uses are of the same file.
func (r *Reference) leadsTo(other *Reference) bool {
	at, to := r.Location, other.Location
	return r.Path == other.Path || at.Status == layout.Found && to.Status == layout.Found && at.Source == to.Source && at.Name == to.Name
}

// same tells that two values are the same text but for case, as far as both are known.
func same(a, b *deployment.Value) bool {
	return !known(a) || !known(b) || strings.EqualFold(a.Text.Reveal(), b.Text.Reveal())
}
