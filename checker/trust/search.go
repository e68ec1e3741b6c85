package trust

import (
	"bytes"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// Bounds of one validation. Java's builder follows at most five CA certificates that are not self-issued
// (PKIXBuilderParameters.getMaxPathLength); the others keep hostile chains and truststores cheap.
const (
	maxChain  = 32
	maxCAs    = 5
	maxChecks = 300  // signature checks
	maxSteps  = 5000 // certificates looked at by the path search
)

// search is one validation.
type search struct {
	anchors *Anchors
	o       Options
	chain   []*view
	views   map[*keystore.Certificate]*view // of anchors that were looked at
	results map[signaturePair]outcome
	listed  map[*view][]candidate // issuers
	checks  int
	steps   int
	later   bool // the path search is past its first step: see oldRootFits
	blind   bool // something on the way could not be verified
	tired   bool // the work was cut off
	best    failure
}

type signaturePair struct{ issuer, subject *view }

// failure is why one attempt failed. Of several the one that got furthest is reported.
type failure struct {
	reason Reason
	at     *view
	depth  int // certificates that were reached by then
}

// rank orders reasons by how much had been right before.
var rank = map[Reason]int{
	"": 0, IssuerMissing: 1, SignatureMismatch: 2, NotACA: 3, KeyUsage: 4, PathLength: 5, NameConstraints: 6, Critical: 7,
	Policy: 8, Algorithm: 9, Expired: 10,
}

func newSearch(a *Anchors, chain []*keystore.Certificate, o Options) *search {
	s := &search{anchors: a, o: o, views: map[*keystore.Certificate]*view{}, results: map[signaturePair]outcome{},
		listed: map[*view][]candidate{}}
	for _, c := range chain[:min(len(chain), maxChain)] {
		if c != nil {
			s.chain = append(s.chain, newView(c))
		}
	}
	return s
}

// run is PKIXValidator.engineValidate.
func (s *search) run() Result {
	a, leaf := s.anchors, s.chain[0]
	if i := a.index(leaf.subject, leaf.c); i >= 0 {
		return Result{Trusted: true, Path: []*keystore.Certificate{leaf.c}, Anchor: &a.all[i]}
	}
	for i := 1; i < len(s.chain); i++ {
		v := s.chain[i]
		if v.subject != s.chain[i-1].issuer {
			return s.build()
		}
		if s.known(v) {
			return s.validate(s.chain[:i])
		}
	}
	if len(a.bySubject[s.chain[len(s.chain)-1].issuer]) > 0 {
		return s.validate(s.chain)
	}
	return s.build()
}

// known tells whether an anchor is this certificate or has its name and its key (a re-issued root).
func (s *search) known(v *view) bool {
	for _, i := range s.anchors.bySubject[v.subject] {
		c := s.anchors.all[i].Certificate
		if bytes.Equal(c.Raw, v.c.Raw) || bytes.Equal(c.RawSPKI, v.c.RawSPKI) {
			return true
		}
	}
	return false
}

// validate is PKIXCertPathValidator: the chain as it stands, against every anchor that fits its last certificate.
func (s *search) validate(path []*view) Result {
	last := path[len(path)-1]
	for _, i := range s.candidates(last) {
		if s.checks > maxChecks {
			break
		}
		anchor := s.anchorView(i)
		if !keyIDFits(anchor, last) {
			s.fail(failure{SignatureMismatch, last, len(path)})
			continue
		}
		if f := s.check(anchor, path); f.reason != "" {
			s.fail(f)
			continue
		}
		if why := anchor.anchorIsCA(); why != "" {
			s.fail(failure{why, last, len(path) + 1})
			continue
		}
		return s.found(i, path)
	}
	s.fail(failure{IssuerMissing, last, len(path)})
	return s.failed()
}

// keyIDFits is AdaptableX509CertSelector.match: key identifiers that are both there must be equal, and so must the serial
// number that the subject names.
func keyIDFits(issuer, subject *view) bool {
	if subject.aki != nil && issuer.ski != nil && !bytes.Equal(subject.aki, issuer.ski) {
		return false
	}
	return subject.akiSerial == nil || issuer.version < 3 || bytes.Equal(subject.akiSerial, issuer.serial)
}

func (s *search) found(anchor int, path []*view) Result {
	r := Result{Trusted: true, Anchor: &s.anchors.all[anchor]}
	for _, v := range path {
		r.Path = append(r.Path, v.c)
	}
	return r
}

// candidates are the anchors that have the issuer's name, those first whose key identifier fits and that are CAs: which
// of several equal ones Java takes depends on its hash order.
func (s *search) candidates(v *view) []int {
	all := s.anchors.bySubject[v.issuer]
	if len(all) < 2 {
		return all
	}
	weight := func(i int) int {
		anchor, w := s.anchorView(i), 0
		if v.aki == nil || anchor.ski == nil || !bytes.Equal(v.aki, anchor.ski) {
			w += 2
		}
		if anchor.anchorIsCA() != "" {
			w++
		}
		return w
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b int) int { return weight(a) - weight(b) })
	return sorted
}

func (s *search) anchorView(i int) *view {
	c := s.anchors.all[i].Certificate
	v := s.views[c]
	if v == nil {
		v = newView(c)
		s.views[c] = v
	}
	return v
}

// signature checks subject's signature with issuer's key, each pair once.
func (s *search) signature(issuer, subject *view) outcome {
	p := signaturePair{issuer, subject}
	if r, done := s.results[p]; done {
		return r
	}
	if s.checks++; s.checks > maxChecks {
		s.tired = true
		return unverifiable
	}
	r := refusedKey
	if !issuer.key().refused {
		r = verify(subject, issuer.key())
	}
	if r == unverifiable && permitsSignature(subject) {
		s.blind = true
	}
	s.results[p] = r
	return r
}

func (s *search) fail(f failure) {
	if f.depth > s.best.depth || (f.depth == s.best.depth && rank[f.reason] > rank[s.best.reason]) {
		s.best = f
	}
}

func (s *search) failed() Result {
	r := Result{Reason: s.best.reason}
	switch {
	case s.tired:
		r.Unknown, r.Reason = true, TooCostly
	case s.blind:
		r.Unknown, r.Reason = true, Unverifiable
	}
	if s.best.at != nil {
		r.At, r.Issuer = s.best.at.c, s.best.at.c.Issuer
	}
	return r
}
