package keystore

import (
	"crypto/dsa" //nolint:staticcheck // old stores hold DSA certificates
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"math/big"
	"strconv"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Java's names of public-key algorithms (PublicKey.getAlgorithm).
var keyNames = map[string]string{
	oidRSA: "RSA", oidPSS: "RSASSA-PSS", oidDSA: "DSA", oidEC: "EC", oidEd25519: "Ed25519", oidEd448: "Ed448",
	oidX25519: "X25519", oidX448: "X448",
}

type namedCurve struct {
	name string
	bits int // of the field, by which a point's length goes
}

// curves are those of sun.security.util.CurveDB: Java refuses a certificate on any other.
var curves = map[string]namedCurve{
	"1.2.840.10045.3.1.1":   {"secp192r1", 192},
	"1.2.840.10045.3.1.2":   {"X9.62 prime192v2", 192},
	"1.2.840.10045.3.1.3":   {"X9.62 prime192v3", 192},
	"1.2.840.10045.3.1.4":   {"X9.62 prime239v1", 239},
	"1.2.840.10045.3.1.5":   {"X9.62 prime239v2", 239},
	"1.2.840.10045.3.1.6":   {"X9.62 prime239v3", 239},
	"1.2.840.10045.3.1.7":   {"secp256r1", 256},
	"1.3.132.0.6":           {"secp112r1", 112},
	"1.3.132.0.7":           {"secp112r2", 112},
	"1.3.132.0.28":          {"secp128r1", 128},
	"1.3.132.0.29":          {"secp128r2", 128},
	"1.3.132.0.9":           {"secp160k1", 160},
	"1.3.132.0.8":           {"secp160r1", 160},
	"1.3.132.0.30":          {"secp160r2", 160},
	"1.3.132.0.31":          {"secp192k1", 192},
	"1.3.132.0.32":          {"secp224k1", 224},
	"1.3.132.0.33":          {"secp224r1", 224},
	"1.3.132.0.10":          {"secp256k1", 256},
	"1.3.132.0.34":          {"secp384r1", 384},
	"1.3.132.0.35":          {"secp521r1", 521},
	"1.3.132.0.4":           {"sect113r1", 113},
	"1.3.132.0.5":           {"sect113r2", 113},
	"1.3.132.0.22":          {"sect131r1", 131},
	"1.3.132.0.23":          {"sect131r2", 131},
	"1.3.132.0.1":           {"sect163k1", 163},
	"1.3.132.0.2":           {"sect163r1", 163},
	"1.3.132.0.15":          {"sect163r2", 163},
	"1.3.132.0.24":          {"sect193r1", 193},
	"1.3.132.0.25":          {"sect193r2", 193},
	"1.3.132.0.26":          {"sect233k1", 233},
	"1.3.132.0.27":          {"sect233r1", 233},
	"1.3.132.0.3":           {"sect239k1", 239},
	"1.3.132.0.16":          {"sect283k1", 283},
	"1.3.132.0.17":          {"sect283r1", 283},
	"1.3.132.0.36":          {"sect409k1", 409},
	"1.3.132.0.37":          {"sect409r1", 409},
	"1.3.132.0.38":          {"sect571k1", 571},
	"1.3.132.0.39":          {"sect571r1", 571},
	"1.2.840.10045.3.0.5":   {"X9.62 c2tnb191v1", 191},
	"1.2.840.10045.3.0.6":   {"X9.62 c2tnb191v2", 191},
	"1.2.840.10045.3.0.7":   {"X9.62 c2tnb191v3", 191},
	"1.2.840.10045.3.0.11":  {"X9.62 c2tnb239v1", 239},
	"1.2.840.10045.3.0.12":  {"X9.62 c2tnb239v2", 239},
	"1.2.840.10045.3.0.13":  {"X9.62 c2tnb239v3", 239},
	"1.2.840.10045.3.0.18":  {"X9.62 c2tnb359v1", 359},
	"1.2.840.10045.3.0.20":  {"X9.62 c2tnb431r1", 431},
	"1.3.36.3.3.2.8.1.1.1":  {"brainpoolP160r1", 160},
	"1.3.36.3.3.2.8.1.1.3":  {"brainpoolP192r1", 192},
	"1.3.36.3.3.2.8.1.1.5":  {"brainpoolP224r1", 224},
	"1.3.36.3.3.2.8.1.1.7":  {"brainpoolP256r1", 256},
	"1.3.36.3.3.2.8.1.1.9":  {"brainpoolP320r1", 320},
	"1.3.36.3.3.2.8.1.1.11": {"brainpoolP384r1", 384},
	"1.3.36.3.3.2.8.1.1.13": {"brainpoolP512r1", 512},
}

// orderBits are the sizes of the orders that differ from those of the fields: Java counts and prints a key by its order
// (sun.security.util.KeyUtil.getKeySize).
var orderBits = map[string]int{
	"secp112r2": 110, "secp128r2": 126, "secp160k1": 161, "secp160r1": 161, "secp160r2": 161, "secp224k1": 225, "sect163r1": 162,
	"sect233k1": 232, "sect239k1": 238, "sect283k1": 281, "sect283r1": 282, "sect409k1": 407, "sect571k1": 570, "sect571r1": 570,
	"X9.62 c2tnb191v2": 190, "X9.62 c2tnb191v3": 189, "X9.62 c2tnb239v1": 238, "X9.62 c2tnb239v2": 237, "X9.62 c2tnb239v3": 236,
	"X9.62 c2tnb359v1": 353, "X9.62 c2tnb431r1": 418,
}

// goKey keeps the key types that Certificate.PublicKey promises.
func goKey(k any) any {
	switch k.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *dsa.PublicKey:
		return k
	}
	return nil
}

