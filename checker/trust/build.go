package trust

import (
	"bytes"
	"slices"
	"time"
)

// build is SunCertPathBuilder with ForwardBuilder: from the leaf upwards, each issuer from the anchors or from the presented
// chain, in any order, until an anchor completes a path that passes every check.
func (s *search) build() Result {
	leaf := s.chain[0]
	if !s.validNow(leaf) {
		// X509CertSelector.setCertificateValid: Java does not even find the target.
		s.fail(failure{Expired, leaf, 0})
		return s.failed()
	}
	if leaf.unknownCritical() {
		s.fail(failure{Critical, leaf, 0})
		return s.failed()
	}
	if r, ok := s.extend([]*view{leaf}, 0, leaf.selfIssued()); ok {
		return r
	}
	return s.failed()
}

// extend looks for issuers of the path's last certificate. cas counts the CA certificates on the path that are not
// self-issued; selfIssued tells of the last one (Java allows no two in a row).
func (s *search) extend(path []*view, cas int, selfIssued bool) (Result, bool) {
	last := path[len(path)-1]
	missing, later := true, s.later
	s.later = true
	for _, i := range s.candidates(last) {
		if s.steps++; s.steps > maxSteps {
			s.blind = true
			return Result{}, false
		}
		anchor := s.anchorView(i)
		if !oldRootFits(anchor, last) || (later && !s.validNow(anchor)) {
			continue
		}
		missing = false
		if r, ok := s.try(anchor, i, path); ok {
			return r, true
		}
	}
	for _, v := range s.chain {
		if v.subject != last.issuer || contains(path, v) {
			continue
		}
		if s.steps++; s.steps > maxSteps {
			s.blind = true
			return Result{}, false
		}
		missing = false
		switch why := s.link(v, last, cas); {
		case why == unverified:
			continue
		case why == Critical || why == Expired:
			s.fail(failure{why, v, len(path) + 1})
			continue
		case why == SignatureMismatch:
			s.fail(failure{why, last, len(path)})
			continue
		case why != "":
			s.fail(failure{why, last, len(path) + 1})
			continue
		}
		if selfIssued && v.selfIssued() {
			continue
		}
		next := cas
		if !v.selfIssued() {
			next++
		}
		if r, ok := s.extend(append(slices.Clip(path), v), next, v.selfIssued()); ok {
			return r, true
		}
	}
	if missing {
		s.fail(failure{IssuerMissing, last, len(path)})
	}
	return Result{}, false
}

// contains tells whether exactly this certificate is on the path already: a circle of cross-signing leads nowhere.
func contains(path []*view, v *view) bool {
	return slices.ContainsFunc(path, func(p *view) bool { return p == v || bytes.Equal(p.c.Raw, v.c.Raw) })
}

// unverified is a signature that could not be checked: no failure of its own, but the verdict is open.
const unverified Reason = "-"

// link tells why a presented certificate can't issue the one below it; "" where it can.
func (s *search) link(issuer, subject *view, cas int) Reason {
	switch s.signature(issuer, subject) {
	case mismatch:
		return SignatureMismatch
	case refusedKey:
		return Algorithm
	case unverifiable:
		if !permitsSignature(subject) {
			return Algorithm
		}
		return unverified
	}
	switch {
	case issuer.pathLen < 0:
		return NotACA
	case issuer.keyUsage && !issuer.certSign:
		return KeyUsage
	case issuer.pathLen < cas || cas >= maxCAs:
		return PathLength
	case issuer.unknownCritical():
		return Critical
	case !s.validNow(issuer):
		return Expired
	}
	return ""
}

// oldRootFits is the part of AdaptableX509CertSelector.match that concerns anchors older than version 3: they carry no
// identifiers, so their validity must span that of what they issued. Beside it, the path search of JDK 17 asks anchors for
// their dates from its second step on, because ForwardBuilder.getMatchingCACerts uses its selector again with the date still
// set: an expired root is found when it issued the leaf itself, and in a chain that is in order (which is not searched).
func oldRootFits(anchor, subject *view) bool {
	if anchor.version >= 3 {
		return true
	}
	from, to := anchor.c.NotBefore, anchor.c.NotAfter
	within := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	return within(subject.c.NotBefore) && within(subject.c.NotAfter)
}

// validNow tells whether a certificate of the presented chain is valid, as far as that is asked.
func (s *search) validNow(v *view) bool {
	return !s.o.Dates || (!s.o.Now.Before(v.c.NotBefore) && !s.o.Now.After(v.c.NotAfter))
}
