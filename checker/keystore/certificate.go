package keystore

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"net/netip"
	"time"
)

// Certificate is an X.509 certificate as a store holds it. The fields come from a lenient reader over the DER, and Oddities says
// what is wrong; a field that could not be read has its zero value. It is immutable and safe for concurrent use.
type Certificate struct {
	Raw []byte // the DER of the whole certificate
	// TBS, Signature and the raw names serve the path validation.
	RawTBS     []byte
	Signature  []byte
	RawSubject []byte // DER Name
	RawIssuer  []byte // DER Name
	RawSPKI    []byte // DER SubjectPublicKeyInfo

	Version   int    // 1, 2 or 3
	Subject   string // as keytool prints it, the last RDN first: "CN=localhost, O=WSO2, C=US" (sun.security.x509.X500Name.toString)
	Issuer    string
	Serial    *big.Int // may be negative or zero in odd certificates
	NotBefore time.Time
	NotAfter  time.Time

	Key                PublicKey
	SignatureAlgorithm string // Java's name: "SHA256withRSA", "SHA1withRSA", "RSASSA-PSS", "Ed25519", else the OID
	SignatureOID       string // dotted

	DNSNames       []string
	IPAddresses    []netip.Addr
	EmailAddresses []string
	URIs           []string
	HasSAN         bool

	HasBasicConstraints bool
	IsCA                bool
	PathLen             int // -1 where unlimited or absent
	HasKeyUsage         bool
	KeyUsageCritical    bool
	KeyUsage            []string // "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"
	HasExtKeyUsage      bool
	ExtKeyUsage         []string // "serverAuth", "clientAuth", …, "any", else the OID
	SubjectKeyID        []byte
	AuthorityKeyID      []byte
	// CriticalUnknown lists critical extensions (dotted OIDs) that Java's PKIX check does not know.
	CriticalUnknown []string

	java     string   // why Java's CertificateFactory throws; empty where it does not, as far as is known
	oddities []string // those of the lenient reader
	strict   strictView
}

// PublicKey describes a public key.
type PublicKey struct {
	Algorithm string   // "RSA", "DSA", "EC", "Ed25519", "Ed448", "RSASSA-PSS", else the OID
	Bits      int      // of modulus, prime or, for EC, the order, as Java counts it; 0 where unknown
	Curve     string   // Java's name ("secp256r1"), else the OID; EC only
	Modulus   *big.Int // RSA only
	Exponent  *big.Int // RSA only
}

// SHA256 is the certificate's fingerprint, lower-case hex.
func (c *Certificate) SHA256() string {
	s := sha256.Sum256(c.Raw)
	return hex.EncodeToString(s[:])
}

// SPKISHA256 is the fingerprint of the public key (SHA-256 of the SubjectPublicKeyInfo), lower-case hex; empty where it could not be read.
func (c *Certificate) SPKISHA256() string {
	if len(c.RawSPKI) == 0 {
		return ""
	}
	s := sha256.Sum256(c.RawSPKI)
	return hex.EncodeToString(s[:])
}

// SerialHex is the serial number in lower-case hex without leading zeros ("-1f" for negative ones).
func (c *Certificate) SerialHex() string {
	if c.Serial == nil {
		return ""
	}
	return c.Serial.Text(16)
}
