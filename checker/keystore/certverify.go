package keystore

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" //nolint:gosec // old certificates are signed with it
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // old certificates are signed with it
	_ "crypto/sha256"
	_ "crypto/sha512"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

var signatureHashes = map[string]crypto.Hash{
	"MD5withRSA": crypto.MD5, "SHA1withRSA": crypto.SHA1, "SHA224withRSA": crypto.SHA224, "SHA256withRSA": crypto.SHA256,
	"SHA384withRSA": crypto.SHA384, "SHA512withRSA": crypto.SHA512, "SHA1withECDSA": crypto.SHA1, "SHA224withECDSA": crypto.SHA224,
	"SHA256withECDSA": crypto.SHA256, "SHA384withECDSA": crypto.SHA384, "SHA512withECDSA": crypto.SHA512,
}

// maxRSABits bounds what a signature check costs; Java's providers stop there too.
const maxRSABits = 16384

// signedBy tells whether the key of parent verifies the signature of c and their names fit (sun.security.util.KeyStoreUtil).
// Unlike crypto/x509 it takes MD5 and SHA-1: the question is who signed, not whether that is safe.
func (c *Certificate) signedBy(parent *Certificate) bool {
	if !bytes.Equal(c.RawIssuer, parent.RawSubject) && canonicalName(c.RawIssuer) != canonicalName(parent.RawSubject) {
		return false
	}
	hash, known := signatureHashes[c.SignatureAlgorithm]
	var digest []byte
	if known {
		h := hash.New()
		h.Write(c.RawTBS)
		digest = h.Sum(nil)
	}
	switch key := parent.PublicKey().(type) {
	case *rsa.PublicKey:
		return known && key.N.BitLen() <= maxRSABits && rsa.VerifyPKCS1v15(key, hash, digest, c.Signature) == nil
	case *ecdsa.PublicKey:
		s := cryptobyte.String(c.Signature)
		var seq cryptobyte.String
		a, b := new(big.Int), new(big.Int)
		return known && s.ReadASN1(&seq, cbasn1.SEQUENCE) && seq.ReadASN1Integer(a) && seq.ReadASN1Integer(b) && ecdsa.Verify(key, digest, a, b)
	case ed25519.PublicKey:
		return ed25519.Verify(key, c.RawTBS, c.Signature)
	}
	return false
}
