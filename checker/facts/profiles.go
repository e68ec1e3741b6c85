package facts

import (
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

// profiles lists the files of SSL profiles.
func (b *builder) profiles() {
	for _, p := range b.in.Profiles {
		out := ProfileFile{
			Side: string(p.Side), Path: b.value(p.Path), InForce: p.InForce, Status: string(p.Location.Status), Looked: []string{},
			Read: State{State: "known"}, Problems: []ProfileProblem{}, Profiles: []Profile{},
		}
		if p.Why != "" {
			out.Read = State{State: "unknown", Reason: string(p.Why)}
		}
		if p.Why == stores.PathUnknown {
			out.Status = "unknown"
		}
		if p.Location.Looked != nil && p.Location.Status == layout.Missing && !p.Hidden() {
			out.Looked = p.Location.Looked
		}
		if p.File != nil {
			b.profileFile(&out, p)
		}
		b.doc.Profiles = append(b.doc.Profiles, out)
	}
}

func (b *builder) profileFile(out *ProfileFile, p *stores.Profiles) {
	if !p.File.Parsed {
		out.Read = State{State: "unknown", Reason: "not-parsed"}
	}
	b.inXML(p.File)
	for i, problem := range p.File.Problems {
		fact := ProfileProblem{Pointer: fmt.Sprintf("/profiles/%s/problems/%d", p.File.Label, i), Kind: string(problem.Kind), Detail: problem.Detail}
		key := p.File.Label
		if problem.Profile != nil {
			fact.Profile, key = problem.Profile.Name, problem.Profile.Name
		}
		b.place(b.inProfiles(p.File.XMLFile, Place{Pointer: fact.Pointer, Root: fact.Pointer, Key: key, Span: problem.Span, Written: true}))
		out.Problems = append(out.Problems, fact)
	}
	for i, profile := range p.File.Profiles {
		fact := Profile{
			Pointer: fmt.Sprintf("/profiles/%s/%d", p.File.Label, i), Name: profile.Name, Title: profile.Title, Client: profile.Client,
			NoValidate: profile.NoValidate, Alias: noValue(), Entry: Entry{State: "absent"},
		}
		b.place(b.inProfiles(p.File.XMLFile, Place{Pointer: fact.Pointer, Root: fact.Pointer, Key: profile.Name, Span: profile.Span, Written: true}))
		if profile.KeyStore != nil {
			fact.KeyStore, fact.Alias = profile.KeyStore.Name, b.value(profile.KeyStore.Alias)
			fact.Entry = b.presented(profile)
			fact.AliasRead = p.Side == deployment.Listener && product.Compare(b.in.Deployment.Version, "4.6.0") >= 0
		}
		if profile.TrustStore != nil {
			fact.TrustStore = profile.TrustStore.Name
		}
		out.Profiles = append(out.Profiles, fact)
	}
}

// inXML lists the variables of a file of profiles.
func (b *builder) inXML(f *deployment.ProfileFile) {
	for _, profile := range f.Profiles {
		values := []*deployment.Value{profile.Address}
		for _, s := range []*deployment.ProfileStore{profile.KeyStore, profile.TrustStore} {
			if s != nil {
				values = append(values, s.Location, s.Type, s.Password, s.KeyPassword)
			}
		}
		for _, v := range values {
			b.variables(v, v != profile.Address)
		}
	}
}

// variables lists those of a value in an XML file; nil has none.
func (b *builder) variables(v *deployment.Value, ofStore bool) {
	if v == nil {
		return
	}
	for j, p := range v.Variables {
		out := Placeholder{
			Pointer: fmt.Sprintf("/placeholders/%s/%d", v.Key, j), Key: v.Key, Kind: string(p.Kind), Name: p.Name, Resolved: p.Resolved,
			Reason: string(p.Reason), Store: ofStore,
		}
		b.value(v)
		b.place(b.inProfiles(v.File, Place{Pointer: out.Pointer, Root: pointerOf(v.Key), Key: v.Key, Span: v.Span, Written: true}))
		b.doc.Placeholders = append(b.doc.Placeholders, out)
	}
}

// presented is what a profile's ServerCertificateAlias names.
func (b *builder) presented(p *deployment.Profile) Entry {
	if p.KeyStore.Alias.State == deployment.Absent {
		return Entry{State: "absent"}
	}
	for _, r := range b.in.References {
		if r.Store != p.KeyStore {
			continue
		}
		switch e, ok := r.Presented(); {
		case !ok:
			return Entry{State: "unknown", Reason: string(r.Why)}
		case e == nil:
			return Entry{State: "absent", Nearest: b.nearestTo(r, p.KeyStore.Alias)}
		default:
			return Entry{State: "known", Alias: b.alias(e.Alias), Kind: string(e.Kind)}
		}
	}
	return Entry{State: "unknown"}
}

// nearestTo suggests the private key that an alias was meant for.
func (b *builder) nearestTo(r *stores.Reference, alias *deployment.Value) string {
	var names []string
	for i := range r.Opened.Store.Entries {
		if e := &r.Opened.Store.Entries[i]; e.Kind == keystore.PrivateKeyEntry {
			names = append(names, e.Alias)
		}
	}
	if len(names) == 1 {
		return b.alias(names[0])
	}
	return b.alias(nearest(alias.Text.Reveal(), names))
}

// storeTitle names a store by whose it is.
func storeTitle(r *stores.Reference, owner string) string {
	if r.Trust() {
		return "the truststore of " + owner
	}
	return "the keystore of " + owner
}

// ofProfile completes the reference of a store in a file of profiles.
func (b *builder) ofProfile(out *Reference, r *stores.Reference) {
	out.Profile, out.Title, out.SectionWritten = string(r.Profiles.Side), storeTitle(r, r.Profile.Title), true
	out.Header = "/sections/" + out.Section
	b.place(b.inProfiles(r.Profiles.File.XMLFile, Place{Pointer: out.Header, Root: out.Header, Key: out.Section, Span: r.Store.Span, Written: true}))
	for _, v := range []Value{out.File, out.Type, out.Password, out.KeyPassword} {
		if v.Written {
			out.KeysWritten = append(out.KeysWritten, v.Key[len(out.Section)+1:])
		}
	}
}

// inProfiles puts a place into a file of profiles; where that must not be named, at the setting that names it.
func (b *builder) inProfiles(f *deployment.XMLFile, p Place) Place {
	for _, named := range b.in.Profiles {
		if named.File != nil && named.File.XMLFile == f && named.Hidden() {
			p.Span, p.Written = b.in.Deployment.Nearest(named.Path.Key), true
			return p
		}
	}
	p.File = f
	return p
}
