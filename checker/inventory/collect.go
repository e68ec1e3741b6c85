package inventory

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// Collect makes the inventory. It ends early only with the context's error.
func Collect(ctx context.Context, in Input) (*Inventory, error) {
	c := collector{in: in, out: &Inventory{Now: in.Now}, certificates: map[string]*Certificate{}, unread: map[string]*Unread{}, seen: map[string]bool{}}
	cache := stores.NewCache(in.Limits)
	for _, t := range in.Targets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := t.Source.Read(t.Path)
		if err != nil {
			c.out.Problems = append(c.out.Problems, Problem{URI: t.Source.URI(t.Path), Err: err})
			continue
		}
		o := deployment.Options{Keys: in.Keys, Version: t.Version.Number, Table: cache.TableOf(t).Data, Env: in.Env, Sys: in.Sys, Secrets: in.Secrets}
		if s := stores.Read(ctx, t, f, o, in.Decrypt, cache); s.Deployment.Parsed {
			c.target(f.URI, s.References)
		}
	}
	for _, f := range in.Files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.file(f)
	}
	c.finish()
	return c.out, ctx.Err()
}

type collector struct {
	in           Input
	out          *Inventory
	certificates map[string]*Certificate
	unread       map[string]*Unread
	seen         map[string]bool // URIs of stores that a target reached
}

// target takes the stores that one deployment reaches.
func (c *collector) target(uri string, refs []*stores.Reference) {
	anchors := map[string]*trust.Anchors{}
	for _, r := range refs {
		if r.InForce && r.Trust() && r.Why == "" && r.Opened != nil && r.Opened.Store != nil {
			anchors[r.Section] = trust.NewAnchors(r.Opened.Store)
		}
	}
	for _, r := range refs {
		if !r.InForce {
			continue
		}
		store, tainted := name(r, refs)
		if !tainted && r.Location.Status == layout.Found {
			c.seen[store] = true
		}
		if r.Why != "" {
			c.unreadable(store, reasons[r.Why], use(uri, r, "held"))
		}
		if r.Opened == nil || r.Opened.Store == nil {
			continue
		}
		for i := range r.Opened.Store.Entries {
			e := &r.Opened.Store.Entries[i]
			for j, x := range e.Chain {
				k := c.certificate(x, store, tainted)
				k.place(Place{Store: store, Alias: shown(e.Alias, refs), Kind: kind(e, j)})
				k.use(use(uri, r, role(r, e, j)))
				switch {
				case !r.Trust() || j > 0:
					c.trusted(k, uri, e.Chain[j:], refs, anchors)
				case anchors[r.Section] != nil: // itself; where others hold it, each says so
					k.trust(Use{Target: uri, Section: r.Section, As: "anchor"})
				}
			}
		}
	}
}

// trusted notes the truststores of the deployment that lead from a certificate to an anchor.
func (c *collector) trusted(k *Certificate, uri string, chain []*keystore.Certificate, refs []*stores.Reference, anchors map[string]*trust.Anchors) {
	for _, r := range refs {
		a, u := anchors[r.Section], Use{Target: uri, Section: r.Section, As: "anchor"}
		if a == nil || k.trusted[u] {
			continue
		}
		if a.Validate(chain, trust.Options{}).Trusted {
			k.trust(u)
		}
	}
}

// file takes a store that lies there, unless a deployment has shown it.
func (c *collector) file(f File) {
	uri := f.Source.URI(f.Name)
	if c.seen[uri] {
		return
	}
	data, err := f.Source.Read(f.Name)
	if err != nil {
		c.out.Problems = append(c.out.Problems, Problem{URI: uri, Err: err})
		return
	}
	s, err := keystore.OpenBytes(data.Data, keystore.Options{Passwords: product.DefaultPasswords(), Limits: c.in.Limits})
	switch {
	case s == nil && keystore.Detect(data.Data) == keystore.Unknown:
		return // called like a store, but none
	case s == nil || !s.Complete:
		why := "a password is needed"
		if err != nil {
			why = err.Error()
		}
		c.unreadable(uri, why)
	}
	if s == nil {
		return
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		for j, x := range e.Chain {
			c.certificate(x, uri, false).place(Place{Store: uri, Alias: e.Alias, Kind: kind(e, j)})
		}
	}
}

// certificate gives the one of a content, making it the first time.
func (c *collector) certificate(x *keystore.Certificate, store string, tainted bool) *Certificate {
	key := x.SHA256()
	if tainted {
		key += "\x00" + store
	}
	if k, ok := c.certificates[key]; ok {
		return k
	}
	k := &Certificate{
		SHA256: x.SHA256(), SPKI: x.SPKISHA256(), Subject: x.Subject, Issuer: x.Issuer, Serial: x.SerialHex(), NotBefore: x.NotBefore, NotAfter: x.NotAfter,
		places: map[Place]bool{}, uses: map[Use]bool{}, trusted: map[Use]bool{},
		KeyAlgorithm: x.Key.Algorithm, KeyBits: x.Key.Bits, SignatureAlgorithm: x.SignatureAlgorithm, CA: x.IsCA,
	}
	if tainted {
		k.hidden = store
	}
	k.DaysLeft = days(x.NotAfter, c.in.Now)
	k.Names = append(k.Names, x.DNSNames[:min(len(x.DNSNames), maxNames)]...)
	for _, a := range x.IPAddresses[:min(len(x.IPAddresses), maxNames)] {
		k.Names = append(k.Names, a.String())
	}
	if known, ok := product.Known(k.SPKI); ok {
		k.ShippedIn = known.ShippedIn
	} else if about, ok := c.in.KnownKeys[k.SPKI]; ok {
		k.ShippedIn = cmp.Or(about, "known_keys")
	}
	c.certificates[key] = k
	return k
}

