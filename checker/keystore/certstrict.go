package keystore

import (
	"crypto/x509"
	"slices"
	"sync"
)

// strictView is what crypto/x509 makes of a certificate. Only some ask, and it costs as much as the lenient reading, so it is made
// for the first who does.
type strictView struct {
	possible bool // the lenient reader found a body, and the certificate is to be read whole
	after    int  // how many oddities of the lenient reader come before the refusal
	once     sync.Once
	cert     *x509.Certificate
	refusal  string
}

func (c *Certificate) strictly() *strictView {
	v := &c.strict
	if v.possible {
		v.once.Do(func() {
			var err error
			if v.cert, err = x509.ParseCertificate(c.Raw); err != nil {
				v.refusal = "strict parsers refuse it (" + err.Error() + ")"
			}
		})
	}
	return v
}

// X509 is the standard library's view, to be read only; nil where it refuses the certificate. It is made once, when first asked for.
func (c *Certificate) X509() *x509.Certificate { return c.strictly().cert }

// Oddities says why strict parsers refuse the certificate or stumble, in sentences without a full stop. It asks X509, as most of
// what is wrong with a certificate is for that to say.
func (c *Certificate) Oddities() []string {
	v := c.strictly()
	if v.refusal == "" {
		return slices.Clip(c.oddities)
	}
	return slices.Insert(slices.Clone(c.oddities), v.after, v.refusal)
}

// PublicKey is the key as Go has it: *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey or *dsa.PublicKey; nil where Go has none.
func (c *Certificate) PublicKey() any {
	if parsed := c.X509(); parsed != nil {
		return goKey(parsed.PublicKey)
	}
	if c.Key.Algorithm == "" {
		return nil // damaged
	}
	public, err := x509.ParsePKIXPublicKey(c.RawSPKI)
	if err != nil {
		return nil // beside an error it may be a nil pointer of a key's type
	}
	return goKey(public)
}

// PrepareX509 has X509 made for all certificates of the store, on all cores: for those who are about to ask each of them, or for its
// Oddities.
func (s *Store) PrepareX509() {
	certs := slices.Clone(s.Unlisted)
	for i := range s.Entries {
		certs = append(certs, s.Entries[i].Chain...)
	}
	inBatches(len(certs), func(i int) { certs[i].strictly() })
}