// parseKey describes the key by its own structure, since crypto/x509 refuses what Java takes.
func (c *Certificate) parseKey() {
	s := cryptobyte.String(c.RawSPKI)
	var spki, bits cryptobyte.String
	if !s.ReadASN1(&spki, cbasn1.SEQUENCE) {
		return // noted already
	}
	alg, ok := readAlgorithmElement(&spki)
	if !ok || !spki.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) < 1 || bits[0] > 7 {
		c.fatal("the public key is damaged")
		return
	}
	if !spki.Empty() {
		c.fatal("something follows the public key")
	}
	key := &c.Key
	key.Algorithm = keyNames[alg.oid]
	if key.Algorithm == "" {
		key.Algorithm = alg.oid
	}
	unused := bits[0]
	bits = bits[1:]
	switch alg.oid {
	case oidRSA, oidPSS:
		c.parseRSA(bits)
	case oidDSA:
		c.parseDSA(alg.params, bits)
	case oidEC:
		c.parseEC(alg.params, bits)
	case oidEd25519, oidX25519:
		key.Bits = 255
	case oidEd448, oidX448:
		key.Bits = 448
	}
	if size, fixed := keySizes[alg.oid]; fixed && (len(bits) != size || unused > 0) { // Java counts bits
		c.fatal("the " + key.Algorithm + " key is not of " + strconv.Itoa(size) + " bytes")
	}
}

// keySizes are the bytes of public keys that are of one size only.
var keySizes = map[string]int{oidEd25519: 32, oidX25519: 32, oidX448: 56, oidEd448: 57}

// parseDSA describes a key whose parameters may be missing: those of its issuer are meant then.
func (c *Certificate) parseDSA(params, bits cryptobyte.String) {
	if _, ok := readInteger(&bits); !ok {
		c.fatal("the DSA key is damaged")
	}
	if params.Empty() {
		return
	}
	var seq cryptobyte.String
	ok := params.ReadASN1(&seq, cbasn1.SEQUENCE)
	for i := range 3 { // p, q, g
		n, isInteger := readInteger(&seq)
		if ok = ok && isInteger; ok && i == 0 {
			c.Key.Bits = positive(n).BitLen()
		}
	}
	if !ok || !seq.Empty() {
		c.fatal("the parameters of the DSA key are damaged")
	}
}

// parseEC describes a key on a named curve.
func (c *Certificate) parseEC(params, point cryptobyte.String) {
	oid, ok := readOID(&params)
	if !ok {
		c.fatal("the curve is not named")
		return
	}
	curve, known := curves[oid]
	if !known {
		c.Key.Curve = oid
		c.fatal("the curve " + oid + " is unknown")
		return
	}
	c.Key.Curve, c.Key.Bits = curve.name, curve.bits
	if n, differs := orderBits[curve.name]; differs {
		c.Key.Bits = n
	}
	if len(point) != 1+2*((curve.bits+7)/8) || point[0] != 4 {
		c.fatal("the EC key is no uncompressed point of its curve")
	}
}

