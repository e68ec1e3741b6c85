package trust

// check is the chain of PKIXCertPathCheckers (AlgorithmChecker, KeyChecker, ConstraintsChecker, PolicyChecker, BasicChecker)
// over a path, from the certificate under the anchor down to the leaf. path is leaf first. The signature is looked at first,
// so that the reason tells what is wrong with the right issuer and not with a namesake.
func (s *search) check(anchor *view, path []*view) failure {
	n := len(path)
	signed, judged := n, n+1 // failure.depth: one whose signature fits got further
	issuer := anchor
	room := n // certificates that may follow: ConstraintsChecker.maxPathLength
	var names *nameConstraints
	policies := newPolicyState(n)
	for i := n - 1; i >= 0; i-- {
		v := path[i]
		leaf := i == 0
		if v.issuer != issuer.subject {
			return failure{IssuerMissing, v, signed}
		}
		switch s.signature(issuer, v) {
		case mismatch:
			return failure{SignatureMismatch, v, signed}
		case refusedKey:
			return failure{Algorithm, v, judged}
		case unverifiable:
			if !permitsSignature(v) { // MD2 can't be computed here, but is disabled
				return failure{Algorithm, v, judged}
			}
			return failure{IssuerMissing, v, signed}
		}
		if why := v.mayIssue(leaf, i == n-1, &room); why != "" {
			return failure{why, path[i-1], judged}
		}
		if names != nil && (leaf || !v.selfIssued()) && !names.permit(v) {
			return failure{NameConstraints, v, judged}
		}
		var ok bool
		if names, ok = names.merge(v); !ok {
			return failure{NameConstraints, v, judged}
		}
		if !policies.next(v, leaf) {
			return failure{Policy, v, judged}
		}
		if v.unknownCritical() {
			return failure{Critical, v, judged}
		}
		if (i == n-1 && !permitsKey(issuer.key())) || !permitsKey(v.key()) || !permitsSignature(v) {
			return failure{Algorithm, v, judged}
		}
		if !s.validNow(v) {
			return failure{Expired, v, judged}
		}
		issuer = v
	}
	return failure{}
}

// mayIssue is ConstraintsChecker.checkBasicConstraints and KeyChecker.verifyCAKeyUsage. first is the certificate under
// the anchor; room is how many may follow.
func (v *view) mayIssue(leaf, first bool, room *int) Reason {
	if leaf {
		return ""
	}
	limit := v.pathLen
	if v.version < 3 {
		// Java rejects old intermediates, except one that the anchor issued for its own name (a key rollover).
		limit = -1
		if first && v.selfIssued() {
			limit = unlimited
		}
	}
	if limit < 0 {
		return NotACA
	}
	if v.keyUsage && !v.certSign {
		return KeyUsage
	}
	if !v.selfIssued() {
		if *room <= 0 {
			return PathLength
		}
		*room--
	}
	*room = min(*room, limit)
	return ""
}
