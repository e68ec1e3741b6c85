// Package trust judges certificates as Java judges them: whether PKIX finds a path from a presented chain to an anchor of a
// truststore, and whether a certificate is self-signed. The behaviour is that of JDK 17 (sun.security.validator.PKIXValidator,
// sun.security.provider.certpath, TrustManagerFactory): every certificate entry and the leaf of every private-key entry is
// an anchor, whatever its dates or signature; names are compared as X500Name does; intermediates come from the
// presented chain; algorithm constraints are those of jdk.certpath.disabledAlgorithms.
//
// Two things in which Java departs from RFC 5280 shape the code. A chain that is in order is validated as it stands, and
// only one that is not is searched for another path: so an unlucky presented chain fails although a path exists. And an
// anchor that issues something must be a CA (unless it is a version 1 certificate), while an end certificate that is itself
// an anchor is trusted without any check. Where several anchors of one name and key fit, one that is a CA counts here; Java
// takes one by the order of a hash table, and fails if that is not a CA.
//
// Left out are revocation, the end-entity checks (key usage, extended key usage: rules of their own), the list of blocked
// certificates and the distrust dates of single CAs that updates of the JDK bring, and the constraint of SHA-1 under the
// JDK's own roots.
package trust

import (
	"bytes"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// Anchors indexes the trust anchors of a store. It is immutable and safe for concurrent use.
type Anchors struct {
	all       []Anchor
	bySubject map[string][]int
}

// Anchor is a trusted certificate with the alias that it has in the store.
type Anchor struct {
	Alias       string
	Certificate *keystore.Certificate
}

// NewAnchors takes the anchors of a store as TrustManagerFactory does (sun.security.validator.TrustStoreUtil): every
// certificate entry and the leaf of every private-key entry, in store order. TrustStoreUtil asks for each alias, so that of
// several entries with one alias the last counts, and none whose alias another tool wrote with capitals into a format that
// folds case: Java never finds it. No signature is verified. A nil store has no anchors.
func NewAnchors(s *keystore.Store) *Anchors {
	a := &Anchors{bySubject: map[string][]int{}}
	if s == nil {
		return a
	}
	last := map[string]int{}
	for i := range s.Entries {
		last[s.Entries[i].Alias] = i
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		found := last[e.Alias] == i && (s.Format.CaseSensitive() || strings.ToLower(e.Alias) == e.Alias)
		if c := e.Leaf(); c != nil && found && e.Kind != keystore.SecretKeyEntry {
			a.add(e.Alias, c)
		}
	}
	return a
}

func (a *Anchors) add(alias string, c *keystore.Certificate) {
	name := canonicalName(c.RawSubject)
	a.bySubject[name] = append(a.bySubject[name], len(a.all))
	a.all = append(a.all, Anchor{Alias: alias, Certificate: c})
}

// All lists the anchors in store order.
func (a *Anchors) All() []Anchor { return a.all }

// Reason says why no path was found.
type Reason string

// The reasons, the most telling first.
const (
	NoAnchors         Reason = "no-anchors"         // Java: "the trustAnchors parameter must be non-empty"
	IssuerMissing     Reason = "issuer-missing"     // "unable to find valid certification path to requested target"
	SignatureMismatch Reason = "signature-mismatch" // an issuer of that name is there, but its key does not verify
	NotACA            Reason = "issuer-not-ca"
	KeyUsage          Reason = "key-usage" // an issuer without keyCertSign
	PathLength        Reason = "path-length"
	NameConstraints   Reason = "name-constraints"
	Critical          Reason = "critical-extension"
	Policy            Reason = "policy"       // certificate policies that a CA demands are missing, or critical with qualifiers
	Algorithm         Reason = "algorithm"    // jdk.certpath.disabledAlgorithms, or a key that JDK 17 refuses
	Expired           Reason = "expired"      // only when Options.Dates
	Unverifiable      Reason = "unverifiable" // a key or signature algorithm that this package can't verify: the verdict is unknown
	TooCostly         Reason = "too-costly"   // the search would take more signature checks than its limit: the verdict is unknown
)

// Options of a validation.
type Options struct {
	// Dates: also require every certificate of the presented chain to be valid at Now. MIKS401 leaves it off.
	Dates bool
	Now   time.Time
}

// Result is the verdict on a chain.
type Result struct {
	Trusted bool
	Unknown bool // the verdict could not be reached (Reason Unverifiable)
	// Path is leaf … last presented certificate before the anchor; Anchor the anchor's alias and certificate. With Trusted
	// only. Where the leaf is itself an anchor, Path is that leaf and Anchor the same certificate.
	Path   []*keystore.Certificate
	Anchor *Anchor
	Reason Reason
	// At is the certificate at which the search ended, Issuer the issuer's name that is missing or does not fit.
	At     *keystore.Certificate
	Issuer string
}

// Validate searches a path from chain[0] to an anchor. chain is the presented chain as the entry holds it, leaf first; it
// may be out of order. The work is bounded: at most 32 certificates, a few hundred signature checks; beyond that the
// verdict is Unknown.
func (a *Anchors) Validate(chain []*keystore.Certificate, o Options) Result {
	if len(a.all) == 0 {
		r := Result{Reason: NoAnchors}
		if len(chain) > 0 {
			r.At = chain[0]
		}
		return r
	}
	if len(chain) == 0 || chain[0] == nil {
		return Result{Unknown: true, Reason: Unverifiable}
	}
	return newSearch(a, chain, o).run()
}

// Contains tells whether exactly this certificate is an anchor.
func (a *Anchors) Contains(c *keystore.Certificate) (Anchor, bool) {
	if c == nil {
		return Anchor{}, false
	}
	if i := a.index(canonicalName(c.RawSubject), c); i >= 0 {
		return a.all[i], true
	}
	return Anchor{}, false
}

// index finds an anchor with exactly this certificate, whose canonical subject is name; -1 where there is none.
func (a *Anchors) index(name string, c *keystore.Certificate) int {
	for _, i := range a.bySubject[name] {
		if bytes.Equal(a.all[i].Certificate.Raw, c.Raw) {
			return i
		}
	}
	return -1
}

// SelfSigned tells whether issuer equals subject and the certificate's own key verifies its signature. known is false where
// the algorithm can't be verified here (then issuer = subject alone was seen).
func SelfSigned(c *keystore.Certificate) (self, known bool) { return Issued(c, c) }

// Issued tells whether issuer's name is c's issuer and issuer's key verifies c's signature. Where known is false the names
// fit but the signature's algorithm or the key can't be verified here; ok is then true, for what the names say.
func Issued(issuer, c *keystore.Certificate) (ok, known bool) {
	if issuer == nil || c == nil {
		return false, true
	}
	if canonicalName(issuer.RawSubject) != canonicalName(c.RawIssuer) {
		return false, true
	}
	switch verify(newView(c), newView(issuer).key()) {
	case verified:
		return true, true
	case mismatch:
		return false, true
	default:
		return true, false
	}
}
