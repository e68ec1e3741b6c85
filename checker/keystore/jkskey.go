package keystore

import (
	"crypto/sha1"
	"crypto/subtle"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// sunKey is a private key under Sun's own protection (sun.security.provider.KeyProtector): an EncryptedPrivateKeyInfo whose
// data is salt ‖ key XOR stream ‖ SHA-1(password ‖ key). The stream is a chain of SHA-1(password ‖ previous digest) that
// begins with the salt.
type sunKey struct {
	der    []byte
	format Format
	budget *budget
}

const oidSunKeyProtector = "1.3.6.1.4.1.42.2.17.1.1"

func (k sunKey) recover(password string) ([]byte, error) {
	alg, data, err := encryptedKeyInfo(k.der, k.format)
	if err != nil {
		return nil, err
	}
	if alg.oid != oidSunKeyProtector {
		return nil, problem(ErrUnsupported, k.format, "the key is protected with algorithm %s, which a JKS file can't have", alg.oid)
	}
	if len(data) < 2*sha1.Size {
		return nil, problem(ErrFormat, k.format, "the protected key is only %d bytes long", len(data))
	}
	// No iterations here, but the password is hashed again for every 20 bytes, and both may be long.
	if err := k.budget.pay(hashCost(len(data)/sha1.Size, 2*len(password)), k.format); err != nil {
		return nil, err
	}
	salt, body, check := data[:sha1.Size], data[sha1.Size:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	p := utf16BE(password)
	defer clear(p)
	plain := make([]byte, len(body))
	h := sha1.New()
	digest := append(make([]byte, 0, sha1.Size), salt...)
	defer clear(digest)
	for i := 0; i < len(body); i += sha1.Size {
		h.Reset()
		h.Write(p)
		h.Write(digest)
		digest = h.Sum(digest[:0])
		n := min(sha1.Size, len(body)-i)
		subtle.XORBytes(plain[i:i+n], body[i:i+n], digest[:n])
	}
	h.Reset()
	h.Write(p)
	h.Write(plain)
	if subtle.ConstantTimeCompare(h.Sum(nil), check) != 1 {
		clear(plain)
		return nil, problem(ErrPassword, k.format, "the key does not open with this password")
	}
	return plain, nil
}

// encryptedKeyInfo takes apart an EncryptedPrivateKeyInfo (RFC 5208, section 6).
func encryptedKeyInfo(der []byte, f Format) (algorithm, []byte, error) {
	s := cryptobyte.String(der)
	var info, alg, data cryptobyte.String
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1(&alg, cbasn1.SEQUENCE) || !info.ReadASN1(&data, cbasn1.OCTET_STRING) {
		return algorithm{}, nil, problem(ErrFormat, f, "the protected key is no EncryptedPrivateKeyInfo")
	}
	a, ok := readAlgorithm(alg)
	if !ok {
		return algorithm{}, nil, problem(ErrFormat, f, "the algorithm of the protected key is damaged")
	}
	return a, data, nil
}
