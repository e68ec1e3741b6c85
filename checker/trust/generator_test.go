package trust

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// pki is one random question: a chain and a truststore, with what is odd about it in words.
type pki struct {
	chain   []*keystore.Certificate
	anchors []*keystore.Certificate
	asKey   []bool // the anchor is the leaf of a private-key entry
	odd     []string
}

func (p pki) store() *keystore.Store {
	s := storeOf(p.anchors...)
	for i, key := range p.asKey {
		if key {
			s.Entries[i].Kind = keystore.PrivateKeyEntry
		}
	}
	return s
}

// maker draws the questions of one seed. The shape depends on the seed alone; the keys do not.
type maker struct {
	r     *rand.Rand
	odd   []string
	n     int64
	plain bool // no certificate policies in this question
}

func (m *maker) chance(percent int, what string) bool {
	if m.r.IntN(100) >= percent {
		return false
	}
	if what != "" {
		m.odd = append(m.odd, what)
	}
	return true
}

func (m *maker) pick(list ...string) string { return list[m.r.IntN(len(list))] }

func (m *maker) key() testKey {
	label := m.pick("p256a", "p256b", "p256c", "p256d", "p256e", "p256f", "p256g", "p256h", "p256a", "p256b", "p256c", "p256d",
		"p384", "p521", "rsa2048a", "rsa2048b", "ed25519", "dsa")
	if m.chance(3, "") {
		label = m.pick("rsa1024", "rsa512", "p224")
		m.odd = append(m.odd, label)
	}
	return keyPool()[label]
}

// name spells a name in one of the ways that X500Name takes for equal, or in one that it does not.
func (m *maker) name(n int) []byte {
	text := []string{"Root One", "Inter Two", "Inter Three", "Other Four", "Löß Straße"}[n%5]
	o := "Example Org"
	tag := cbasn1.UTF8String
	switch m.r.IntN(24) {
	case 0:
		text = strings.ToUpper(text)
	case 1:
		text = strings.ReplaceAll(text, " ", "   ")
	case 2:
		text, o = " "+text+" ", "EXAMPLE ORG"
	case 3:
		if n%5 != 4 {
			tag = cbasn1.PrintableString
		}
	case 4:
		if n%5 != 4 && m.chance(30, "IA5 name") {
			tag = cbasn1.IA5String
		}
	}
	return encodeName(org(o), attr{"2.5.4.3", tag, text})
}

// ca is a certificate of the graph with the key that it certifies.
type ca struct {
	cert *keystore.Certificate
	key  testKey
	name int
}

// draw makes one question.
func (m *maker) draw() pki {
	m.odd, m.plain = nil, m.r.IntN(4) > 0
	depth := m.r.IntN(4) // intermediates
	var path []ca        // root first
	for i := 0; i <= depth; i++ {
		var issuer *ca
		if i > 0 {
			issuer = &path[i-1]
		}
		path = append(path, m.authority(i, issuer, depth-i))
	}
	leaf := m.leaf(&path[depth])

	p := pki{}
	p.chain = append(p.chain, leaf)
	for i := depth; i >= 0; i-- {
		if i == 0 && m.r.IntN(2) == 0 {
			continue // a server need not send its root
		}
		p.chain = append(p.chain, path[i].cert)
	}
	extras := m.extras(path)
	m.disturb(&p, extras)
	m.trust(&p, path, extras, leaf)
	p.odd = m.odd
	return p
}

