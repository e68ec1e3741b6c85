package trust

import (
	"bytes"
	"math"
	"math/bits"
	"slices"
)

// candidate is a certificate that may issue another: an anchor (its index), or one of the presented chain (-1).
type candidate struct {
	v      *view
	anchor int
}

// issuers lists what ForwardBuilder.getMatchingCerts finds for a certificate by name, in the order in which Java tries it.
// The order matters, since Java gives up a branch at the second self-issued certificate in a row.
func (s *search) issuers(of *view) []candidate {
	if list, done := s.listed[of]; done {
		return list
	}
	var list []candidate
	for _, i := range s.anchors.bySubject[of.issuer] {
		list = append(list, candidate{s.anchorView(i), i})
	}
	hashSetOrder(list, len(s.anchors.all))
	var sent []candidate
	for i, v := range s.chain {
		same := func(o *view) bool { return bytes.Equal(o.c.Raw, v.c.Raw) }
		if v.subject == of.issuer && s.anchors.index(v.subject, v.c) < 0 && !slices.ContainsFunc(s.chain[:i], same) {
			sent = append(sent, candidate{v, -1})
		}
	}
	hashSetOrder(sent, 1)
	list = append(list, sent...)
	// PKIXCertComparator answers "before" where nothing tells two apart, so what comes later stands before its equals.
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b candidate) int { return s.compare(of, a.v, b.v) })
	s.listed[of] = list
	return list
}

// compare is ForwardBuilder.PKIXCertComparator, but for its comparison of name spaces: first the one that the authority key
// identifier names, then one that an anchor's name issued, then one whose issuer stands right above it.
func (s *search) compare(of, a, b *view) int {
	byKey := func(v *view) bool { return of.aki != nil && v.ski != nil && bytes.Equal(of.aki, v.ski) }
	byAnchor := func(v *view) bool { return len(s.anchors.bySubject[v.issuer]) > 0 }
	for _, test := range []func(*view) bool{byKey, byAnchor} {
		switch x, y := test(a), test(b); {
		case x && y:
			return 0
		case x:
			return -1
		case y:
			return 1
		}
	}
	return a.nameDistance() - b.nameDistance()
}

// nameDistance is Builder.distance from the subject to the issuer: how many RDNs the issuer's name is longer.
func (v *view) nameDistance() int {
	if v.distance == 0 {
		v.distance = math.MaxInt32
		subject, ok1 := parseName(v.c.RawSubject)
		issuer, ok2 := parseName(v.c.RawIssuer)
		if ok1 && ok2 && relateDirectory(directoryName(subject).rdns, directoryName(issuer).rdns) != apart {
			v.distance = 1<<20 + len(issuer) - len(subject) // never 0
		}
	}
	return v.distance
}

// hashSetOrder sorts certificates as java.util.HashSet iterates over them: by the bucket of Certificate.hashCode. size is
// how many the set was made for; only the order within a bucket, which depends on more, is left as it is.
func hashSetOrder(list []candidate, size int) {
	buckets := uint32(16)
	if size > 1 {
		buckets = uint32(1) << bits.Len(uint(size-1)) //nolint:gosec // at most the entries of a store
		if float64(size) > 0.75*float64(buckets) {
			buckets *= 2
		}
	}
	bucket := func(c candidate) uint32 {
		h := c.v.hashCode()
		return (h ^ h>>16) & (buckets - 1)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return int(bucket(a)) - int(bucket(b)) })
}

// hashCode is java.security.cert.Certificate.hashCode: Arrays.hashCode over the encoding.
func (v *view) hashCode() uint32 {
	if v.hash == 0 {
		v.hash = 1
		for _, b := range v.c.Raw {
			v.hash = 31*v.hash + uint32(int8(b)) //nolint:gosec // Java's bytes are signed, its ints wrap
		}
	}
	return v.hash
}
