package trust

import (
	"encoding/asn1"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

const anyPolicy = "2.5.29.32.0"

// maxPolicies bounds the policies and mappings that are read of one certificate.
const maxPolicies = 256

// policyState is sun.security.provider.certpath.PolicyChecker with the parameters of a trust manager: any policy will do,
// and none is needed unless a CA's policyConstraints ask for one. Of Java's tree only the lowest level counts (RFC 9618): a
// policy and the ones that may stand for it further down. nil is the empty tree.
type policyState struct {
	level                             map[string][]string
	explicit, mapping, inhibitAnyPlcy int
}

func newPolicyState(length int) *policyState {
	return &policyState{map[string][]string{anyPolicy: {anyPolicy}}, length + 1, length + 1, length + 1}
}

// next takes one certificate, from the one under the anchor downwards, and reports whether its policies pass.
func (p *policyState) next(v *view, leaf bool) bool {
	if !p.intersect(v, leaf) {
		return false
	}
	if !leaf && p.level != nil && !p.mapPolicies(v) {
		return false
	}
	require, inhibit, ok := policyConstraints(v)
	if !ok {
		return false
	}
	explicit := p.explicit
	if leaf {
		explicit = lower(explicit, v, -1)
		if require == 0 {
			explicit = 0
		}
	}
	if explicit == 0 && p.level == nil {
		return false
	}
	p.explicit = lower(p.explicit, v, require)
	p.mapping = lower(p.mapping, v, inhibit)
	skip := -1
	if e, has := v.ext[oidInhibitAnyPolicy]; has && !e.value.ReadASN1Integer(&skip) {
		return false
	}
	p.inhibitAnyPlcy = lower(p.inhibitAnyPlcy, v, skip)
	return true
}

// lower counts one certificate down, unless it is self-issued, and takes a smaller limit that it brings; -1 is none.
func lower(n int, v *view, limit int) int {
	if n > 0 && !v.selfIssued() {
		n--
	}
	if limit >= 0 && limit < n {
		n = limit
	}
	return n
}

// intersect keeps the policies that the certificate names among those that its issuer may pass on.
func (p *policyState) intersect(v *view, leaf bool) bool {
	e, has := v.ext[oidPolicies]
	if !has || p.level == nil {
		p.level = nil
		return true
	}
	names, qualified, ok := readPolicies(e.value)
	if !ok || (e.critical && qualified) {
		return false // Java: "critical policy qualifiers present in certificate"
	}
	passed := map[string]bool{}
	for _, expected := range p.level {
		for _, o := range expected {
			passed[o] = true
		}
	}
	_, all := p.level[anyPolicy]
	next := map[string][]string{}
	for _, name := range names {
		if name != anyPolicy && (passed[name] || all) {
			next[name] = []string{name}
		}
	}
	if slices.Contains(names, anyPolicy) && (p.inhibitAnyPlcy > 0 || (!leaf && v.selfIssued())) {
		for name := range passed {
			if next[name] == nil {
				next[name] = []string{name}
			}
		}
	}
	p.level = next
	if len(next) == 0 {
		p.level = nil
	}
	return true
}

// mapPolicies replaces policies by what the certificate says is equal to them below it.
func (p *policyState) mapPolicies(v *view) bool {
	e, has := v.ext[oidPolicyMappings]
	if !has {
		return true
	}
	mappings, ok := readMappings(e.value)
	if !ok {
		return false
	}
	for from, to := range mappings {
		if from == anyPolicy || slices.Contains(to, anyPolicy) {
			return false // Java: "encountered a policy mapping that attempts to map to/from ANY_POLICY"
		}
		_, named := p.level[from]
		_, all := p.level[anyPolicy]
		switch {
		case p.mapping == 0:
			delete(p.level, from)
		case named || all:
			p.level[from] = to
		}
	}
	if len(p.level) == 0 {
		p.level = nil
	}
	return true
}

// readPolicies gives the policies, and whether one other than anyPolicy has qualifiers.
func readPolicies(value cryptobyte.String) (names []string, qualified, ok bool) {
	var list cryptobyte.String
	if !value.ReadASN1(&list, cbasn1.SEQUENCE) {
		return nil, false, false
	}
	for !list.Empty() {
		var one cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) || len(names) >= maxPolicies {
			return nil, false, false
		}
		names = append(names, oid.String())
		qualified = qualified || (oid.String() != anyPolicy && !one.Empty())
	}
	return names, qualified, true
}

func readMappings(value cryptobyte.String) (map[string][]string, bool) {
	var list cryptobyte.String
	out := map[string][]string{}
	if !value.ReadASN1(&list, cbasn1.SEQUENCE) {
		return nil, false
	}
	for n := 0; !list.Empty(); n++ {
		var one cryptobyte.String
		var from, to asn1.ObjectIdentifier
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&from) || !one.ReadASN1ObjectIdentifier(&to) || n >= maxPolicies {
			return nil, false
		}
		out[from.String()] = append(out[from.String()], to.String())
	}
	return out, true
}

// policyConstraints reads the two skip counts; -1 where absent.
func policyConstraints(v *view) (require, inhibit int, ok bool) {
	e, has := v.ext[oidPolicyConstraints]
	if !has {
		return -1, -1, true
	}
	var seq cryptobyte.String
	if !e.value.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return 0, 0, false
	}
	count := func(tag uint8) (int, bool) {
		var body cryptobyte.String
		var has bool
		if !seq.ReadOptionalASN1(&body, &has, cbasn1.Tag(tag).ContextSpecific()) {
			return 0, false
		}
		if !has {
			return -1, true
		}
		if len(body) == 0 || body[0] >= 0x80 {
			return 0, false
		}
		n := 0
		for _, b := range body {
			n = min(n<<8|int(b), unlimited)
		}
		return n, true
	}
	require, ok1 := count(0)
	inhibit, ok2 := count(1)
	return require, inhibit, ok1 && ok2
}
