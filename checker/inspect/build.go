package inspect

import (
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// Build makes a report of what keystore.Open gave: the store, which may be nil, and the error, which may be nil.
func Build(store *keystore.Store, err error, o Options) Report {
	r := Report{Declared: o.Declared, Entries: []Entry{}, name: o.Name, now: o.Now, clean: o.Clean}
	if r.clean == nil {
		r.clean = visible
	}
	if o.Known == nil {
		o.Known = product.Known
	}
	b := builder{o: o}
	if store != nil {
		r.Format, r.Version, r.Size = store.Format, store.Version, store.Size
		r.Integrity, r.Protection, r.Complete = store.Integrity, store.Protection, store.Complete
		r.Weaknesses = weaknesses(store.Format, store.Protection)
		r.Skipped, r.JavaRefuses = store.Skipped, store.JavaRefuses
		b.store = store
	}
	r.ProblemKind, r.Problem = problem(store, err, o)
	if r.Format == keystore.Unknown {
		r.Format = formatOf(err)
	}
	if o.Declared != "" && r.Format != keystore.Unknown {
		loads, _ := declared(o.Declared, r.Format)
		r.DeclaredLoads = &loads
	}
	b.truststore(&r)
	if store == nil {
		return r
	}
	store.PrepareX509()
	for i := range store.Entries {
		r.Entries = append(r.Entries, b.entry(&store.Entries[i]))
	}
	for _, c := range store.Unlisted {
		r.Unlisted = append(r.Unlisted, *certificate(c))
	}
	return r
}

// builder holds what the parts of one report share.
type builder struct {
	o       Options
	store   *keystore.Store
	anchors *trust.Anchors // nil without a truststore
	keys    bool           // the store has a private key
}

func (b *builder) truststore(r *Report) {
	if b.o.Trust == nil && b.o.TrustErr == nil {
		return
	}
	b.anchors = trust.NewAnchors(b.o.Trust)
	r.TrustStore = &TrustStore{Anchors: len(b.anchors.All()), name: b.o.TrustName}
	if b.o.Trust != nil {
		r.TrustStore.Format = b.o.Trust.Format
	}
	if _, why := problem(b.o.Trust, b.o.TrustErr, Options{Passwords: b.o.Passwords}); why != "" {
		r.TrustStore.Problem = why
	}
	// "The truststore did not open" is not "it holds nothing": without all of its entries there is no verdict.
	if b.o.Trust == nil || !b.o.Trust.Complete {
		b.anchors = nil
	}
	if b.store != nil {
		for i := range b.store.Entries {
			b.keys = b.keys || b.store.Entries[i].Kind == keystore.PrivateKeyEntry
		}
	}
}

func (b *builder) entry(e *keystore.Entry) Entry {
	out := Entry{Alias: e.Alias, Kind: e.Kind, Created: instant(e.Created), Chain: []*Certificate{}, JavaRefuses: e.JavaRefuses}
	for _, c := range e.Chain {
		out.Chain = append(out.Chain, certificate(c))
	}
	if c := e.Leaf(); c != nil {
		if known, ok := b.o.Known(c.SPKISHA256()); ok {
			out.Public = &PublicKnown{ShippedIn: known.ShippedIn, MIVersions: known.MIVersions}
		}
	}
	if e.Kind != keystore.CertificateEntry {
		out.Key = b.key(e)
	}
	if e.Kind == keystore.PrivateKeyEntry && len(e.Chain) > 0 {
		self, known := trust.SelfSigned(e.Chain[0])
		if known {
			out.Chain[0].SelfSigned = &self
		}
		out.Notes = chainNotes(trust.Chain(e.Chain, b.anchors))
	}
	// A truststore is asked about the identities of a store; where it has none, about each certificate.
	if b.anchors != nil && len(e.Chain) > 0 && (e.Kind == keystore.PrivateKeyEntry || !b.keys) {
		out.Trust = verdict(b.anchors.Validate(e.Chain, trust.Options{}))
	}
	return out
}

// key tries the passwords, first the one that opened the store: Java's key managers use it too.
func (b *builder) key(e *keystore.Entry) *Key {
	k := &Key{}
	first := b.store.Password
	order := make([]int, 0, len(b.o.Passwords))
	if first >= 0 && first < len(b.o.Passwords) {
		order = append(order, first)
	}
	for i := range b.o.Passwords {
		if i != first {
			order = append(order, i)
		}
	}
	var last error
	for _, i := range order {
		p := b.o.Passwords[i]
		if last = e.CheckKey(p); last != nil {
			continue
		}
		opens := true
		k.Opens, k.own = &opens, i == first || first < 0
		if e.Kind == keystore.PrivateKeyEntry {
			if matches, err := e.KeyMatches(p); err == nil {
				k.Matches = &matches
			}
		}
		return k
	}
	if last != nil {
		opens := false
		k.Opens, k.Problem = &opens, keyProblem(last)
	}
	return k
}

func verdict(r trust.Result) *Trust {
	t := &Trust{Trusted: r.Trusted, Unknown: r.Unknown, Reason: r.Reason, result: r}
	if r.Trusted {
		for _, c := range r.Path {
			t.Path = append(t.Path, c.SHA256())
		}
		if last := r.Path[len(r.Path)-1]; r.Anchor.Certificate.SHA256() != last.SHA256() {
			t.Path = append(t.Path, r.Anchor.Certificate.SHA256())
		}
		t.Anchor = r.Anchor.Alias
		return t
	}
	t.Java, t.Issuer = r.Reason.Java(), r.Issuer
	return t
}

// instant is RFC 3339 in UTC; empty for the zero time.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
