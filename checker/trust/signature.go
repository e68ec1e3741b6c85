package trust

import (
	"bytes"
	"crypto"
	"crypto/dsa" //nolint:staticcheck // see key.go
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // #nosec G501 -- old certificates are signed with it
	"crypto/rsa"
	_ "crypto/sha1" // #nosec G505 -- old certificates are signed with it
	_ "crypto/sha256"
	_ "crypto/sha3" // RSA and ECDSA with SHA-3, which JDK 17 knows
	_ "crypto/sha512"
	"encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// outcome of a signature check.
type outcome int

const (
	verified outcome = iota
	mismatch
	unverifiable // an algorithm or key that this package can't verify
	refusedKey   // JDK 17 refuses the key, whatever the signature
)

// scheme is a signature algorithm.
type scheme struct {
	family keyFamily
	hash   crypto.Hash
	digest string // Java's name of the digest, as the algorithm constraints spell it; also where hash is unknown here
}

// schemes by the OID of the signature algorithm. Those without a hash can't be verified here.
var schemes = map[string]scheme{
	"1.2.840.113549.1.1.2":    {familyRSA, 0, "MD2"},
	"1.2.840.113549.1.1.3":    {familyRSA, 0, "MD4"},
	"1.2.840.113549.1.1.4":    {familyRSA, crypto.MD5, "MD5"},
	"1.2.840.113549.1.1.5":    {familyRSA, crypto.SHA1, "SHA1"},
	"1.3.14.3.2.29":           {familyRSA, crypto.SHA1, "SHA1"},
	"1.2.840.113549.1.1.14":   {familyRSA, crypto.SHA224, "SHA224"},
	"1.2.840.113549.1.1.11":   {familyRSA, crypto.SHA256, "SHA256"},
	"1.2.840.113549.1.1.12":   {familyRSA, crypto.SHA384, "SHA384"},
	"1.2.840.113549.1.1.13":   {familyRSA, crypto.SHA512, "SHA512"},
	"1.2.840.113549.1.1.15":   {familyRSA, crypto.SHA512_224, "SHA512/224"},
	"1.2.840.113549.1.1.16":   {familyRSA, crypto.SHA512_256, "SHA512/256"},
	"2.16.840.1.101.3.4.3.13": {familyRSA, crypto.SHA3_224, "SHA3-224"},
	"2.16.840.1.101.3.4.3.14": {familyRSA, crypto.SHA3_256, "SHA3-256"},
	"2.16.840.1.101.3.4.3.15": {familyRSA, crypto.SHA3_384, "SHA3-384"},
	"2.16.840.1.101.3.4.3.16": {familyRSA, crypto.SHA3_512, "SHA3-512"},
	"1.2.840.10040.4.3":       {familyDSA, crypto.SHA1, "SHA1"},
	"1.3.14.3.2.13":           {familyDSA, crypto.SHA1, "SHA1"},
	"1.3.14.3.2.27":           {familyDSA, crypto.SHA1, "SHA1"},
	"2.16.840.1.101.3.4.3.1":  {familyDSA, crypto.SHA224, "SHA224"},
	"2.16.840.1.101.3.4.3.2":  {familyDSA, crypto.SHA256, "SHA256"},
	"2.16.840.1.101.3.4.3.3":  {familyDSA, crypto.SHA384, "SHA384"},
	"2.16.840.1.101.3.4.3.4":  {familyDSA, crypto.SHA512, "SHA512"},
	"1.2.840.10045.4.1":       {familyEC, crypto.SHA1, "SHA1"},
	"1.2.840.10045.4.3.1":     {familyEC, crypto.SHA224, "SHA224"},
	"1.2.840.10045.4.3.2":     {familyEC, crypto.SHA256, "SHA256"},
	"1.2.840.10045.4.3.3":     {familyEC, crypto.SHA384, "SHA384"},
	"1.2.840.10045.4.3.4":     {familyEC, crypto.SHA512, "SHA512"},
	"2.16.840.1.101.3.4.3.9":  {familyEC, crypto.SHA3_224, "SHA3-224"},
	"2.16.840.1.101.3.4.3.10": {familyEC, crypto.SHA3_256, "SHA3-256"},
	"2.16.840.1.101.3.4.3.11": {familyEC, crypto.SHA3_384, "SHA3-384"},
	"2.16.840.1.101.3.4.3.12": {familyEC, crypto.SHA3_512, "SHA3-512"},
	"1.2.840.113549.1.1.10":   {familyPSS, 0, ""},
	"1.3.101.112":             {familyEd25519, 0, ""},
	"1.3.101.113":             {familyEd448, 0, ""},
}

// digestPrefixes are the DER prefixes of DigestInfo that keys too odd for crypto/rsa need.
var digestPrefixes = map[crypto.Hash]string{
	crypto.MD5:    "\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
	crypto.SHA1:   "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
	crypto.SHA224: "\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c",
	crypto.SHA256: "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
	crypto.SHA384: "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
	crypto.SHA512: "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
}

// verify checks the signature of a certificate with a key. x509.Certificate.CheckSignature is of no use here: it refuses
// SHA-1 and MD5, which Java verifies.
func verify(v *view, k publicKey) outcome {
	s, known := schemes[v.sigOID]
	if !v.readable || !known {
		return unverifiable
	}
	// Java: "Invalid key type" or "Invalid key": an RSASSA-PSS key signs only RSASSA-PSS, an RSA key both.
	if s.family != k.family && k.family != familyOther && !(s.family == familyPSS && k.family == familyRSA) {
		return mismatch
	}
	sig := v.c.Signature
	switch {
	case s.family == familyEd25519 && k.ed != nil:
		return outcomeOf(ed25519.Verify(k.ed, v.c.RawTBS, sig))
	case s.family == familyPSS && k.rsa != nil:
		return verifyPSS(v, k)
	case s.hash == 0 || !s.hash.Available() || k.family == familyOther:
		return unverifiable
	}
	h := s.hash.New()
	h.Write(v.c.RawTBS)
	sum := h.Sum(nil)
	switch {
	case k.rsa != nil:
		return k.rsa.verify(s.hash, sum, sig)
	case k.ec != nil:
		return outcomeOf(ecdsa.VerifyASN1(k.ec, sum, sig))
	case k.dsa != nil:
		return verifyDSA(k.dsa, sum, sig)
	case k.refused:
		return refusedKey
	}
	return unverifiable
}

func outcomeOf(ok bool) outcome {
	if ok {
		return verified
	}
	return mismatch
}

// std gives the key to crypto/rsa, which refuses small moduli and large or even exponents.
func (k *rsaKey) std() *rsa.PublicKey {
	if k.n.BitLen() < 1024 || k.n.Bit(0) == 0 || k.e.BitLen() > 31 || k.e.Bit(0) == 0 || k.e.Cmp(big.NewInt(2)) < 0 {
		return nil
	}
	return &rsa.PublicKey{N: k.n, E: int(k.e.Int64())}
}

func (k *rsaKey) verify(hash crypto.Hash, sum, sig []byte) outcome {
	if std := k.std(); std != nil {
		return outcomeOf(rsa.VerifyPKCS1v15(std, hash, sum, sig) == nil)
	}
	// Keys that no one should have, but certificates do: RFC 8017 section 8.2.2 by hand. Nothing here is secret.
	prefix, ok := digestPrefixes[hash]
	if !ok || k.e.BitLen() > maxSmallExponentBits {
		return unverifiable
	}
	size := (k.n.BitLen() + 7) / 8
	s := new(big.Int).SetBytes(sig)
	if len(sig) != size || s.Cmp(k.n) >= 0 || size < len(prefix)+len(sum)+11 {
		return mismatch
	}
	em := new(big.Int).Exp(s, k.e, k.n).FillBytes(make([]byte, size))
	want := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-len(prefix)-len(sum)-3)...)
	want = append(append(append(want, 0), prefix...), sum...)
	return outcomeOf(bytes.Equal(em, want))
}

