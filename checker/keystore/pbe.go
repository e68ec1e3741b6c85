package keystore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // old stores are encrypted with it
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rc4" //nolint:gosec // old stores are encrypted with it
	"crypto/sha1"
	"fmt"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// pbe is a password-based encryption with the parameters that the file gives.
type pbe struct {
	cipher Cipher
	// twoForms: an empty password exists in two forms (see bmpString).
	twoForms bool
	// refused says why JDK 17 can't decrypt it; empty where it can.
	refused string
	run     func(password string, bare bool, data []byte) ([]byte, bool)
}

// decrypt pays for the derivation and runs it. ok is false where the result is not what encryption would have padded.
func (p *pbe) decrypt(password string, bare bool, data []byte, b *budget, f Format) (plain []byte, ok bool, err error) {
	if err := b.pay(p.cipher.Iterations, f); err != nil {
		return nil, false, err
	}
	plain, ok = p.run(password, bare, data)
	return plain, ok, nil
}

// open tries a password in its forms until valid takes the result. Java does so too (PKCS12KeyStore.RetryWithZero).
func (p *pbe) open(password string, data []byte, b *budget, f Format, valid func([]byte) bool) ([]byte, error) {
	for _, bare := range []bool{false, true} {
		if bare && (password != "" || !p.twoForms) {
			break
		}
		plain, ok, err := p.decrypt(password, bare, data, b, f)
		if err != nil {
			return nil, err
		}
		if ok && valid(plain) {
			return plain, nil
		}
		clear(plain)
	}
	return nil, problem(ErrPassword, f, "it does not decrypt with this password")
}

// pkcs12Cipher is one of the encryptions of RFC 7292, appendix C.
type pkcs12Cipher struct {
	name    string
	key, iv int // bytes
	block   func(key []byte) cipher.Block
	notJava string
}

var pkcs12Ciphers = map[string]pkcs12Cipher{
	"1.2.840.113549.1.12.1.1": {name: "PBE-SHA1-RC4-128", key: 16},
	"1.2.840.113549.1.12.1.2": {name: "PBE-SHA1-RC4-40", key: 5},
	"1.2.840.113549.1.12.1.3": {name: "PBE-SHA1-3DES", key: 24, iv: 8, block: tripleDES},
	"1.2.840.113549.1.12.1.4": {name: "PBE-SHA1-2DES", key: 16, iv: 8, block: twoKeyDES, notJava: "Java has no 3DES with two keys"},
	"1.2.840.113549.1.12.1.5": {name: "PBE-SHA1-RC2-128", key: 16, iv: 8, block: func(k []byte) cipher.Block { return newRC2(k, 128) }},
	"1.2.840.113549.1.12.1.6": {name: "PBE-SHA1-RC2-40", key: 5, iv: 8, block: func(k []byte) cipher.Block { return newRC2(k, 40) }},
}

func tripleDES(key []byte) cipher.Block {
	b, _ := des.NewTripleDESCipher(key) // 24 bytes always
	return b
}

func twoKeyDES(key []byte) cipher.Block {
	full := append(append(make([]byte, 0, 24), key...), key[:8]...)
	defer clear(full)
	return tripleDES(full)
}

// maxSalt bounds what the PKCS#12 derivation repeats a salt to; real ones have 8 to 64 bytes.
const maxSalt = 1 << 16

const (
	oidPBES2     = "1.2.840.113549.1.5.13"
	oidPBKDF2    = "1.2.840.113549.1.5.12"
	oidPBMAC1    = "1.2.840.113549.1.5.14"
	oidMD5DES    = "1.2.840.113549.1.5.3"
	oidSHA1DES   = "1.2.840.113549.1.5.10"
	oidHMACSHA1  = "1.2.840.113549.2.7"
	oidTripleDES = "1.2.840.113549.3.7"
)

// newPBE understands an AlgorithmIdentifier of password-based encryption.
func newPBE(alg algorithm, f Format) (*pbe, error) {
	if alg.oid == oidPBES2 {
		return newPBES2(alg.params, f)
	}
	c, isPKCS12 := pkcs12Ciphers[alg.oid]
	if !isPKCS12 && alg.oid != oidMD5DES && alg.oid != oidSHA1DES {
		return nil, problem(ErrUnsupported, f, "it is encrypted with algorithm %s", alg.oid)
	}
	var seq, salt cryptobyte.String
	params := alg.params
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return nil, problem(ErrFormat, f, "the parameters of its encryption are damaged")
	}
	iterations, ok := readCount(&seq)
	if !ok || iterations == 0 {
		return nil, problem(ErrFormat, f, "the iteration count of its encryption is damaged")
	}
	if len(salt) > maxSalt {
		return nil, problem(ErrTooCostly, f, "the salt of its encryption has %d bytes", len(salt))
	}
	if !isPKCS12 {
		return newPBES1(alg.oid, salt, iterations), nil
	}
	p := &pbe{cipher: Cipher{Algorithm: c.name, Iterations: iterations}, twoForms: true, refused: c.notJava}
	p.run = func(password string, bare bool, data []byte) ([]byte, bool) {
		secret := bmpString(password, bare)
		defer clear(secret)
		key := pkcs12KDF(sha1.New, secret, salt, kdfKey, iterations, c.key)
		defer clear(key)
		if c.block == nil {
			stream, _ := rc4.NewCipher(key) // 5 or 16 bytes
			plain := make([]byte, len(data))
			stream.XORKeyStream(plain, data)
			return plain, true
		}
		iv := pkcs12KDF(sha1.New, secret, salt, kdfIV, iterations, c.iv)
		return decryptCBC(c.block(key), iv, data)
	}
	return p, nil
}