func (m *maker) authority(level int, issuer *ca, below int) ca {
	m.n++
	yes, no := true, false
	name := level
	if m.chance(4, "name shared") {
		name = m.r.IntN(4)
	}
	if m.chance(5, "unicode name") {
		name = 4
	}
	k := m.key()
	s := spec{serial: m.n, subject: m.name(name), key: k, signer: k, basic: &yes}
	s.issuer = s.subject
	if issuer != nil {
		s.issuer, s.signer = m.name(issuer.name), issuer.key
	}
	if m.chance(50, "") {
		s.ski = k.id()
	}
	if issuer != nil && m.chance(40, "") {
		s.aki = issuer.key.id()
	}
	if m.chance(30, "") {
		ku := byte(kuCertSign | 0x02)
		s.keyUsage = &ku
	}
	if m.chance(4, "ca: aki wrong") {
		s.aki = []byte{1, 2, 3}
	}
	if m.chance(2, "ca: aki serial wrong") {
		s.akiSerial = 77
	} else if issuer != nil && m.chance(3, "ca: aki serial right") {
		s.akiSerial = issuer.cert.Serial.Int64()
	}
	if m.chance(4, "ca: not a CA") {
		s.basic = &no
	} else if m.chance(2, "ca: no basic constraints") {
		s.basic = nil
	}
	if m.chance(3, "ca: v1") {
		s.version = 1
		if m.chance(30, "ca: short v1") {
			s.from = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
		}
	}
	if m.chance(12, "path length") {
		n := max(0, below-m.r.IntN(2))
		s.pathLen = &n
	}
	if m.chance(3, "ca: no certSign") {
		ku := byte(kuSign)
		s.keyUsage = &ku
	}
	if m.chance(8, "name constraints") {
		s.permitted, s.excluded = m.subtrees()
	}
	if m.chance(3, "ca: critical") {
		s.critical = true
	}
	if m.chance(4, "ca: expired") {
		s.to = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	m.policies(&s)
	m.digest(&s)
	if m.chance(3, "ca: signed by another") {
		s.signer = keyPool()["p256h"]
		s.digest = ""
	}
	return ca{s.make(), k, name}
}

func (m *maker) digest(s *spec) {
	if strings.HasPrefix(s.signer.label, "rsa") && m.chance(30, "") {
		s.digest = m.pick("SHA1", "SHA1", "MD5", "MD2", "SHA384", "PSS")
		if s.signer.label == "rsa512" && (s.digest == "PSS" || s.digest == "SHA384") {
			s.digest = "SHA1"
		}
		m.odd = append(m.odd, s.digest)
	}
	if strings.HasPrefix(s.signer.label, "p") && m.chance(5, "ecdsa sha1") {
		s.digest = "SHA1"
	}
}

func (m *maker) subtrees() (permitted, excluded []string) {
	bases := func() []string {
		all := []string{"example.com", ".example.com", "host.example.com", "example.org", "com", "@example.com", "@.example.com",
			"@me@example.com", "dir:" + string(encodeName(org("Example Org"))), "dir:" + string(encodeName(org("Else"))),
			"ip:\x0a\x00\x00\x00\xff\x00\x00\x00"}
		m.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all[:1+m.r.IntN(3)]
	}
	if m.chance(70, "") {
		permitted = bases()
	}
	if permitted == nil || m.chance(20, "") {
		excluded = bases()
	}
	return permitted, excluded
}

func (m *maker) leaf(issuer *ca) *keystore.Certificate {
	m.n++
	k := m.key()
	s := spec{serial: m.n, subject: encodeName(org("Example Org"), cn(m.pick("host.example.com", "api.example.com", "Some Server",
		"example.com", "10.1.2.3"))), key: k, issuer: m.name(issuer.name), signer: issuer.key}
	if m.chance(70, "") {
		s.dns = []string{m.pick("host.example.com", "example.com", "a.b.example.org", "notexample.com")}
		if m.chance(20, "") {
			s.emails = []string{m.pick("me@example.com", "you@mail.example.com", "me@example.org")}
		}
	}
	if m.chance(40, "") {
		s.aki = issuer.key.id()
	}
	if m.chance(4, "leaf: aki wrong") {
		s.aki = []byte{9}
	}
	if m.chance(5, "leaf: self-signed") {
		s.issuer, s.signer = s.subject, k
	}
	if m.chance(5, "leaf: CA") {
		yes := true
		s.basic = &yes
	}
	if m.chance(3, "leaf: v1") {
		s.version = 1
	}
	if m.chance(3, "leaf: critical") {
		s.critical = true
	}
	if m.chance(3, "leaf: expired") {
		s.to = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	m.policies(&s)
	m.digest(&s)
	return s.make()
}

// policies gives some PKIs certificate policies, and few of them constraints.
func (m *maker) policies(s *spec) {
	if m.plain {
		return
	}
	all := []string{"1.2.3.1", "1.2.3.1", "1.2.3.2", "1.2.3.3", anyPolicy, anyPolicy}
	if m.chance(75, "") {
		m.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		s.policies = slices.Compact(slices.Sorted(slices.Values(all[:1+m.r.IntN(4)])))
		if m.chance(8, "policy qualifier") {
			s.policies[0] += "q"
		}
		s.policyCritical = m.chance(30, "")
	}
	if m.chance(15, "policy mapping") {
		s.mappings = append(s.mappings, [2]string{m.pick("1.2.3.1", "1.2.3.2"), m.pick("1.2.3.2", "1.2.3.3")})
	}
	if m.chance(2, "policy mapping of any") {
		s.mappings = append(s.mappings, [2]string{anyPolicy, "1.2.3.2"})
	}
	if m.chance(25, "policy required") {
		n := m.r.IntN(3)
		s.require = &n
	}
	if m.chance(10, "policy mapping inhibited") {
		n := m.r.IntN(2)
		s.inhibitMapping = &n
	}
	if m.chance(10, "any policy inhibited") {
		n := m.r.IntN(2)
		s.inhibitAny = &n
	}
}

// extras are more certificates: cross-signed ones, namesakes with other keys, re-issued ones, strangers.
func (m *maker) extras(path []ca) []ca {
	var out []ca
	yes := true
	for range m.r.IntN(3) {
		of := path[m.r.IntN(len(path))]
		other := m.key()
		m.n++
		s := spec{serial: m.n, subject: m.name(of.name), basic: &yes}
		switch m.r.IntN(4) {
		case 0: // cross-signed by a stranger
			s.key, s.signer, s.issuer = of.key, other, m.name(3)
			out = append(out, ca{spec{serial: m.n + 1000, subject: m.name(3), issuer: m.name(3), key: other, signer: other, basic: &yes}.make(), other, 3})
			m.odd = append(m.odd, "cross-signed")
		case 1: // same name, other key
			s.key, s.signer, s.issuer = other, other, s.subject
			m.odd = append(m.odd, "namesake")
		case 2: // re-issued: same name, same key, self-signed
			s.key, s.signer, s.issuer = of.key, of.key, s.subject
			m.odd = append(m.odd, "re-issued")
		default: // cross-signed within the path: a circle
			by := path[m.r.IntN(len(path))]
			s.key, s.signer, s.issuer = of.key, by.key, m.name(by.name)
			m.odd = append(m.odd, "circle")
		}
		out = append(out, ca{s.make(), s.key, of.name})
	}
	return out
}

// disturb changes the presented chain.
func (m *maker) disturb(p *pki, extras []ca) {
	for _, e := range extras {
		if m.chance(50, "extra sent") {
			at := 1 + m.r.IntN(len(p.chain))
			p.chain = slices.Insert(p.chain, at, e.cert)
		}
	}
	if len(p.chain) > 1 && m.chance(15, "one not sent") {
		at := 1 + m.r.IntN(len(p.chain)-1)
		p.chain = slices.Delete(p.chain, at, at+1)
	}
	if len(p.chain) > 2 && m.chance(15, "out of order") {
		rest := p.chain[1:]
		m.r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}
	if m.chance(5, "sent twice") {
		p.chain = append(p.chain, p.chain[m.r.IntN(len(p.chain))])
	}
}

// trust chooses the anchors: mostly the root, or an intermediate, the leaf, an extra.
func (m *maker) trust(p *pki, path []ca, extras []ca, leaf *keystore.Certificate) {
	add := func(c *keystore.Certificate) {
		p.anchors = append(p.anchors, c)
		p.asKey = append(p.asKey, m.chance(15, "key entry"))
	}
	stranger := keyPool()["p256g"]
	add(spec{serial: 4242, subject: encodeName(cn("Stranger")), issuer: encodeName(cn("Stranger")), key: stranger, signer: stranger}.make())
	switch m.r.IntN(10) {
	case 0:
		m.odd = append(m.odd, "root not trusted")
	case 1:
		if len(path) > 1 {
			add(path[1+m.r.IntN(len(path)-1)].cert)
			m.odd = append(m.odd, "intermediate trusted")
		}
	case 2:
		if m.chance(40, "leaf trusted") {
			add(leaf)
		}
	default:
		add(path[0].cert)
	}
	for _, e := range extras {
		if m.chance(40, "extra trusted") {
			add(e.cert)
		}
	}
}

func (p pki) String() string {
	return fmt.Sprintf("chain of %d, %d anchors: %s", len(p.chain), len(p.anchors), strings.Join(p.odd, ", "))
}
