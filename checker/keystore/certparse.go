package keystore

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ParseCertificate reads one DER certificate leniently: an error (ErrFormat) only where not even the outer structure holds.
func ParseCertificate(der []byte) (*Certificate, error) {
	c := &Certificate{}
	c.parse(der, len(der) < maxParts*minPart || countParts(der, maxParts) < maxParts)
	if c.RawTBS == nil {
		return nil, problem(ErrFormat, Unknown, "it is no certificate: %s", c.oddities[0])
	}
	return c, nil
}

// minPart is the size of the smallest ASN.1 element.
const minPart = 2

// certificates parses the certificates of one store, each distinct one once: chains repeat their CAs. What is added is parsed later,
// all at once: a truststore's hundred certificates are most of its work beside the key derivation, and no core need wait.
type certificates struct {
	seen    map[uint64]waitingCertificate // by hash; of several under one hash, under the next that is free
	size    int                           // bytes of the certificates so far
	waiting []waitingCertificate
	stated  []statedCertificate
	refused []string
	parts   int // ASN.1 elements of the certificates so far, once their size may hold too many
}

// waitingCertificate is to be parsed.
type waitingCertificate struct {
	cert  *Certificate
	der   []byte
	whole bool
}

// statedCertificate is a certificate as an entry has it, with the type that the file states.
type statedCertificate struct {
	cert        *Certificate
	alias, kind string
}

// maxParts bounds the ASN.1 elements that are read into Go values, for one store: an element of two bytes becomes a string of
// sixteen and more, here and in crypto/x509. A CA certificate has about 60, so this is some 17,000 of them; what comes after
// is read in outline.
const maxParts = 1 << 20

// countParts counts the ASN.1 elements of a certificate, those of its extensions too, up to a limit.
func countParts(der []byte, limit int) int {
	n := 0
	ends := make([]int, 0, 16)
	ends = append(ends, len(der))
	for off := 0; len(ends) > 0 && n < limit; {
		if off >= ends[len(ends)-1] {
			off = ends[len(ends)-1]
			ends = ends[:len(ends)-1]
			continue
		}
		size, content, ok := header(der[off:ends[len(ends)-1]])
		if !ok || content < 0 || content > ends[len(ends)-1]-off-size {
			off = ends[len(ends)-1] // damaged, or the bytes of a hash
			continue
		}
		n++
		tag := der[off]
		off += size
		if tag&0x20 != 0 || tag == 0x04 && len(ends) < 64 {
			ends = append(ends, off+content)
		} else {
			off += content
		}
	}
	return n
}

// add takes a certificate that parse will fill. kind is the type that the file states.
func (cs *certificates) add(alias, kind string, der []byte) *Certificate {
	w := cs.find(der)
	cs.stated = append(cs.stated, statedCertificate{w.cert, alias, kind})
	return w.cert
}

// seed makes the hashes such that no file can aim at them.
var seed = maphash.MakeSeed()

func (cs *certificates) find(der []byte) waitingCertificate {
	id := maphash.Bytes(seed, der)
	w, ok := cs.seen[id]
	for ; ok && !bytes.Equal(w.der, der); w, ok = cs.seen[id] {
		id++
	}
	if !ok {
		w = waitingCertificate{&Certificate{}, der, cs.fits(der)}
		cs.waiting = append(cs.waiting, w)
		cs.seen[id] = w
	}
	return w
}

// fits tells whether the parts of a new certificate are still within maxParts. They are counted once there may be as many.
func (cs *certificates) fits(der []byte) bool {
	before := cs.size < maxParts*minPart
	cs.size += len(der)
	if cs.size < maxParts*minPart {
		return true
	}
	if before {
		for _, w := range cs.seen {
			cs.parts += countParts(w.der, maxParts)
		}
	}
	cs.parts += countParts(der, maxParts)
	return cs.parts < maxParts
}

// parse fills the certificates that were added. It never fails: what can't be read is kept with its bytes and an oddity.
func (cs *certificates) parse() {
	inBatches(len(cs.waiting), func(i int) {
		w := cs.waiting[i]
		w.cert.parse(w.der, w.whole)
	})
	for _, s := range cs.stated {
		if len(cs.refused) >= 100 {
			break // enough to know
		}
		if !strings.EqualFold(s.kind, "X.509") && !strings.EqualFold(s.kind, "X509") { // CertificateFactory.getInstance folds case
			cs.refused = append(cs.refused, fmt.Sprintf("the certificate of entry '%s' is of type '%s', which Java does not know", s.alias, s.kind))
		} else if s.cert.java != "" {
			cs.refused = append(cs.refused, fmt.Sprintf("Java can't parse the certificate of entry '%s': %s", s.alias, s.cert.java))
		}
	}
	cs.waiting, cs.stated = nil, nil
}

// parse fills what can be read and notes as oddities what can't. Where it may not read it whole, lists and crypto/x509's view
// stay empty.
func (c *Certificate) parse(der []byte, whole bool) {
	c.Raw, c.PathLen = der, -1
	s := cryptobyte.String(der)
	var outer, element cryptobyte.String
	if !s.ReadASN1(&outer, cbasn1.SEQUENCE) {
		c.fatal("it is no ASN.1 SEQUENCE")
		return
	}
	if len(s) > 0 {
		c.odd(fmt.Sprintf("%d bytes follow the certificate", len(s)))
		c.Raw = der[:len(der)-len(s)]
	}
	if !outer.ReadASN1Element(&element, cbasn1.SEQUENCE) {
		c.fatal("it has no body")
		return
	}
	c.RawTBS = element
	params := c.parseSignature(outer)
	c.parseTBS(element, params, whole)
	c.strict.possible, c.strict.after = whole, len(c.oddities)
	if !whole {
		c.odd("the store has too many parts for this one to be read in full")
	}
	c.parseKey()
}