func (c *Certificate) parseRSA(bits cryptobyte.String) {
	key := &c.Key
	var seq cryptobyte.String
	if !bits.ReadASN1(&seq, cbasn1.SEQUENCE) {
		c.fatal("the RSA key is damaged")
		return
	}
	n, ok1 := readInteger(&seq)
	e, ok2 := readInteger(&seq)
	if !ok1 || !ok2 {
		c.fatal("the RSA key is damaged")
		return
	}
	// Java takes the bytes of both for positive numbers (DerInputStream.getPositiveBigInteger).
	key.Modulus, key.Exponent = positive(n), positive(e)
	key.Bits = key.Modulus.BitLen()
	// RSAPublicKeyImpl, and RSAKeyFactory.checkKeyLengths.
	switch {
	case !seq.Empty():
		c.fatal("something follows the numbers of the RSA key")
	case (key.Bits+7)/8 < 64: // Java counts whole bytes
		c.fatal("the RSA key has less than 512 bits")
	case key.Bits > 16384:
		c.fatal("the RSA key has more than 16384 bits")
	case key.Exponent.Cmp(big.NewInt(3)) < 0:
		c.fatal("the exponent of the RSA key is smaller than 3")
	case key.Exponent.Cmp(key.Modulus) >= 0:
		c.fatal("the exponent of the RSA key is larger than its modulus")
	case key.Bits > 3072 && key.Exponent.BitLen() > 64:
		c.fatal("the exponent of the RSA key has more than 64 bits")
	}
}

// positive is the number that the bytes of n mean without a sign.
func positive(n *big.Int) *big.Int {
	if n.Sign() >= 0 {
		return n
	}
	size := uint(n.BitLen()/8+1) * 8
	return new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), size))
}

// keyBits is the content of the subjectPublicKey BIT STRING; nil where it can't be read.
func (c *Certificate) keyBits() []byte {
	s := cryptobyte.String(c.RawSPKI)
	var spki, bits cryptobyte.String
	if !s.ReadASN1(&spki, cbasn1.SEQUENCE) || !spki.SkipASN1(cbasn1.SEQUENCE) || !spki.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) < 1 {
		return nil
	}
	return bits[1:]
}

// Java's names of signature algorithms (X509Certificate.getSigAlgName).
var signatureNames = map[string]string{
	"1.2.840.113549.1.1.2":    "MD2withRSA",
	"1.2.840.113549.1.1.4":    "MD5withRSA",
	"1.2.840.113549.1.1.5":    "SHA1withRSA",
	"1.3.14.3.2.29":           "SHA1withRSA",
	"1.2.840.113549.1.1.14":   "SHA224withRSA",
	"1.2.840.113549.1.1.11":   "SHA256withRSA",
	"1.2.840.113549.1.1.12":   "SHA384withRSA",
	"1.2.840.113549.1.1.13":   "SHA512withRSA",
	"1.2.840.113549.1.1.15":   "SHA512/224withRSA",
	"1.2.840.113549.1.1.16":   "SHA512/256withRSA",
	oidPSS:                    "RSASSA-PSS",
	"1.2.840.10040.4.3":       "SHA1withDSA",
	"1.3.14.3.2.13":           "SHA1withDSA",
	"1.3.14.3.2.27":           "SHA1withDSA",
	"2.16.840.1.101.3.4.3.1":  "SHA224withDSA",
	"2.16.840.1.101.3.4.3.2":  "SHA256withDSA",
	"2.16.840.1.101.3.4.3.3":  "SHA384withDSA",
	"2.16.840.1.101.3.4.3.4":  "SHA512withDSA",
	"1.2.840.10045.4.1":       "SHA1withECDSA",
	"1.2.840.10045.4.3.1":     "SHA224withECDSA",
	"1.2.840.10045.4.3.2":     "SHA256withECDSA",
	"1.2.840.10045.4.3.3":     "SHA384withECDSA",
	"1.2.840.10045.4.3.4":     "SHA512withECDSA",
	"2.16.840.1.101.3.4.3.13": "SHA3-224withRSA",
	"2.16.840.1.101.3.4.3.14": "SHA3-256withRSA",
	"2.16.840.1.101.3.4.3.15": "SHA3-384withRSA",
	"2.16.840.1.101.3.4.3.16": "SHA3-512withRSA",
	oidEd25519:                "Ed25519",
	oidEd448:                  "Ed448",
}

func signatureName(oid string) string {
	if name, ok := signatureNames[oid]; ok {
		return name
	}
	return oid
}
