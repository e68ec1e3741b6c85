package stores

import (
	"path"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// Profiles is a setting that names a file of SSL profiles, and what became of the file.
type Profiles struct {
	Side     deployment.Side
	Path     *deployment.Value
	InForce  bool // the product reads it with this configuration
	Location layout.Location
	File     *deployment.ProfileFile // nil where there is none to read; Why says why
	Why      Why
}

// Hidden tells that nothing must show where the file lies: its path came by a variable.
func (p *Profiles) Hidden() bool { return p.Path.Tainted }

// profileSettings are where files of profiles may be named.
var profileSettings = []struct {
	side deployment.Side
	key  string
}{
	{deployment.Listener, "transport.http.listener.ssl_profile.file_path"},
	{deployment.Sender, "transport.http.sender.ssl_profile.file_path"},
}

// multiListener is the only listener class that reads profiles (mi-semantics section 2).
const multiListener = ".PassThroughHttpMultiSSLListener"

// ReadProfiles reads the files of SSL profiles that a configuration names; also those that the product passes over, since a
// password in them can be read all the same.
func ReadProfiles(t *layout.Target, d *deployment.Document) []*Profiles {
	read := d.Data().Read
	labels := map[string]bool{}
	var all []*Profiles
	for _, s := range profileSettings {
		v := d.Value(s.key)
		if v.State == deployment.Absent {
			continue
		}
		p := &Profiles{Side: s.side, Path: v, InForce: read[s.key], Location: layout.Location{Status: layout.Missing}}
		if s.side == deployment.Listener {
			class := d.Value("transport.https.listener.class")
			p.InForce = p.InForce && known(class) && strings.HasSuffix(class.Text.Reveal(), multiListener)
		}
		p.read(t, d, labels)
		all = append(all, p)
	}
	return all
}

func (p *Profiles) read(t *layout.Target, d *deployment.Document, labels map[string]bool) {
	if !known(p.Path) {
		p.Why = PathUnknown
		return
	}
	name := p.Path.Text.Reveal()
	p.Location = t.Locate(strings.TrimLeft(name, "/")) // an absolute path is appended to MI home too
	switch p.Location.Status {
	case layout.Found:
	case layout.Mounted:
		p.Why = Mounted
	case layout.Outside:
		p.Why = OutsideRoots
	case layout.Unreadable:
		p.Why = Unreadable
	case layout.Missing, layout.Shipped:
		p.Why = NotFound
	}
	if p.Why != "" {
		return
	}
	f, err := p.Location.Source.Read(p.Location.Name)
	if err != nil {
		p.Why, p.Location.Status, p.Location.Err = Unreadable, layout.Unreadable, err
		return
	}
	label := path.Base(name)
	if p.Hidden() || len(label) > 100 {
		label = "ssl_profile"
	}
	if labels[label] {
		label = string(p.Side) + ":" + label
	}
	labels[label] = true
	p.File = d.ReadProfiles(f, p.Side, label)
}

// references gives the uses of stores that the profiles of a file make.
func (p *Profiles) references() []*Reference {
	if p.File == nil {
		return nil
	}
	var refs []*Reference
	for _, profile := range p.File.Profiles {
		for _, s := range []*deployment.ProfileStore{profile.KeyStore, profile.TrustStore} {
			if s == nil {
				continue
			}
			r := ofElement(s)
			r.Section, r.InForce, r.Profiles, r.Profile, r.Store = s.Name, p.InForce, p, profile, s
			r.Role, r.Base = TLSTrust, "truststore"
			if s.KeyPassword != nil {
				r.Role, r.Base, r.TLS = TLSKey, "keystore.primary", true
			}
			refs = append(refs, r)
		}
	}
	return refs
}

// ofElement is the use of a store that a KeyStore or TrustStore element makes.
func ofElement(s *deployment.ProfileStore) *Reference {
	r := &Reference{
		File: s.Location, Type: s.Type, Password: s.Password, KeyPassword: s.KeyPassword,
		FileKey: s.Location.Key, TypeKey: s.Type.Key, PasswordKey: s.Password.Key,
	}
	if s.KeyPassword != nil {
		r.KeyPasswordKey = s.KeyPassword.Key
	}
	return r
}

// Presented is the entry that a profile's ServerCertificateAlias names, by its exact letters as the product compares them;
// nil where there is none. It is known where the alias and the store's entries are.
func (r *Reference) Presented() (e *keystore.Entry, isKnown bool) {
	if r.Store == nil || r.Why != "" || r.Opened == nil || r.Opened.Store == nil || !known(r.Store.Alias) {
		return nil, false
	}
	for i := range r.Opened.Store.Entries {
		if e := &r.Opened.Store.Entries[i]; e.Alias == r.Store.Alias.Text.Reveal() {
			return e, true
		}
	}
	return nil, true
}
