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
	for _, c := range s.issuers(last) {
		if s.steps++; s.steps > maxSteps || s.checks > maxChecks {
			s.tired = true
			return Result{}, false
		}
		if repeated(path, c.v) {
			continue
		}
		if c.anchor >= 0 {
			if !oldRootFits(c.v, last) || (later && !s.validNow(c.v)) {
				continue
			}
			missing = false
			if f := s.check(c.v, path); f.reason != "" {
				s.fail(f)
				continue
			}
			if why := c.v.anchorIsCA(); why != "" {
				// Java ends here. Which of several anchors with one name and key it meets first is up to hash tables.
				s.fail(failure{why, last, len(path) + 1})
				continue
			}
			return s.found(c.anchor, path), true
		}
		missing = false
		if why := s.mayFollow(c.v, cas); why != "" {
			s.fail(failure{why, last, len(path) + 1})
			continue
		}
		if selfIssued && c.v.selfIssued() {
			break
		}
		if !s.signedBy(c.v, last, len(path)) {
			continue
		}
		next := cas
		if !c.v.selfIssued() {
			next++
		}
		if r, ok := s.extend(append(slices.Clip(path), c.v), next, c.v.selfIssued()); ok {
			return r, true
		}
	}
	if missing {
		s.fail(failure{IssuerMissing, last, len(path)})
	}
	return Result{}, false
}

// repeated tells whether the path holds this certificate already, or one with its subject, key and alternative names
// (SunCertPathBuilder.repeated): a circle of cross-signing leads nowhere.
func repeated(path []*view, v *view) bool {
	return slices.ContainsFunc(path, func(p *view) bool {
		return bytes.Equal(p.c.Raw, v.c.Raw) || (p.subject == v.subject && bytes.Equal(p.c.RawSPKI, v.c.RawSPKI) &&
			bytes.Equal(p.ext[oidSubjectAltName].value, v.ext[oidSubjectAltName].value))
	})
}

// mayFollow tells why Java does not take a presented certificate for an issuer; "" where it does.
func (s *search) mayFollow(issuer *view, cas int) Reason {
	switch {
	case issuer.pathLen < 0:
		return NotACA
	case issuer.pathLen < cas || cas >= maxCAs:
		return PathLength
	case !s.validNow(issuer):
		return Expired
	case issuer.unknownCritical():
		return Critical
	case issuer.keyUsage && !issuer.certSign:
		return KeyUsage
	}
	return ""
}

// signedBy checks the signature on the way up, where Java leaves it to the end: the same paths remain.
func (s *search) signedBy(issuer, subject *view, depth int) bool {
	switch s.signature(issuer, subject) {
	case verified:
		return true
	case mismatch:
		s.fail(failure{SignatureMismatch, subject, depth})
	case refusedKey:
		s.fail(failure{Algorithm, subject, depth + 1})
	case unverifiable:
		if !permitsSignature(subject) {
			s.fail(failure{Algorithm, subject, depth + 1})
		}
	}
	return false
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
