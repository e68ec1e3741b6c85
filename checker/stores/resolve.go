package stores

import (
	"context"
	"crypto/sha256"
	"errors"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// Resolve lists the references of a target and opens what they lead to, on all cores. It never fails: what could not be
// opened says why. The context ends the work early; what is not opened by then is Unreadable with the context's error. The
// stores of profiles and artifacts come last.
func Resolve(ctx context.Context, t *layout.Target, s Scene, cache *Cache) []*Reference {
	d := s.Deployment
	refs := references(d)
	for _, p := range s.Profiles {
		refs = append(refs, p.references()...)
	}
	refs = append(refs, s.Artifacts.references()...)
	var g errgroup.Group // whose functions return no error
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, r := range refs {
		if !r.InForce {
			continue
		}
		g.Go(func() error {
			r.locate(t, d.Version)
			r.open(ctx, cache)
			return nil
		})
	}
	_ = g.Wait()
	if v := vault(t, s, refs); v != nil {
		if v.InForce {
			v.open(ctx, cache)
		}
		refs = append(refs, v)
	}
	return refs
}

// locate finds the file of a reference.
func (r *Reference) locate(t *layout.Target, version string) {
	if r.File == nil || r.File.State != deployment.Known {
		r.Why = PathUnknown
		return
	}
	r.Path = strings.TrimPrefix(r.File.Text.Reveal(), "${carbon.home}/")
	if version == "1.2.0" && (r.Role == Primary || r.Role == Internal || r.Role == Truststore) {
		r.Path = "repository/resources/security/" + r.Path // carbon.xml of 1.2.0 prefixes the name
	}
	r.Location = t.Locate(r.Path)
	switch r.Location.Status {
	case layout.Found:
	case layout.Mounted:
		r.Why = Mounted
	case layout.Outside:
		r.Why = OutsideRoots
	case layout.Unreadable:
		r.Why = Unreadable
	case layout.Shipped:
		r.Shipped, r.Why = true, ShippedUnknown
	case layout.Missing:
		r.Why = NotFound
		if r.shippedUnseen(t) {
			r.Location.Status = layout.Shipped
			r.Shipped, r.Why = true, ShippedUnknown
		}
	}
}

// shippedUnseen tells that a store which is not in a checkout can only be the product's own: its path and its password are
// those that every installation ships with, so that nobody put another store there.
func (r *Reference) shippedUnseen(t *layout.Target) bool {
	if t.Complete || r.Location.Covered || r.Location.CopyMissing != nil {
		return false
	}
	want := product.ShippedKeystore
	if r.Trust() {
		want = product.ShippedTruststore
	}
	return r.Path == want && known(r.Password) && r.Password.Text.Reveal() == product.DefaultPasswords()[0]
}

// open reads the file and tries the passwords.
func (r *Reference) open(ctx context.Context, cache *Cache) {
	if r.Location.Status != layout.Found {
		return
	}
	if err := ctx.Err(); err != nil {
		r.Why, r.Location.Err = Unreadable, err
		return
	}
	f, err := r.Location.Source.Read(r.Location.Name)
	if err != nil {
		r.Why, r.Location.Status, r.Location.Err = Unreadable, layout.Unreadable, err
		return
	}
	var passwords []secret.Value
	if known(r.Password) {
		passwords = append(passwords, r.Password.Text)
	}
	for _, p := range product.DefaultPasswords() {
		passwords = append(passwords, secret.New(p))
	}
	content := Content{Digest: sha256.Sum256(f.Data), Size: len(f.Data)}
	store, err := cache.open(content, f.Data, passwords)
	r.Opened = &Opened{Content: content, Store: store, Err: err, Default: -1}
	if store != nil {
		r.Opened.Content.Format = store.Format
	} else {
		r.Opened.Content.Format = keystore.Detect(f.Data)
	}
	r.judgeOpening()
	r.findEntry()
	r.tryKeys()
}

// judgeOpening says which password opens the store, and why its content is not known.
func (r *Reference) judgeOpening() {
	o := r.Opened
	switch {
	case errors.Is(o.Err, keystore.ErrTooCostly):
		r.Why = TooCostly
	case errors.Is(o.Err, keystore.ErrUnsupported):
		r.Why = Unsupported
	case errors.Is(o.Err, keystore.ErrFormat), errors.Is(o.Err, keystore.ErrIntegrity), o.Store == nil:
		r.Why = Damaged
	}
	if r.Why != "" {
		return
	}
	stated := known(r.Password)
	offset := 0
	if stated {
		offset = 1
	}
	switch i := o.Store.Password; {
	case o.Store.Integrity == keystore.IntegrityAbsent && hasPrivateKey(o.Store):
		// Without a MAC any password lists it: only a key tells which one is right.
		if stated {
			o.Opens = anyKeyOpens(o.Store, r.Password.Text)
		}
		if o.Opens != Yes {
			o.Default = defaultThatOpensAKey(o.Store)
		}
	case i >= offset:
		o.Default = i - offset
		if stated {
			o.Opens = No
		}
	case i == 0 && stated:
		o.Opens = Yes
	case o.Store.Integrity == keystore.IntegrityAbsent && o.Store.Complete:
		if stated {
			o.Opens = Yes
		}
	case stated:
		o.Opens = No
	}
	if stated && o.Opens == Yes && o.Default < 0 {
		o.Default = indexOfDefault(r.Password.Text)
	}
	switch {
	case o.Opens == No && o.Default < 0:
		r.Why = WrongPassword
	case !o.Store.Complete:
		r.Why = PasswordUnknown
	}
}

// findEntry looks up the configured alias.
func (r *Reference) findEntry() {
	if r.Why != "" || !known(r.Alias) {
		return
	}
	r.Opened.AliasKnown = true
	if e, ok := r.Opened.Store.Entry(r.Alias.Text.Reveal()); ok {
		r.Opened.Entry = e
	}
}

// tryKeys opens the private keys that the section uses with the configured key password.
func (r *Reference) tryKeys() {
	if r.Why != "" || r.Trust() {
		return
	}
	o := r.Opened
	for i := range o.Store.Entries {
		e := &o.Store.Entries[i]
		if e.Kind != keystore.PrivateKeyEntry || (!r.TLS && e != o.Entry) {
			continue
		}
		k := KeyOutcome{Entry: e}
		if known(r.KeyPassword) {
			k.Opens, k.Err = answer(e.CheckKey(r.KeyPassword.Text.Reveal()))
		}
		if known(r.Password) {
			k.OpensWithStore, _ = answer(e.CheckKey(r.Password.Text.Reveal()))
		}
		k.Matches = r.matches(k)
		o.Keys = append(o.Keys, k)
	}
}

// matches compares a key with its certificate by whatever password opens the key; each is tried once only.
func (r *Reference) matches(k KeyOutcome) Answer {
	var password secret.Value
	switch {
	case k.Opens == Yes:
		password = r.KeyPassword.Text
	case k.OpensWithStore == Yes:
		password = r.Password.Text
	default:
		return Unknown
	}
	ok, err := k.Entry.KeyMatches(password.Reveal())
	switch {
	case err != nil:
		return Unknown
	case ok:
		return Yes
	}
	return No
}

// answer turns the verdict on a key into a truth value: what the reader does not support is unknown, not no.
func answer(err error) (Answer, error) {
	switch {
	case err == nil:
		return Yes, nil
	case errors.Is(err, keystore.ErrPassword):
		return No, err
	}
	return Unknown, err
}

func anyKeyOpens(s *keystore.Store, password secret.Value) Answer {
	a := Unknown
	for i := range s.Entries {
		if s.Entries[i].Kind != keystore.PrivateKeyEntry {
			continue
		}
		switch got, _ := answer(s.Entries[i].CheckKey(password.Reveal())); got {
		case Yes:
			return Yes
		case No:
			a = No
		case Unknown:
		}
	}
	return a
}

func defaultThatOpensAKey(s *keystore.Store) int {
	for i, p := range product.DefaultPasswords() {
		if anyKeyOpens(s, secret.New(p)) == Yes {
			return i
		}
	}
	return -1
}

func indexOfDefault(p secret.Value) int {
	for i, d := range product.DefaultPasswords() {
		if p.Reveal() == d {
			return i
		}
	}
	return -1
}

func hasPrivateKey(s *keystore.Store) bool {
	for i := range s.Entries {
		if s.Entries[i].Kind == keystore.PrivateKeyEntry {
			return true
		}
	}
	return false
}

func known(v *deployment.Value) bool { return v != nil && v.State == deployment.Known }
