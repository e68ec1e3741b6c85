package keystore

// finish ties keys to their chains as the end of PKCS12KeyStore.engineLoad does, with maps in place of its searches, so that
// many keys beside many certificates stay cheap.
func (b *bagReader) finish() error {
	if len(b.owners) == 0 {
		for _, l := range b.loose {
			b.store.Unlisted = append(b.store.Unlisted, l.cert)
		}
		return nil
	}
	b.in.certs.parse()
	match := newMatcher(b.loose)
	issuers := newIssuerIndex(b.all)
	used := map[*Certificate]bool{}
	selfSigned := map[*Certificate]bool{} // verified once
	var first error
	for _, o := range b.owners {
		var chain []*Certificate
		for c := match.find(o); c != nil; c = issuers.find(c) {
			if containsCert(chain, c) {
				break
			}
			if len(chain) >= b.in.limits.Chain {
				if first == nil {
					first = problem(ErrTooCostly, PKCS12, "the chain of entry '%s' has more certificates than the limit of %d", o.alias, b.in.limits.Chain)
				}
				break
			}
			chain = append(chain, c)
			used[c] = true
			if next := issuers.find(c); next == nil || containsCert(chain, next) {
				break // the end, whether or not it is self-signed
			}
			self, known := selfSigned[c]
			if !known {
				self = c.signedBy(c)
				selfSigned[c] = self
			}
			if self {
				break
			}
		}
		if len(chain) == 0 {
			continue
		}
		o.slot.leaf = chain[0]
		if e := &b.store.Entries[o.index]; e.key == o.slot {
			e.Chain = chain
		}
	}
	for _, l := range b.loose {
		if !used[l.cert] {
			b.store.Unlisted = append(b.store.Unlisted, l.cert)
		}
	}
	return first
}

func containsCert(chain []*Certificate, c *Certificate) bool {
	for _, x := range chain {
		if x == c { // certificates of one store are shared by content
			return true
		}
	}
	return false
}

// matcher finds the certificate of a key (PKCS12KeyStore.findMatchedCertificate): the first with its localKeyID and its alias,
// else the last with its localKeyID, else the last with its alias.
type matcher struct {
	both    map[[2]string]*Certificate
	byID    map[string]*Certificate
	byAlias map[string]*Certificate
}

func newMatcher(certs []looseCert) matcher {
	m := matcher{both: map[[2]string]*Certificate{}, byID: map[string]*Certificate{}, byAlias: map[string]*Certificate{}}
	for _, c := range certs {
		alias := fold(c.alias)
		if c.hasID && c.hasAlias {
			if k := [2]string{c.id, alias}; m.both[k] == nil {
				m.both[k] = c.cert
			}
		}
		if c.hasID {
			m.byID[c.id] = c.cert
		}
		if c.hasAlias {
			m.byAlias[alias] = c.cert
		}
	}
	return m
}

func (m matcher) find(o keyOwner) *Certificate {
	alias := fold(o.alias)
	if c := m.both[[2]string{o.id, alias}]; c != nil {
		return c
	}
	if c := m.byID[o.id]; c != nil {
		return c
	}
	return m.byAlias[alias]
}

// issuerIndex finds issuers (PKCS12KeyStore.findIssuer): of the certificates with the issuer's name the first whose subject key
// identifier is the one that the authority key identifier names, else the last without an identifier; where the certificate
// names none, the first with the name.
type issuerIndex struct {
	first   map[string]*Certificate
	byKeyID map[[2]string]*Certificate
	noKeyID map[string]*Certificate
	names   map[*Certificate]string // canonical issuer names, computed once
}

func newIssuerIndex(certs []*Certificate) issuerIndex {
	x := issuerIndex{first: map[string]*Certificate{}, byKeyID: map[[2]string]*Certificate{}, noKeyID: map[string]*Certificate{}, names: map[*Certificate]string{}}
	for _, c := range certs {
		name := canonicalName(c.RawSubject)
		if x.first[name] == nil {
			x.first[name] = c
		}
		if len(c.SubjectKeyID) == 0 {
			x.noKeyID[name] = c
		} else if k := [2]string{name, string(c.SubjectKeyID)}; x.byKeyID[k] == nil {
			x.byKeyID[k] = c
		}
	}
	return x
}

func (x issuerIndex) find(c *Certificate) *Certificate {
	name, ok := x.names[c]
	if !ok {
		name = canonicalName(c.RawIssuer)
		x.names[c] = name
	}
	if len(c.AuthorityKeyID) == 0 {
		return x.first[name]
	}
	if issuer := x.byKeyID[[2]string{name, string(c.AuthorityKeyID)}]; issuer != nil {
		return issuer
	}
	return x.noKeyID[name]
}
