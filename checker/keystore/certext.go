package keystore

import (
	"net/netip"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The critical extensions that Java's PKIX check resolves (sun.security.provider.certpath.ForwardBuilder and its checkers).
var knownCritical = map[string]bool{
	"2.5.29.15": true, "2.5.29.17": true, "2.5.29.19": true, "2.5.29.30": true, "2.5.29.32": true,
	"2.5.29.33": true, "2.5.29.36": true, "2.5.29.37": true, "2.5.29.54": true,
}

// parseExtensions reads what follows the public key, in the order in which Java does (X509CertInfo.parse).
func (c *Certificate) parseExtensions(tbs *cryptobyte.String) {
	if tbs.Empty() {
		if c.Version == 1 && c.noSubject() {
			c.fatal("it has no subject")
		}
		return
	}
	if c.Version == 1 {
		c.fatal("something follows the public key although it is of version 1")
	}
	// issuerUniqueID and subjectUniqueID come before them.
	if !skipUniqueID(tbs, 1) || !skipUniqueID(tbs, 2) {
		c.fatal("a unique identifier is damaged")
		return
	}
	if tbs.Empty() {
		return
	}
	if c.Version == 2 {
		c.fatal("something follows the unique identifiers although it is of version 2")
	}
	named := c.parseExtensionList(tbs)
	// X509CertInfo.verifyCert: a name is needed, and everyone has to look at the one that takes its place.
	if c.noSubject() && !named {
		c.fatal("it has neither a subject nor a critical subject alternative name")
	}
}

// parseExtensionList reads the extensions and tells whether a critical alternative name is among them; a damaged one is fatal anyway.
func (c *Certificate) parseExtensionList(tbs *cryptobyte.String) (named bool) {
	var wrapped, list cryptobyte.String
	var has bool
	if !tbs.ReadOptionalASN1(&wrapped, &has, cbasn1.Tag(3).Constructed().ContextSpecific()) {
		c.fatal("the extensions are damaged")
		return false
	}
	if !has {
		if rest := *tbs; !skipAny(&rest) {
			c.fatal("what follows the public key is damaged")
		}
		return false
	}
	if !wrapped.ReadASN1(&list, cbasn1.SEQUENCE) {
		c.fatal("the extensions are damaged")
		return false
	}
	var few [12]string // more than most have, on the stack
	seen := few[:0]
	for !list.Empty() {
		var ext, value cryptobyte.String
		tag := cbasn1.SEQUENCE
		if list.PeekASN1Tag(cbasn1.SET) {
			tag = cbasn1.SET // which Java takes as well
		}
		if !list.ReadASN1(&ext, tag) {
			c.fatal("the extensions are damaged")
			return named
		}
		oid, critical, ok := readExtension(&ext, &value)
		if !ok {
			c.fatal("an extension is damaged")
			continue
		}
		if slices.Contains(seen, oid) {
			c.fatal("extension " + oid + " occurs twice")
			continue
		}
		if len(seen) < 256 { // bounds the comparison; no certificate has as many
			seen = append(seen, oid)
		}
		named = named || critical && oid == "2.5.29.17"
		c.addExtension(oid, critical, value)
	}
	return named
}

func readExtension(ext, value *cryptobyte.String) (oid string, critical, ok bool) {
	oid, ok = readOID(ext)
	if ext.PeekASN1Tag(cbasn1.BOOLEAN) {
		var b cryptobyte.String
		ok = ok && ext.ReadASN1(&b, cbasn1.BOOLEAN) && len(b) == 1
		critical = ok && b[0] != 0
	}
	return oid, critical, ok && readOctets(ext, value)
}

// addExtension notes what an extension says; Java refuses a certificate for a damaged one only where it is critical.
func (c *Certificate) addExtension(oid string, critical bool, value cryptobyte.String) {
	if !c.parseExtension(oid, critical, value) {
		if critical {
			c.fatal("the critical extension " + oid + " is damaged")
		} else {
			c.odd("extension " + oid + " is damaged")
		}
	}
	if critical && !knownCritical[oid] {
		c.CriticalUnknown = append(c.CriticalUnknown, oid)
	}
}

func (c *Certificate) noSubject() bool { return string(c.RawSubject) == "\x30\x00" }

// skipUniqueID passes over [tag] IMPLICIT BIT STRING, if it is there; Java does not mind whether it is marked as constructed.
func skipUniqueID(tbs *cryptobyte.String, tag cbasn1.Tag) bool {
	tag = tag.ContextSpecific()
	if !tbs.PeekASN1Tag(tag) && !tbs.PeekASN1Tag(tag.Constructed()) {
		return true
	}
	var bits cryptobyte.String
	return tbs.ReadAnyASN1(&bits, &tag) && len(bits) > 0 && bits[0] <= 7
}

// readOctets reads an OCTET STRING, which may come in pieces.
func readOctets(s, out *cryptobyte.String) bool {
	var pieces, joined cryptobyte.String
	if !s.PeekASN1Tag(cbasn1.OCTET_STRING.Constructed()) {
		return s.ReadASN1(out, cbasn1.OCTET_STRING)
	}
	if !s.ReadASN1(&pieces, cbasn1.OCTET_STRING.Constructed()) {
		return false
	}
	for !pieces.Empty() {
		var piece cryptobyte.String
		if !pieces.ReadASN1(&piece, cbasn1.OCTET_STRING) {
			return false
		}
		joined = append(joined, piece...)
	}
	*out = joined
	return true
}

func (c *Certificate) parseExtension(oid string, critical bool, v cryptobyte.String) bool {
	switch oid {
	case "2.5.29.14":
		var id cryptobyte.String
		ok := v.ReadASN1(&id, cbasn1.OCTET_STRING) && v.Empty()
		c.SubjectKeyID = id
		return ok
	case "2.5.29.35":
		var seq, id cryptobyte.String
		var has bool
		ok := v.ReadASN1(&seq, cbasn1.SEQUENCE) && seq.ReadOptionalASN1(&id, &has, cbasn1.Tag(0).ContextSpecific())
		if has {
			c.AuthorityKeyID = id
		}
		return ok
	case "2.5.29.15":
		return c.parseKeyUsage(critical, v)
	case "2.5.29.17":
		c.HasSAN = true
		return c.parseSAN(v)
	case "2.5.29.18":
		return generalNames(v, func(cbasn1.Tag, []byte) {})
	case "2.5.29.19":
		return c.parseBasicConstraints(v)
	case "2.5.29.37":
		return c.parseExtKeyUsage(v)
	}
	return true
}

var keyUsages = [...]string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

func (c *Certificate) parseKeyUsage(critical bool, v cryptobyte.String) bool {
	c.HasKeyUsage, c.KeyUsageCritical = true, critical
	var bits cryptobyte.String
	if !v.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) < 1 || bits[0] > 7 || !v.Empty() {
		return false
	}
	for i, name := range keyUsages {
		if at := 1 + i/8; at < len(bits) && bits[at]&(0x80>>(i%8)) != 0 {
			c.KeyUsage = append(c.KeyUsage, name)
		}
	}
	return true
}

