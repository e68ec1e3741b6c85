package checker_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"time"
)

// repairs are the rules whose findings commands can repair. They can't for: 001, 002, the others of 10x, 11x and 12x, which are about texts
// of the file, 113 (permissions), 114 (what git has stays in its history), 208, 313 (only the owner knows which belong together),
// 405 and 401 but with the authority's certificate, 501, 503 to 505, 508 to 515, 517, 520 to 527 and 6xx (settings), 512
// (there is no store left), 516 (keytool itself sees only one of the two entries).
var repairs = []struct {
	rule, name string
	fault      func(h *home)
}{
	{"MIKS101", "", func(h *home) { h.primary().defaultPassword() }},
	{"MIKS101", " truststore", func(h *home) { h.truststore().password, h.truststore().clear = "wso2carbon", true }},
	{"MIKS102", "", func(h *home) { h.primary().keyPassword, h.primary().keyClear = "wso2carbon", true }},
	{"MIKS103", "", func(h *home) { h.primary().defaultPassword(); h.primary().clear, h.primary().keyClear = false, false }},
	{"MIKS109", "", func(h *home) { h.primary().password, h.primary().keyPassword = "Short-1", "Short-1" }},
	{"MIKS110", "", func(h *home) {
		h.internal().password, h.internal().keyPassword = h.primary().password, h.primary().keyPassword
	}},
	{"MIKS113", "", func(h *home) { // the test writes what all may read
		h.prepare = func() { h.shell("chmod 600 " + h.internal().file) }
	}},
	{"MIKS113", " of the configuration", func(h *home) {
		h.primary().clear, h.primary().keyClear = true, true
		h.prepare = func() { h.shell("chmod 600 " + security + "*") }
	}},
	{"MIKS114", "", func(h *home) {
		h.prepare = func() { h.shell("git init -q && git add " + h.primary().file) }
	}},
	{"MIKS115", "", func(h *home) {
		h.primary().alias = "integration-server-key"
		h.primary().entries[0].alias = h.primary().alias
		h.primary().password, h.primary().keyPassword = h.primary().alias, h.primary().alias
	}},
	{"MIKS201", "", func(h *home) {
		h.internal().file = h.primary().file
		h.sections = append(h.sections[:1], h.sections[2:]...)
	}},
	{"MIKS202", "", func(h *home) {
		h.internal().entries = []entry{keyEntry("internal", selfSigned(rsaKey(), internalTemplate()))}
	}},
	{"MIKS203", "", func(h *home) {
		s := h.primary()
		s.defaultPassword()
		s.content, s.alias, s.format = demoStore+"wso2carbon.jks", "wso2carbon", "PKCS12"
	}},
	{"MIKS204", "", func(h *home) {
		h.truststore().content, h.truststore().password = demoStore+"client-truststore.jks", "wso2carbon"
		h.truststore().format = "PKCS12"
	}},
	{"MIKS205", "", func(h *home) {
		h.truststore().entries = append(h.truststore().entries, keyEntry("forgotten", selfSigned(otherKey(), serverTemplate())))
	}},
	{"MIKS206", "", func(h *home) {
		h.internal().entries = []entry{keyEntry("internal", selfSigned(otherKey(), changed(internalTemplate(), func(c *x509.Certificate) { c.NotAfter = days(300) })))}
	}},
	{"MIKS301", "", func(h *home) { h.present(selfSigned(rsaKey(), serverTemplate())) }},
	{"MIKS302", "", leaf(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = days(-100), days(-1) })},
	{"MIKS302", " internal", func(h *home) {
		h.internal().entries = []entry{keyEntry("internal", selfSigned(otherKey(), changed(internalTemplate(), func(c *x509.Certificate) { c.NotBefore, c.NotAfter = days(-10), days(-1) })))}
	}},
	{"MIKS303", "", leaf(func(c *x509.Certificate) { c.NotBefore = days(9) })},
	{"MIKS304", "", leaf(func(c *x509.Certificate) { c.NotAfter = days(20) })},
	{"MIKS305", "", func(h *home) { h.present(h.ca.issue(shortKey(), serverTemplate())) }},
	{"MIKS305", " not the configured key", func(h *home) {
		h.primary().entries = append(h.primary().entries, keyEntry("old", h.ca.issue(shortKey(), serverTemplate())))
	}},
	{"MIKS306", "", leaf(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })},
	{"MIKS307", "", leaf(func(c *x509.Certificate) { c.NotAfter = days(2000) })},
	{"MIKS308", "", leaf(func(c *x509.Certificate) { c.DNSNames = []string{"other.example.org"} })},
	{"MIKS309", "", leaf(func(c *x509.Certificate) { c.DNSNames = nil })},
	{"MIKS310", "", leaf(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })},
	{"MIKS311", "", func(h *home) {
		h.internal().entries = []entry{keyEntry("internal", selfSigned(otherKey(), changed(internalTemplate(), func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })))}
	}},
	{"MIKS312", "", func(h *home) {
		h.internal().entries = []entry{keyEntry("internal", selfSigned(ecKey(), internalTemplate()))}
	}},
	{"MIKS314", "", func(h *home) {
		e, full := h.deep(caTemplate("Test Intermediate"))
		e.chain = e.chain[:1]
		h.present(e)
		h.chains["api"] = full
	}},
	{"MIKS315", "", func(h *home) {
		e, full := h.deep(caTemplate("Test Intermediate"))
		e.chain[1], e.chain[2] = e.chain[2], e.chain[1]
		h.present(e)
		h.chains["api"] = full
	}},
	{"MIKS316", "", leaf(func(c *x509.Certificate) { c.IsCA = true })},
	{"MIKS317", "", func(h *home) {
		e, _ := h.deep(changed(caTemplate("No CA"), func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, 0 }))
		h.present(e)
	}},
	{"MIKS318", "", func(h *home) {
		c := h.ca.certify(&rsa.PublicKey{N: rocaLike(), E: 65537}, serverTemplate())
		h.present(entry{key: rsaKey(), chain: []*x509.Certificate{c, h.ca.cert}})
	}},
	{"MIKS401", "", func(h *home) { h.truststore().entries = []entry{selfSignedAnchor("stranger", caTemplate("Stranger"))} }},
	{"MIKS402", "", func(h *home) { h.present(selfSigned(rsaKey(), serverTemplate())) }},
	{"MIKS403", "", func(h *home) {
		h.trust(selfSignedAnchor("expired", changed(caTemplate("Expired"), func(c *x509.Certificate) { c.NotBefore, c.NotAfter = days(-100), days(-1) })))
	}},
	{"MIKS404", "", func(h *home) {
		h.trust(entry{alias: "weak", chain: selfSigned(shortKey(), caTemplate("Weak")).chain}, entry{alias: "-odd name'", chain: selfSigned(shortKey(), caTemplate("Weak two")).chain})
	}},
	{"MIKS405", "", func(h *home) { h.truststore().entries = []entry{} }},
	{"MIKS406", "", func(h *home) { h.trust(entry{alias: "odd", chain: []*x509.Certificate{negativeSerial()}}) }},
	{"MIKS506", "", func(h *home) { h.primary().keyReal = "Another-key-password-1" }},
	{"MIKS507", "", func(h *home) { h.primary().keyPassword = "Another-key-password-1" }},
	{"MIKS518", "", func(h *home) { h.only(h.primary()) }},
	{"MIKS519", "", func(h *home) { h.primary().legacy = true }},
}