// maxNames bounds what a certificate with ten thousand names brings to the list.
const maxNames = 50

func (k *Certificate) place(p Place) {
	if !k.places[p] {
		k.places[p] = true
		k.Places = append(k.Places, p)
	}
}

func (k *Certificate) trust(u Use) {
	if !k.trusted[u] {
		k.trusted[u] = true
		k.TrustedBy = append(k.TrustedBy, u)
	}
}

func (k *Certificate) use(u Use) {
	if !k.uses[u] {
		k.uses[u] = true
		k.Uses = append(k.Uses, u)
	}
}

// unreadable notes a store of which not all is known.
func (c *collector) unreadable(store, reason string, uses ...Use) {
	key := store + "\x00" + reason
	u := c.unread[key]
	if u == nil {
		u = &Unread{Store: store, Reason: reason}
		c.unread[key] = u
	}
	u.Uses = appendNew(u.Uses, uses...)
}

// finish puts everything in its order.
func (c *collector) finish() {
	for _, k := range c.certificates {
		sort.Slice(k.Places, func(i, j int) bool {
			a, b := &k.Places[i], &k.Places[j]
			return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Alias, b.Alias), strings.Compare(a.Kind, b.Kind)) < 0
		})
		c.out.Certificates = append(c.out.Certificates, k)
	}
	slices.SortFunc(c.out.Certificates, func(a, b *Certificate) int {
		return cmp.Or(a.NotAfter.Compare(b.NotAfter), strings.Compare(a.Subject, b.Subject), strings.Compare(a.SHA256, b.SHA256), strings.Compare(a.hidden, b.hidden))
	})
	for _, u := range c.unread {
		c.out.Unread = append(c.out.Unread, *u)
	}
	sort.Slice(c.out.Unread, func(i, j int) bool {
		a, b := &c.out.Unread[i], &c.out.Unread[j]
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Reason, b.Reason)) < 0
	})
}

// name is how a store may be called, and whether its path came by a variable.
func name(r *stores.Reference, refs []*stores.Reference) (string, bool) {
	switch {
	case r.Profiles != nil && r.Profiles.Hidden():
		return "[" + r.Section + "]", true
	case r.File != nil && r.File.Tainted:
		for _, other := range refs { // what inherits the path is the same store
			if f := other.File; f != nil && f.Tainted && f.Text.Equal(r.File.Text) {
				return f.Display(), true
			}
		}
		return r.File.Display(), true
	case r.Location.Source != nil && r.Location.Name != "":
		return r.Location.Source.URI(r.Location.Name), false
	}
	return r.Path, false
}

func use(target string, r *stores.Reference, as string) Use {
	return Use{Target: target, Section: r.Section, As: as}
}

func kind(e *keystore.Entry, index int) string {
	switch {
	case e.Kind == keystore.CertificateEntry:
		return "certificate"
	case index == 0:
		return "private-key"
	}
	return "chain"
}

// role says what a section does with a certificate.
func role(r *stores.Reference, e *keystore.Entry, index int) string {
	switch {
	case r.Trust() && index == 0:
		return "anchor"
	case index > 0:
		return "chain"
	case e == r.Opened.Entry:
		return "configured"
	case r.TLS && e.Kind == keystore.PrivateKeyEntry:
		return "presented"
	}
	return "held"
}

// shown is an alias as it may be shown: one that the configuration hides behind a variable is shown as that.
func shown(alias string, refs []*stores.Reference) string {
	for _, r := range refs {
		if v := r.Alias; v == nil || !v.Tainted || v.State != deployment.Known {
			continue
		}
		found := r.Opened != nil && r.Opened.Entry != nil && strings.EqualFold(r.Opened.Entry.Alias, alias)
		if found || r.Alias.Text.Equal(secret.New(alias)) || r.Alias.Text.Equal(secret.New(strings.ToUpper(alias))) {
			return r.Alias.Display()
		}
	}
	return alias
}

// days are the whole days from now until a time, rounded down.
func days(until, now time.Time) int64 {
	if until.IsZero() {
		return 0
	}
	seconds := until.Unix() - now.Unix()
	d := seconds / 86400
	if seconds%86400 < 0 {
		d--
	}
	return d
}

var reasons = map[stores.Why]string{
	stores.PathUnknown:     "its path comes by a value that was not given",
	stores.NotFound:        "it was not found",
	stores.Mounted:         "it exists only at run time",
	stores.OutsideRoots:    "it lies outside of what may be read",
	stores.Unreadable:      "the system does not let it be read",
	stores.WrongPassword:   "neither the stated password nor a shipped one opens it",
	stores.PasswordUnknown: "its password is not known, and without it not all is shown",
	stores.Damaged:         "it is damaged",
	stores.TooCostly:       "opening it would cost too much",
	stores.Unsupported:     "its format or cipher is not supported",
	stores.ShippedUnknown:  "it is the product's own, which is not at hand",
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}