// newPBES1 is PBES1 of RFC 8018 with DES, which Java still reads with MD5.
func newPBES1(oid string, salt []byte, iterations int) *pbe {
	name, newHash, refused := "PBE-MD5-DES", md5.New, ""
	if oid == oidSHA1DES {
		name, newHash, refused = "PBE-SHA1-DES", sha1.New, "Java has no PBE with SHA-1 and DES"
	}
	p := &pbe{cipher: Cipher{Algorithm: name, Iterations: iterations}, refused: refused}
	p.run = func(password string, _ bool, data []byte) ([]byte, bool) {
		dk := pbkdf1(newHash, []byte(password), salt, iterations, 16)
		defer clear(dk)
		block, _ := des.NewCipher(dk[:8])
		return decryptCBC(block, dk[8:16], data)
	}
	return p
}

// decryptCBC decrypts and takes the padding of RFC 8018 off; false where there is none.
func decryptCBC(block cipher.Block, iv, data []byte) ([]byte, bool) {
	size := block.BlockSize()
	if len(data) == 0 || len(data)%size != 0 || len(iv) != size {
		return nil, false
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	n := int(plain[len(plain)-1])
	if n == 0 || n > size {
		clear(plain)
		return nil, false
	}
	for _, c := range plain[len(plain)-n:] {
		if int(c) != n {
			clear(plain)
			return nil, false
		}
	}
	return plain[:len(plain)-n], true
}

// pbkdf2Params are PBKDF2-params of RFC 8018, A.2.
type pbkdf2Params struct {
	salt       []byte
	iterations int
	size       int // 0: not given
	prf        digestAlgorithm
}

func readPBKDF2(params cryptobyte.String, f Format) (pbkdf2Params, error) {
	broken := problem(ErrFormat, f, "the parameters of its PBKDF2 are damaged")
	var seq, salt cryptobyte.String
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return pbkdf2Params{}, broken
	}
	p := pbkdf2Params{salt: salt, prf: hmacs[oidHMACSHA1]}
	var ok bool
	if p.iterations, ok = readCount(&seq); !ok || p.iterations == 0 {
		return p, broken
	}
	if seq.PeekASN1Tag(cbasn1.INTEGER) {
		if p.size, ok = readCount(&seq); !ok {
			return p, broken
		}
	}
	if !seq.Empty() {
		prf, ok := readAlgorithmElement(&seq)
		if !ok {
			return p, broken
		}
		if p.prf, ok = hmacs[prf.oid]; !ok {
			return p, problem(ErrUnsupported, f, "its PBKDF2 uses %s", prf.oid)
		}
	}
	return p, nil
}

func (p pbkdf2Params) derive(password string, size int) []byte {
	key, err := pbkdf2.Key(func() hash.Hash { return p.prf.new() }, password, p.salt, p.iterations, size)
	if err != nil {
		return make([]byte, size) // only where FIPS mode forbids it; such a key opens nothing
	}
	return key
}

// cbcSchemes are the encryption schemes of PBES2.
var cbcSchemes = map[string]struct {
	name    string
	key, iv int
	block   func([]byte) (cipher.Block, error)
	refused string
}{
	"2.16.840.1.101.3.4.1.2":  {"AES128", 16, 16, aes.NewCipher, ""},
	"2.16.840.1.101.3.4.1.22": {"AES192", 24, 16, aes.NewCipher, "Java's PBES2 has AES with keys of 128 and 256 bits only"},
	"2.16.840.1.101.3.4.1.42": {"AES256", 32, 16, aes.NewCipher, ""},
	oidTripleDES:              {"3DES", 24, 8, des.NewTripleDESCipher, "Java's PBES2 has AES only, not 3DES"},
}

func newPBES2(params cryptobyte.String, f Format) (*pbe, error) {
	var seq cryptobyte.String
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, problem(ErrFormat, f, "the parameters of its PBES2 are damaged")
	}
	kdfAlg, ok1 := readAlgorithmElement(&seq)
	enc, ok2 := readAlgorithmElement(&seq)
	if !ok1 || !ok2 {
		return nil, problem(ErrFormat, f, "the parameters of its PBES2 are damaged")
	}
	if kdfAlg.oid != oidPBKDF2 {
		return nil, problem(ErrUnsupported, f, "its PBES2 derives the key with %s", kdfAlg.oid)
	}
	kdf, err := readPBKDF2(kdfAlg.params, f)
	if err != nil {
		return nil, err
	}
	scheme, ok := cbcSchemes[enc.oid]
	if !ok {
		return nil, problem(ErrUnsupported, f, "its PBES2 encrypts with %s", enc.oid)
	}
	var iv cryptobyte.String
	if !enc.params.ReadASN1(&iv, cbasn1.OCTET_STRING) || len(iv) != scheme.iv {
		return nil, problem(ErrFormat, f, "the initialisation vector of its PBES2 is damaged")
	}
	if kdf.size != 0 && kdf.size != scheme.key {
		return nil, problem(ErrFormat, f, "its PBKDF2 derives %d bytes where %s needs %d", kdf.size, scheme.name, scheme.key)
	}
	p := &pbe{
		cipher:  Cipher{Algorithm: fmt.Sprintf("PBES2-%s-CBC-HMAC-%s", scheme.name, kdf.prf.name), Iterations: kdf.iterations},
		refused: scheme.refused,
	}
	p.run = func(password string, _ bool, data []byte) ([]byte, bool) {
		key := kdf.derive(password, scheme.key)
		defer clear(key)
		block, err := scheme.block(key)
		if err != nil {
			return nil, false
		}
		return decryptCBC(block, iv, data)
	}
	return p, nil
}