const demoStore = "../testdata/demo/deployment/docker/resources/"

func (s *part) defaultPassword() {
	s.password, s.keyPassword, s.clear, s.keyClear = "wso2carbon", "wso2carbon", true, true
}

func (h *home) present(e entry) { h.primary().entries = []entry{keyEntry("api", e)} }

func (h *home) trust(es ...entry) { h.truststore().entries = append(h.truststore().entries, es...) }

// only converts all other stores, which are JKS too.
func (h *home) only(s *part) {
	for _, o := range h.sections {
		o.legacy = o != s
	}
}

// deep is an entry below an intermediate, and its chain as the authority hands it out.
func (h *home) deep(intermediate *x509.Certificate) (entry, string) {
	between := &authority{ecKey(), h.ca.certify(ecKey().Public(), intermediate)}
	c := between.certify(rsaKey().Public(), serverTemplate())
	return entry{key: rsaKey(), chain: []*x509.Certificate{c, between.cert, h.ca.cert}}, toPEM(c, between.cert, h.ca.cert)
}

// leaf is a home whose primary certificate is otherwise.
func leaf(change func(*x509.Certificate)) func(h *home) {
	return func(h *home) { h.present(h.ca.issue(rsaKey(), changed(serverTemplate(), change))) }
}

func changed(c *x509.Certificate, change func(*x509.Certificate)) *x509.Certificate {
	change(c)
	return c
}

func days(n int) time.Time { return time.Now().AddDate(0, 0, n) }

func selfSignedAnchor(alias string, c *x509.Certificate) entry {
	return entry{alias: alias, chain: selfSigned(ecKey(), c).chain}
}

// rocaLike is a number that passes the test for the flawed generator: a power of 65537 modulo the product of the primes.
func rocaLike() *big.Int {
	m := big.NewInt(1)
	for _, p := range []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167} {
		m.Mul(m, big.NewInt(p))
	}
	n := new(big.Int).Exp(big.NewInt(65537), big.NewInt(4711), m)
	k := new(big.Int).Lsh(big.NewInt(1), 2047)
	return n.Add(n, k.Mul(k.Div(k, m).Add(k, big.NewInt(9)), m))
}

// negativeSerial is a certificate with a serial number that RFC 5280 forbids.
func negativeSerial() *x509.Certificate {
	c := selfSigned(ecKey(), caTemplate("Odd")).chain[0]
	serial := c.SerialNumber.Bytes()
	odd := bytes.Clone(serial)
	odd[0] = 0xff
	return &x509.Certificate{Raw: bytes.Replace(c.Raw, serial, odd, 1)}
}
