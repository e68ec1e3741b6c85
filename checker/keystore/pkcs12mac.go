package keystore

import (
	"crypto/hmac"
	"crypto/subtle"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// pkcs12MAC is the MacData of a PFX over its authenticated safe: RFC 7292's own derivation, or PBMAC1 (RFC 9579).
type pkcs12MAC struct {
	name       string
	iterations int
	twoForms   bool
	refused    string
	unknown    error // the algorithm is not known
	digest     []byte
	content    []byte
	newHash    func() hash.Hash
	key        func(password string, bare bool) []byte
	cost       int
}

const maxPBMAC1Key = 512 // bytes; RFC 9579 has no use for more than a digest

func readMAC(pfx *cryptobyte.String, content []byte) (*pkcs12MAC, error) {
	broken := problem(ErrFormat, PKCS12, "the MAC is damaged")
	var seq, info, digest, salt cryptobyte.String
	if !pfx.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&info, cbasn1.SEQUENCE) {
		return nil, broken
	}
	alg, ok := readAlgorithmElement(&info)
	if !ok || !info.ReadASN1(&digest, cbasn1.OCTET_STRING) || !seq.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return nil, broken
	}
	m := &pkcs12MAC{digest: digest, content: content, iterations: 1}
	if !seq.Empty() {
		if m.iterations, ok = readCount(&seq); !ok || m.iterations == 0 {
			return nil, broken
		}
	}
	if len(salt) > maxSalt {
		return nil, problem(ErrTooCostly, PKCS12, "the salt of the MAC has %d bytes", len(salt))
	}
	if alg.oid == oidPBMAC1 {
		err := m.readPBMAC1(alg.params)
		return m, err
	}
	d, known := digests[alg.oid]
	if !known {
		m.name = alg.oid
		m.unknown = problem(ErrUnsupported, PKCS12, "its MAC uses digest algorithm %s", alg.oid)
		return m, nil
	}
	if d.name == "MD5" {
		m.refused = "Java has no MAC with MD5"
	}
	m.name, m.newHash, m.twoForms, m.cost = "HMAC-"+d.name, d.new, true, m.iterations
	m.key = func(password string, bare bool) []byte {
		secret := bmpString(password, bare)
		defer clear(secret)
		return pkcs12KDF(d.new, secret, salt, kdfMAC, m.iterations, d.new().Size())
	}
	return m, nil
}

// readPBMAC1 reads PBMAC1-params (RFC 8018, A.5), whose salt and count replace those of MacData.
func (m *pkcs12MAC) readPBMAC1(params cryptobyte.String) error {
	broken := problem(ErrFormat, PKCS12, "the parameters of its PBMAC1 are damaged")
	m.refused = "Java 17 does not know PBMAC1"
	var seq cryptobyte.String
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return broken
	}
	kdfAlg, ok1 := readAlgorithmElement(&seq)
	mac, ok2 := readAlgorithmElement(&seq)
	if !ok1 || !ok2 {
		return broken
	}
	m.name = "PBMAC1"
	d, known := hmacs[mac.oid]
	if !known || kdfAlg.oid != oidPBKDF2 {
		m.unknown = problem(ErrUnsupported, PKCS12, "its PBMAC1 uses %s with %s", kdfAlg.oid, mac.oid)
		return nil
	}
	kdf, err := readPBKDF2(kdfAlg.params, PKCS12)
	if err != nil {
		return err
	}
	// RFC 9579: the key length must be there.
	if kdf.size == 0 {
		return broken
	}
	if kdf.size > maxPBMAC1Key {
		return problem(ErrTooCostly, PKCS12, "its PBMAC1 derives a key of %d bytes", kdf.size)
	}
	m.name = "PBMAC1-" + kdf.prf.name + "-HMAC-" + d.name
	m.newHash, m.iterations = d.new, kdf.iterations
	blocks := (kdf.size + kdf.prf.new().Size() - 1) / kdf.prf.new().Size()
	m.cost = kdf.iterations * blocks
	m.key = func(password string, _ bool) []byte { return kdf.derive(password, kdf.size) }
	return nil
}

// verify tries a password in its forms.
func (m *pkcs12MAC) verify(password string, b *budget) (bool, error) {
	if m.unknown != nil {
		return false, m.unknown
	}
	for _, bare := range []bool{false, true} {
		if bare && (password != "" || !m.twoForms) {
			break
		}
		if err := b.pay(m.cost, PKCS12); err != nil {
			return false, err
		}
		key := m.key(password, bare)
		h := hmac.New(m.newHash, key)
		h.Write(m.content)
		fits := subtle.ConstantTimeCompare(h.Sum(nil), m.digest) == 1
		clear(key)
		if fits {
			return true, nil
		}
	}
	return false, nil
}
