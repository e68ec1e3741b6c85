package trust

import (
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// ChainReport is what a presented chain shows by itself, without a verdict on trust.
type ChainReport struct {
	// Ordered tells whether each certificate certifies the one before it, by name and signature. Misplaced is the index of
	// the first that does not; -1 with Ordered.
	Ordered   bool
	Misplaced int
	// Path follows the issuers from the leaf through the chain, whatever their order.
	Path []*keystore.Certificate
	// Complete tells whether Path ends at a self-signed certificate, at an anchor, or at one that an anchor issued. Missing
	// is the issuer that is lacking where it does not.
	Complete bool
	Missing  string
	// BadIssuers are the certificates of Path that issue another one without the right to.
	BadIssuers []BadIssuer
	// Unknown tells that a signature could not be verified here, so that names alone decided.
	Unknown bool
}

// BadIssuer is a certificate that issues another one although it must not.
type BadIssuer struct {
	Certificate *keystore.Certificate // the issuer
	Issued      *keystore.Certificate // what it issued
	Reason      Reason                // NotACA, KeyUsage (no keyCertSign) or PathLength
}

// Chain looks at a presented chain, leaf first; anchors may be nil. Of a chain of more than 32 certificates the first 32
// count.
func Chain(chain []*keystore.Certificate, anchors *Anchors) ChainReport {
	r := ChainReport{Ordered: true, Misplaced: -1}
	chain = slices.DeleteFunc(slices.Clone(chain), func(c *keystore.Certificate) bool { return c == nil })
	chain = chain[:min(len(chain), maxChain)]
	if len(chain) == 0 {
		return r
	}
	s := newSearch(&Anchors{}, chain, Options{})
	for i := 1; i < len(s.chain) && r.Ordered; i++ {
		if !s.issued(&r, s.chain[i], s.chain[i-1]) {
			r.Ordered, r.Misplaced = false, i
		}
	}
	path := s.follow(&r)
	for _, v := range path {
		r.Path = append(r.Path, v.c)
	}
	last := path[len(path)-1]
	r.Complete = s.issued(&r, last, last) || anchors.issued(s, &r, last)
	if !r.Complete {
		r.Missing = last.c.Issuer
	}
	r.BadIssuers = badIssuers(path)
	return r
}

// follow goes from the leaf to an issuer in the chain, as long as there is one.
func (s *search) follow(r *ChainReport) []*view {
	path := []*view{s.chain[0]}
	for {
		last := path[len(path)-1]
		i := slices.IndexFunc(s.chain, func(v *view) bool { return !repeated(path, v) && s.issued(r, v, last) })
		if i < 0 || s.issued(r, last, last) {
			return path
		}
		path = append(path, s.chain[i])
	}
}

// issued tells whether issuer certifies subject; a signature that can't be verified counts as right and is noted.
func (s *search) issued(r *ChainReport, issuer, subject *view) bool {
	if issuer.subject != subject.issuer {
		return false
	}
	p := signaturePair{issuer, subject}
	result, done := s.results[p]
	if !done {
		s.checks++
		result = unverifiable
		if s.checks <= maxChecks {
			result = verify(subject, issuer.key())
		}
		s.results[p] = result
	}
	if result == unverifiable || result == refusedKey {
		r.Unknown = true
		return true
	}
	return result == verified
}

// issued tells whether a certificate is an anchor or one that an anchor issued.
func (a *Anchors) issued(s *search, r *ChainReport, v *view) bool {
	if a == nil {
		return false
	}
	if a.index(v.subject, v.c) >= 0 {
		return true
	}
	return slices.ContainsFunc(a.bySubject[v.issuer], func(i int) bool {
		return s.issued(r, newView(a.all[i].Certificate), v)
	})
}

// badIssuers finds the certificates of a path that issue without the right to (RFC 5280 sections 4.2.1.3 and 4.2.1.9). A
// self-signed certificate older than version 3 is left alone: it can't say that it is a CA.
func badIssuers(path []*view) []BadIssuer {
	var out []BadIssuer
	below := 0 // CAs between the issuer and the leaf, self-issued ones not counted
	for i := 1; i < len(path); i++ {
		v, reason := path[i], Reason("")
		switch {
		case v.version < 3 && v.selfIssued():
		case v.pathLen < 0:
			reason = NotACA
		case v.keyUsage && !v.certSign:
			reason = KeyUsage
		case v.pathLen < below:
			reason = PathLength
		}
		if reason != "" {
			out = append(out, BadIssuer{v.c, path[i-1].c, reason})
		}
		if !v.selfIssued() {
			below++
		}
	}
	return out
}
