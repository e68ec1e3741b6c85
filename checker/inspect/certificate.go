package inspect

import (
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// Certificate is one certificate. SHA256 and Serial are lower-case hex (a negative serial has a minus), times RFC 3339 in
// UTC; names are written as keytool writes them.
type Certificate struct {
	SHA256    string `json:"sha256"`
	Subject   string `json:"subject"`
	Issuer    string `json:"issuer"`
	Serial    string `json:"serial"`
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`

	Version            int       `json:"version,omitempty"`
	SignatureAlgorithm string    `json:"signature_algorithm"`
	PublicKey          PublicKey `json:"public_key"`
	AlternativeNames   *SANs     `json:"subject_alternative_names,omitempty"`
	CA                 bool      `json:"ca"`
	PathLength         *int      `json:"path_length,omitempty"`
	KeyUsage           []string  `json:"key_usage,omitempty"`
	ExtendedKeyUsage   []string  `json:"extended_key_usage,omitempty"`
	// SelfSigned is known of the leaf of a private-key entry only: checking it of 150 anchors takes longer than all else.
	SelfSigned *bool `json:"self_signed,omitempty"`
	// Oddities says why strict parsers refuse it or stumble.
	Oddities []string `json:"oddities,omitempty"`

	source *keystore.Certificate
}

// PublicKey describes a key; SHA256 is that of the SubjectPublicKeyInfo.
type PublicKey struct {
	Algorithm string `json:"algorithm"`
	Bits      int    `json:"bits,omitempty"`
	Curve     string `json:"curve,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
}

// SANs are the subject's alternative names.
type SANs struct {
	DNS   []string `json:"dns,omitempty"`
	IP    []string `json:"ip,omitempty"`
	Email []string `json:"email,omitempty"`
	URI   []string `json:"uri,omitempty"`
}

func certificate(c *keystore.Certificate) *Certificate {
	out := &Certificate{
		SHA256: c.SHA256(), Subject: c.Subject, Issuer: c.Issuer, Serial: c.SerialHex(),
		NotBefore: instant(c.NotBefore), NotAfter: instant(c.NotAfter),
		Version: c.Version, SignatureAlgorithm: c.SignatureAlgorithm,
		PublicKey: PublicKey{c.Key.Algorithm, c.Key.Bits, c.Key.Curve, c.SPKISHA256()},
		CA:        c.IsCA, KeyUsage: c.KeyUsage, ExtendedKeyUsage: c.ExtKeyUsage, Oddities: c.Oddities(), source: c,
	}
	if c.IsCA && c.PathLen >= 0 {
		n := c.PathLen
		out.PathLength = &n
	}
	if c.HasSAN {
		s := &SANs{DNS: c.DNSNames, Email: c.EmailAddresses, URI: c.URIs}
		for _, ip := range c.IPAddresses {
			s.IP = append(s.IP, ip.String())
		}
		out.AlternativeNames = s
	}
	return out
}

// chainNotes says what the presented chain shows by itself. A missing issuer alone is none: a server need not send its root.
func chainNotes(r trust.ChainReport) []string {
	var notes []string
	if !r.Ordered {
		notes = append(notes, fmt.Sprintf("the chain is out of order: certificate %d did not issue the one before it", r.Misplaced+1))
	}
	for _, b := range r.BadIssuers {
		what := map[trust.Reason]string{
			trust.NotACA:     "although it is no CA certificate",
			trust.KeyUsage:   "although its keyUsage lacks keyCertSign",
			trust.PathLength: "although its path length allows no more CAs",
		}[b.Reason]
		notes = append(notes, fmt.Sprintf("'%s' issued '%s' %s", b.Certificate.Subject, b.Issued.Subject, what))
	}
	return notes
}