func (c *Certificate) odd(what string) { c.oddities = append(c.oddities, what) }

// fatal is odd for what Java does not take either: it throws, and the whole store does not load.
func (c *Certificate) fatal(what string) {
	if c.java == "" {
		c.java = what
	}
	c.odd(what)
}

// noNull takes an ASN.1 NULL for absent parameters, as Java does.
func noNull(params cryptobyte.String) cryptobyte.String {
	if string(params) == "\x05\x00" {
		return nil
	}
	return params
}

// parseSignature gives the parameters of the signature algorithm.
func (c *Certificate) parseSignature(s cryptobyte.String) (params cryptobyte.String) {
	alg, ok := readAlgorithmElement(&s)
	if !ok {
		c.fatal("the signature algorithm is damaged")
		return nil
	}
	params = noNull(alg.params)
	c.SignatureOID = alg.oid
	c.SignatureAlgorithm = signatureName(alg.oid)
	var bits cryptobyte.String
	if !s.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) < 1 || bits[0] > 7 {
		c.fatal("the signature is damaged")
		return params
	}
	if !s.Empty() {
		c.fatal("something follows the signature")
	}
	c.Signature = bits[1:]
	return params
}

// parseTBS reads the body field by field; the first that is damaged ends it, as nothing after it can be placed.
func (c *Certificate) parseTBS(element, outerParams cryptobyte.String, whole bool) {
	var tbs, versionField, field cryptobyte.String
	var has bool
	if !element.ReadASN1(&tbs, cbasn1.SEQUENCE) {
		c.fatal("the body is damaged")
		return
	}
	c.Version = 1
	if !tbs.ReadOptionalASN1(&versionField, &has, cbasn1.Tag(0).Constructed().ContextSpecific()) {
		c.fatal("the version is damaged")
		return
	}
	if has {
		var v int
		if !versionField.ReadASN1Integer(&v) || v < 0 || v > 2 {
			c.fatal("the version is none of 1, 2, 3")
		} else {
			c.Version = v + 1
		}
	}
	if !c.parseSerial(&tbs) {
		return
	}
	if !tbs.ReadASN1(&field, cbasn1.SEQUENCE) {
		c.fatal("the inner signature algorithm is damaged")
		return
	}
	if alg, ok := readAlgorithm(field); !ok {
		c.fatal("the inner signature algorithm is damaged")
	} else if alg.oid != c.SignatureOID || !bytes.Equal(noNull(alg.params), outerParams) {
		c.fatal("the signature algorithm inside differs from the one outside")
	}
	if !c.parseName(&tbs, &c.RawIssuer, &c.Issuer, "issuer") || !c.parseValidity(&tbs) ||
		!c.parseName(&tbs, &c.RawSubject, &c.Subject, "subject") {
		return
	}
	if !tbs.ReadASN1Element(&field, cbasn1.SEQUENCE) {
		c.fatal("the public key is damaged")
		return
	}
	c.RawSPKI = field
	if whole {
		c.parseExtensions(&tbs)
	}
}

// parseSerial takes any INTEGER: negative, zero, longer than RFC 5280's 20 bytes, or padded.
func (c *Certificate) parseSerial(tbs *cryptobyte.String) bool {
	var b cryptobyte.String
	if !tbs.ReadASN1(&b, cbasn1.INTEGER) || len(b) == 0 {
		c.fatal("the serial number is damaged")
		return false
	}
	v := signed(b)
	c.Serial = v
	switch {
	case v.Sign() < 0:
		c.odd("the serial number is negative")
	case v.Sign() == 0:
		c.odd("the serial number is zero")
	}
	if len(b) > 21 || len(b) == 21 && b[0] != 0 {
		c.odd("the serial number is longer than 20 bytes")
	}
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		c.odd("the serial number is padded")
	}
	return true
}

// maxName bounds what is written out of a name, in bytes of DER.
const maxName = 16 << 10

func (c *Certificate) parseName(tbs *cryptobyte.String, raw *[]byte, text *string, what string) bool {
	var field cryptobyte.String
	if !tbs.ReadASN1Element(&field, cbasn1.SEQUENCE) {
		c.fatal("the " + what + " is damaged")
		return false
	}
	selfIssued := bytes.Equal(field, c.RawIssuer) // still empty where this is the issuer
	*raw = field
	if len(field) > maxName {
		c.odd("the " + what + " is too long to be read")
		return true
	}
	if selfIssued && c.java == "" { // as most anchors are; the name was read already, and is sound
		*text = c.Issuer
		return true
	}
	s, ok := nameString(field)
	if !ok {
		c.fatal("the " + what + " can't be read")
	}
	*text = s
	return true
}

func (c *Certificate) parseValidity(tbs *cryptobyte.String) bool {
	var v cryptobyte.String
	if !tbs.ReadASN1(&v, cbasn1.SEQUENCE) {
		c.fatal("the validity is damaged")
		return false
	}
	var ok1, ok2 bool
	c.NotBefore, ok1 = readTime(&v)
	c.NotAfter, ok2 = readTime(&v)
	if !ok1 || !ok2 {
		c.fatal("a date of the validity can't be read")
	}
	return true
}
