// Package trust judges certificates as Java judges them: whether PKIX finds a path from a presented chain to an anchor of a
// truststore, and whether a certificate is self-signed. The behaviour is that of JDK 17 (sun.security.validator.PKIXValidator,
// sun.security.provider.certpath, TrustManagerFactory): every certificate entry and the leaf of every private-key entry is
// an anchor, whatever its dates, CA flag or signature; names are compared as X500Name does; intermediates come from the
// presented chain; algorithm constraints are those of jdk.certpath.disabledAlgorithms.
package trust

import (
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

// NewAnchors takes the anchors of a store as TrustManagerFactory does.
func NewAnchors(s *keystore.Store) *Anchors { panic("not built yet") }

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
	Algorithm         Reason = "algorithm"    // jdk.certpath.disabledAlgorithms
	Expired           Reason = "expired"      // only when Options.Dates
	Unverifiable      Reason = "unverifiable" // a key or signature algorithm that this package can't verify: the verdict is unknown
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
	// Path is leaf … last presented certificate before the anchor; Anchor the anchor's alias and certificate. With Trusted only.
	Path   []*keystore.Certificate
	Anchor *Anchor
	Reason Reason
	// At is the certificate at which the search ended, Issuer the issuer's name that is missing or does not fit.
	At     *keystore.Certificate
	Issuer string
}

// Validate searches a path from chain[0] to an anchor. chain is the presented chain as the entry holds it, leaf first; it
// may be out of order. The work is bounded: at most 32 certificates, a few hundred signature checks.
func (a *Anchors) Validate(chain []*keystore.Certificate, o Options) Result { panic("not built yet") }

// Contains tells whether exactly this certificate is an anchor.
func (a *Anchors) Contains(c *keystore.Certificate) (Anchor, bool) { panic("not built yet") }

// SelfSigned tells whether issuer equals subject and the certificate's own key verifies its signature. known is false where
// the algorithm can't be verified here (then issuer = subject alone was seen).
func SelfSigned(c *keystore.Certificate) (self, known bool) { panic("not built yet") }

// Issued tells whether issuer's name is c's issuer and issuer's key verifies c's signature.
func Issued(issuer, c *keystore.Certificate) (ok, known bool) { panic("not built yet") }
