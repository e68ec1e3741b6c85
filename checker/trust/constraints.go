package trust

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// nameConstraints are those of the certificates above, folded together (sun.security.x509.NameConstraintsExtension). An
// anchor's own constraints do not count in Java.
type nameConstraints struct {
	permitted, excluded []generalName
}

// maxSubtrees bounds the comparisons: more subtrees on one path than this are taken as refused.
const maxSubtrees = 1024

// merge adds the constraints of a certificate: excluded subtrees add up, permitted ones are intersected. It reports false
// where the extension can't be read or leaves no name of a type at all, on which Java fails.
func (n *nameConstraints) merge(v *view) (*nameConstraints, bool) {
	e, ok := v.ext[oidNameConstraints]
	if !ok {
		return n, true
	}
	next, ok := readNameConstraints(e.value)
	if !ok {
		return nil, false
	}
	if n == nil {
		return next, true
	}
	if len(n.permitted)+len(n.excluded)+len(next.permitted)+len(next.excluded) > maxSubtrees {
		return nil, false
	}
	next.excluded = append(slices.Clone(n.excluded), next.excluded...)
	if next.permitted, ok = intersect(n.permitted, next.permitted); !ok {
		return nil, false
	}
	// GeneralSubtrees.reduce: what is excluded need not be permitted. (A list that becomes empty then permits all.)
	next.permitted = slices.DeleteFunc(next.permitted, func(g generalName) bool {
		return slices.ContainsFunc(next.excluded, func(e generalName) bool {
			r := e.constrains(g)
			return r == same || r == narrows
		})
	})
	return next, true
}

// intersect is sun.security.x509.GeneralSubtrees.intersect with its peculiarities: of several bases that lie below one base
// of the other list, and of several of a type that the other list does not know, only the first is kept. It reports false
// where nothing of a type is left; Java then excludes the whole type, or fails in the attempt.
func intersect(this, other []generalName) ([]generalName, bool) {
	if len(this) == 0 {
		return minimize(slices.Clone(other)), true
	}
	if len(other) == 0 {
		return this, true
	}
	this, other = minimize(slices.Clone(this)), minimize(slices.Clone(other))
	var narrower []generalName
	for i := 0; i < len(this); i++ {
		switch r, base := this[i].meet(other); r {
		case narrows:
			narrower = append(narrower, base)
		case apart:
			if !overlap(this, other, this[i].kind) {
				return nil, false
			}
		default:
			continue
		}
		this = slices.Delete(this, i, i+1)
		i--
	}
	if len(narrower) > 0 {
		this = minimize(append(this, narrower...))
	}
	for _, o := range other {
		if len(this) > 0 && !slices.ContainsFunc(this, func(g generalName) bool { return g.constrains(o) != otherType }) {
			this = append(this, o)
		}
	}
	return this, true
}

// meet relates a base to the first base of a list that is not apart from it; apart where all of its type are, otherType
// where the list has none of its type.
func (base generalName) meet(list []generalName) (relation, generalName) {
	result := otherType
	for _, o := range list {
		switch r := base.constrains(o); r {
		case same, narrows, widens:
			return r, o
		case apart:
			result = apart
		}
	}
	return result, generalName{}
}

// overlap tells whether any two bases of a type lie one in the other.
func overlap(a, b []generalName, kind nameType) bool {
	return slices.ContainsFunc(a, func(x generalName) bool {
		if x.kind != kind {
			return false
		}
		r, _ := x.meet(b)
		return r == same || r == narrows || r == widens
	})
}

// minimize drops every base that lies below another one (GeneralSubtrees.minimize).
func minimize(list []generalName) []generalName {
	for i := 0; i < len(list)-1; i++ {
		for j := i + 1; j < len(list); j++ {
			r := list[i].constrains(list[j])
			if r == narrows {
				list = slices.Delete(list, j, j+1)
				j--
			} else if r == same || r == widens {
				list = slices.Delete(list, i, i+1)
				i--
				break
			}
		}
	}
	return list
}

// readNameConstraints reads the extension. A base distance other than the default is refused, as Java does when it is used.
func readNameConstraints(value cryptobyte.String) (*nameConstraints, bool) {
	n := &nameConstraints{}
	var seq cryptobyte.String
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, false
	}
	for i, list := range []*[]generalName{&n.permitted, &n.excluded} {
		var trees cryptobyte.String
		var has bool
		if !seq.ReadOptionalASN1(&trees, &has, cbasn1.Tag(i).Constructed().ContextSpecific()) { //nolint:gosec // 0 or 1
			return nil, false
		}
		for has && !trees.Empty() {
			var tree cryptobyte.String
			if !trees.ReadASN1(&tree, cbasn1.SEQUENCE) || len(*list) > maxSubtrees {
				return nil, false
			}
			g, ok := readGeneralName(&tree, true)
			if !ok || !tree.Empty() {
				return nil, false
			}
			*list = append(*list, g)
		}
	}
	return n, seq.Empty()
}

// permit tells whether the subject and every alternative name of a certificate pass (NameConstraintsExtension.verify).
func (n *nameConstraints) permit(v *view) bool {
	names, ok := constrainedNames(v)
	if !ok || len(names)*(len(n.permitted)+len(n.excluded)) > 1<<20 {
		return false
	}
	for _, name := range names {
		if !n.permitName(name) {
			return false
		}
	}
	return true
}

func (n *nameConstraints) permitName(name generalName) bool {
	for _, base := range n.excluded {
		if r := base.constrains(name); r == same || r == narrows {
			return false
		}
	}
	sameType := false
	for _, base := range n.permitted {
		switch base.constrains(name) {
		case same, narrows:
			return true
		case widens, apart:
			sameType = true
		}
	}
	return !sameType
}

// constrainedNames are the names that constraints bear on: the subject, the alternative names; without alternative names
// the subject's email addresses; without a DNS name or address among them also the last common name, if it looks like one.
func constrainedNames(v *view) ([]generalName, bool) {
	rdns, ok := parseName(v.c.RawSubject)
	if !ok {
		return nil, false
	}
	var names []generalName
	if len(rdns) > 0 {
		names = append(names, directoryName(rdns))
	}
	has := map[nameType]bool{}
	e, hasSAN := v.ext[oidSubjectAltName]
	if hasSAN {
		var list cryptobyte.String
		if !e.value.ReadASN1(&list, cbasn1.SEQUENCE) {
			return nil, false
		}
		for !list.Empty() {
			g, ok := readGeneralName(&list, false)
			if !ok {
				return nil, false
			}
			has[g.kind] = true
			names = append(names, g)
		}
	}
	cn := ""
	for _, r := range rdns {
		for _, a := range r {
			switch {
			case a.oid == "2.5.4.3":
				cn = string(a.value)
			case a.oid == "1.2.840.113549.1.9.1" && !hasSAN && len(a.value) > 0:
				names = append(names, generalName{kind: typeEmail, text: strings.ToLower(string(a.value))})
			}
		}
	}
	if ip, err := netip.ParseAddr(cn); err == nil {
		if !has[typeIP] {
			names = append(names, generalName{kind: typeIP, ip: ip.AsSlice()})
		}
	} else if !has[typeDNS] && looksLikeDNS(cn) {
		names = append(names, generalName{kind: typeDNS, text: strings.ToLower(cn)})
	}
	return names, true
}

// looksLikeDNS is the syntax check of sun.security.x509.DNSName: labels of letters, digits and hyphens that begin with a
// letter or digit.
func looksLikeDNS(s string) bool {
	if s == "" {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || label[0] == '-' {
			return false
		}
		for _, c := range label {
			if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
				return false
			}
		}
	}
	return true
}