// verifyDSA checks a DSA signature; the digest is cut to the size of the subgroup (FIPS 186-4 section 4.6).
func verifyDSA(k *dsa.PublicKey, sum, sig []byte) outcome {
	var seq cryptobyte.String
	r, s := new(big.Int), new(big.Int)
	in := cryptobyte.String(sig)
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(r) || !seq.ReadASN1Integer(s) {
		return mismatch
	}
	if n := k.Q.BitLen() / 8; n > 0 && n < len(sum) {
		sum = sum[:n]
	}
	return outcomeOf(dsa.Verify(k, sum, r, s))
}

var pssHashes = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
	"2.16.840.1.101.3.4.2.4": crypto.SHA224,
	"2.16.840.1.101.3.4.2.5": crypto.SHA512_224,
	"2.16.840.1.101.3.4.2.6": crypto.SHA512_256,
	"1.2.840.113549.2.5":     crypto.MD5,
}

// pss are the parameters of RSASSA-PSS (RFC 4055 section 3.1).
type pss struct {
	hash, mgf crypto.Hash
	salt      int
}

func readPSS(in cryptobyte.String) (pss, bool) {
	p := pss{hash: crypto.SHA1, mgf: crypto.SHA1, salt: 20}
	var seq, field, alg cryptobyte.String
	var has bool
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return p, false
	}
	hash := func(s *cryptobyte.String, out *crypto.Hash) bool {
		var oid asn1.ObjectIdentifier
		if !s.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		h, ok := pssHashes[oid.String()]
		*out = h
		return ok
	}
	tag := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }
	if !seq.ReadOptionalASN1(&field, &has, tag(0)) || (has && !hash(&field, &p.hash)) {
		return p, false
	}
	if !seq.ReadOptionalASN1(&field, &has, tag(1)) {
		return p, false
	}
	if has {
		var mgf cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !field.ReadASN1(&mgf, cbasn1.SEQUENCE) || !mgf.ReadASN1ObjectIdentifier(&oid) || !hash(&mgf, &p.mgf) {
			return p, false
		}
	}
	if !seq.ReadOptionalASN1(&field, &has, tag(2)) || (has && !field.ReadASN1Integer(&p.salt)) {
		return p, false
	}
	return p, p.salt >= 0
}

// verifyPSS checks an RSASSA-PSS signature. crypto/rsa knows only one hash for both the message and the mask.
func verifyPSS(v *view, k publicKey) outcome {
	p, ok := readPSS(v.sigParams)
	std := k.rsa.std()
	if !ok || std == nil || p.hash != p.mgf || !p.hash.Available() {
		return unverifiable
	}
	h := p.hash.New()
	h.Write(v.c.RawTBS)
	// crypto/rsa takes 0 for "any length"; no certificate in the wild is signed without salt.
	return outcomeOf(rsa.VerifyPSS(std, p.hash, h.Sum(nil), v.c.Signature, &rsa.PSSOptions{SaltLength: p.salt}) == nil)
}