func (c *Certificate) parseSAN(v cryptobyte.String) bool {
	return generalNames(v, func(number cbasn1.Tag, b []byte) {
		switch number {
		case 1:
			c.EmailAddresses = append(c.EmailAddresses, string(b))
		case 2:
			c.DNSNames = append(c.DNSNames, string(b))
		case 6:
			c.URIs = append(c.URIs, string(b))
		case 7:
			if ip, ok := netip.AddrFromSlice(b); ok {
				c.IPAddresses = append(c.IPAddresses, ip)
			}
		}
	})
}

func (c *Certificate) parseBasicConstraints(v cryptobyte.String) bool {
	c.HasBasicConstraints = true
	var seq cryptobyte.String
	if !v.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	if seq.Empty() {
		return v.Empty()
	}
	if seq.PeekASN1Tag(cbasn1.BOOLEAN) {
		var b cryptobyte.String
		if !seq.ReadASN1(&b, cbasn1.BOOLEAN) || len(b) != 1 {
			return false
		}
		c.IsCA = b[0] != 0
	} else if !seq.PeekASN1Tag(cbasn1.INTEGER) && !skipAny(&seq) { // Java passes over what else is there
		return false
	}
	if !seq.Empty() {
		n, ok := readCount(&seq)
		if !ok {
			return false
		}
		c.PathLen = n
	}
	return v.Empty()
}

var extKeyUsages = map[string]string{
	"2.5.29.37.0":            "any",
	"1.3.6.1.5.5.7.3.1":      "serverAuth",
	"1.3.6.1.5.5.7.3.2":      "clientAuth",
	"1.3.6.1.5.5.7.3.3":      "codeSigning",
	"1.3.6.1.5.5.7.3.4":      "emailProtection",
	"1.3.6.1.5.5.7.3.5":      "ipsecEndSystem",
	"1.3.6.1.5.5.7.3.6":      "ipsecTunnel",
	"1.3.6.1.5.5.7.3.7":      "ipsecUser",
	"1.3.6.1.5.5.7.3.8":      "timeStamping",
	"1.3.6.1.5.5.7.3.9":      "OCSPSigning",
	"1.3.6.1.4.1.311.10.3.3": "msSGC",
	"2.16.840.1.113730.4.1":  "nsSGC",
}

func (c *Certificate) parseExtKeyUsage(v cryptobyte.String) bool {
	c.HasExtKeyUsage = true
	var seq cryptobyte.String
	if !v.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		oid, ok := readOID(&seq)
		if !ok {
			return false
		}
		if name, known := extKeyUsages[oid]; known {
			oid = name
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, oid)
	}
	return true
}
