package trust

import (
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// Extensions that the validation reads.
const (
	oidSubjectKeyID      = "2.5.29.14"
	oidKeyUsage          = "2.5.29.15"
	oidSubjectAltName    = "2.5.29.17"
	oidBasicConstraints  = "2.5.29.19"
	oidNameConstraints   = "2.5.29.30"
	oidPolicies          = "2.5.29.32"
	oidPolicyMappings    = "2.5.29.33"
	oidAuthorityKeyID    = "2.5.29.35"
	oidPolicyConstraints = "2.5.29.36"
	oidExtendedKeyUsage  = "2.5.29.37"
	oidInhibitAnyPolicy  = "2.5.29.54"
)

// handledCritical are the critical extensions that PKIXMasterCertPathValidator and SunCertPathBuilder accept.
var handledCritical = map[string]bool{
	oidKeyUsage: true, oidSubjectAltName: true, oidBasicConstraints: true, oidNameConstraints: true, oidPolicies: true,
	oidPolicyMappings: true, oidPolicyConstraints: true, oidExtendedKeyUsage: true, oidInhibitAnyPolicy: true,
}

// unlimited is a path length that limits nothing.
const unlimited = 1 << 30

// view is a certificate as the validation reads it: straight from the DER, so that certificates which crypto/x509 refuses
// are judged by the same code as all others.
type view struct {
	c               *keystore.Certificate
	subject, issuer string // canonical names
	version         int
	ext             map[string]extension
	ca              bool
	pathLen         int // X509Certificate.getBasicConstraints: -1 where not a CA, else the limit or unlimited
	keyUsage        bool
	certSign        bool
	ski             []byte
	aki             []byte
	akiSerial       []byte // contents of authorityCertSerialNumber
	serial          []byte // contents of the serial number
	sigOID          string
	sigParams       cryptobyte.String
	readable        bool // the TBSCertificate could be read
	parsedKey       *publicKey
	hash            uint32 // hashCode; 0 until asked for
	distance        int    // nameDistance; 0 until asked for
}

type extension struct {
	critical bool
	value    cryptobyte.String
}

func newView(c *keystore.Certificate) *view {
	v := &view{c: c, version: c.Version, pathLen: -1}
	v.subject, v.issuer = canonicalName(c.RawSubject), canonicalName(c.RawIssuer)
	v.readable = v.readTBS()
	v.readExtensions()
	return v
}

func (v *view) selfIssued() bool { return v.subject == v.issuer }

// key is the subject's public key, parsed once.
func (v *view) key() publicKey {
	if v.parsedKey == nil {
		k := parseKey(v.c)
		v.parsedKey = &k
	}
	return *v.parsedKey
}

// readTBS reads what lies in the TBSCertificate: version, serial, signature algorithm, extensions.
func (v *view) readTBS() bool {
	v.sigOID = v.c.SignatureOID
	in := cryptobyte.String(v.c.RawTBS)
	var tbs, serial, alg, skip cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !in.ReadASN1(&tbs, cbasn1.SEQUENCE) {
		return false
	}
	v.version = 1
	var explicit cryptobyte.String
	var has bool
	if !tbs.ReadOptionalASN1(&explicit, &has, cbasn1.Tag(0).Constructed().ContextSpecific()) {
		return false
	}
	if has {
		var n int
		if !explicit.ReadASN1Integer(&n) || n < 0 || n > 2 {
			return false
		}
		v.version = n + 1
	}
	if !tbs.ReadASN1(&serial, cbasn1.INTEGER) || !tbs.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) {
		return false
	}
	v.serial, v.sigOID, v.sigParams = serial, oid.String(), alg
	for range 4 { // issuer, validity, subject, key
		var tag cbasn1.Tag
		if !tbs.ReadAnyASN1Element(&skip, &tag) {
			return false
		}
	}
	if !tbs.SkipOptionalASN1(cbasn1.Tag(1).ContextSpecific()) || !tbs.SkipOptionalASN1(cbasn1.Tag(2).ContextSpecific()) {
		return false
	}
	if !tbs.ReadOptionalASN1(&explicit, &has, cbasn1.Tag(3).Constructed().ContextSpecific()) {
		return false
	}
	v.ext = map[string]extension{}
	if !has {
		return true
	}
	var list cryptobyte.String
	if !explicit.ReadASN1(&list, cbasn1.SEQUENCE) {
		return false
	}
	for !list.Empty() {
		var one, value cryptobyte.String
		var critical bool
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		if one.PeekASN1Tag(cbasn1.BOOLEAN) {
			var flag cryptobyte.String
			if !one.ReadASN1(&flag, cbasn1.BOOLEAN) || len(flag) != 1 {
				return false
			}
			critical = flag[0] != 0
		}
		if !one.ReadASN1(&value, cbasn1.OCTET_STRING) {
			return false
		}
		v.ext[oid.String()] = extension{critical, value}
	}
	return true
}

// readExtensions interprets the extensions that every step needs.
func (v *view) readExtensions() {
	if e, ok := v.ext[oidBasicConstraints]; ok {
		v.readBasicConstraints(e.value)
	}
	if e, ok := v.ext[oidKeyUsage]; ok {
		var bits asn1.BitString
		v.keyUsage = true
		v.certSign = e.value.ReadASN1BitString(&bits) && bits.At(5) == 1
	}
	if e, ok := v.ext[oidSubjectKeyID]; ok {
		var id cryptobyte.String
		if e.value.ReadASN1(&id, cbasn1.OCTET_STRING) {
			v.ski = nonNil(id)
		}
	}
	if e, ok := v.ext[oidAuthorityKeyID]; ok {
		var seq, id, serial cryptobyte.String
		var has bool
		if e.value.ReadASN1(&seq, cbasn1.SEQUENCE) && seq.ReadOptionalASN1(&id, &has, cbasn1.Tag(0).ContextSpecific()) {
			if has {
				v.aki = nonNil(id)
			}
			if seq.SkipOptionalASN1(cbasn1.Tag(1).Constructed().ContextSpecific()) &&
				seq.ReadOptionalASN1(&serial, &has, cbasn1.Tag(2).ContextSpecific()) && has {
				v.akiSerial = nonNil(serial)
			}
		}
	}
}

func (v *view) readBasicConstraints(value cryptobyte.String) {
	var seq, flag cryptobyte.String
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return
	}
	if seq.PeekASN1Tag(cbasn1.BOOLEAN) && seq.ReadASN1(&flag, cbasn1.BOOLEAN) && len(flag) == 1 && flag[0] != 0 {
		v.ca, v.pathLen = true, unlimited
	}
	if n := 0; v.ca && seq.PeekASN1Tag(cbasn1.INTEGER) && seq.ReadASN1Integer(&n) {
		v.pathLen = min(n, unlimited)
	}
}

// nonNil keeps "present but empty" apart from "absent".
func nonNil(s cryptobyte.String) []byte {
	if s == nil {
		return []byte{}
	}
	return s
}

// anchorIsCA is PKIXValidator.verifyTrustAnchor: an anchor that issues must be a CA, unless it is older than version 3.
func (v *view) anchorIsCA() Reason {
	switch {
	case v.version < 3:
		return ""
	case !v.ca:
		return NotACA
	case v.keyUsage && !v.certSign:
		return KeyUsage
	}
	return ""
}

// unknownCritical tells whether a critical extension is there that Java's PKIX check does not know.
func (v *view) unknownCritical() bool {
	for oid, e := range v.ext {
		if e.critical && !handledCritical[oid] {
			return true
		}
	}
	return false
}
