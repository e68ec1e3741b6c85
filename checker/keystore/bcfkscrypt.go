package keystore

import (
	"crypto/aes"
	"crypto/pbkdf2"
	"crypto/sha3"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"math/bits"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"
)

// bcfksKDF is PBKDF2 or scrypt as BCFKS uses them: the password and the purpose, each as a BMPString, one after the other.
type bcfksKDF struct {
	name       string
	salt       []byte
	iterations int // of PBKDF2
	newHash    func() hash.Hash
	n, r       int // of scrypt
	size       int // of the key in bytes; 0 where the parameters leave it open
}

func readBCFKSKDF(alg algorithm) (bcfksKDF, error) {
	broken := problem(ErrFormat, BCFKS, "the parameters of a key derivation are damaged")
	var seq, salt cryptobyte.String
	params := alg.params
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return bcfksKDF{}, broken
	}
	k := bcfksKDF{salt: salt}
	var ok bool
	switch alg.oid {
	case oidScrypt:
		var p int
		var ok1, ok2, ok3 bool
		k.n, ok1 = readCount(&seq)
		k.r, ok2 = readCount(&seq)
		p, ok3 = readCount(&seq)
		if !ok1 || !ok2 || !ok3 || k.n < 2 || bits.OnesCount(uint(k.n)) != 1 || k.r < 1 || p < 1 {
			return k, broken
		}
		k.name = "SCRYPT"
	case oidPBKDF2:
		if k.iterations, ok = readCount(&seq); !ok || k.iterations == 0 {
			return k, broken
		}
	default:
		return k, problem(ErrUnsupported, BCFKS, "it derives keys with %s", alg.oid)
	}
	if seq.PeekASN1Tag(cbasn1.INTEGER) {
		if k.size, ok = readCount(&seq); !ok {
			return k, broken
		}
		if k.size > maxPBMAC1Key {
			return k, problem(ErrTooCostly, BCFKS, "it derives a key of %d bytes", k.size)
		}
	}
	if alg.oid == oidPBKDF2 {
		prf, ok := readAlgorithmElement(&seq)
		switch {
		case ok && prf.oid == oidHMACSHA512:
			k.name, k.newHash = "HMAC-SHA512", sha512.New
		case ok && prf.oid == oidHMACSHA3_512:
			k.name, k.newHash = "HMAC-SHA3-512", func() hash.Hash { return sha3.New512() }
		default:
			return k, problem(ErrUnsupported, BCFKS, "its PBKDF2 uses no HMAC with 512 bits")
		}
	}
	return k, nil
}

// derive pays for a key of the given size, which the parameters may overrule, and derives it.
func (k bcfksKDF) derive(password, purpose string, size int, b *budget) ([]byte, error) {
	if k.size > 0 {
		size = k.size
	}
	secret := append(bmpString(password, true), bmpString(purpose, true)...)
	defer clear(secret)
	if k.n > 0 {
		// BouncyCastle takes the block size for the parallelization parameter too; it writes as it reads, so that counts.
		r, p := k.r, k.r
		memory := 128 * int64(r) * (int64(k.n) + int64(p))
		if int64(k.n) > b.scryptMemory || int64(r) > b.scryptMemory || memory > b.scryptMemory {
			return nil, problem(ErrTooCostly, BCFKS, "its scrypt wants %d MiB", memory>>20)
		}
		// One pass over a block of 128r bytes costs about what r iterations of PBKDF2 with SHA-512 do.
		if err := b.pay(int(min(int64(k.n)*int64(r)*int64(p)/4, 1<<31-1)), BCFKS); err != nil {
			return nil, err
		}
		return scrypt.Key(secret, k.salt, k.n, r, p, size)
	}
	blocks := (size + 63) / 64
	if err := b.pay(k.iterations*max(blocks, 1), BCFKS); err != nil {
		return nil, err
	}
	return pbkdf2.Key(k.newHash, string(secret), k.salt, k.iterations, size)
}

// bcfksScheme is PBES2 with AES-CCM or AES key wrap.
type bcfksScheme struct {
	cipher  Cipher
	kdf     bcfksKDF
	keySize int
	nonce   []byte // CCM
	tag     int    // CCM; 0 for key wrap
}

func newBCFKSScheme(alg algorithm) (*bcfksScheme, error) {
	broken := problem(ErrFormat, BCFKS, "the parameters of its encryption are damaged")
	if alg.oid != oidPBES2 {
		return nil, problem(ErrUnsupported, BCFKS, "it is encrypted with %s", alg.oid)
	}
	var seq cryptobyte.String
	params := alg.params
	if !params.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, broken
	}
	kdfAlg, ok1 := readAlgorithmElement(&seq)
	enc, ok2 := readAlgorithmElement(&seq)
	if !ok1 || !ok2 {
		return nil, broken
	}
	kdf, err := readBCFKSKDF(kdfAlg)
	if err != nil {
		return nil, err
	}
	s := &bcfksScheme{kdf: kdf, keySize: 32}
	name := "AES256-KWP"
	switch enc.oid {
	case oidAES256KWP:
	case oidAES128CCM, oidAES192CCM, oidAES256CCM:
		name = "AES256-CCM"
		if enc.oid == oidAES128CCM {
			name, s.keySize = "AES128-CCM", 16
		} else if enc.oid == oidAES192CCM {
			name, s.keySize = "AES192-CCM", 24
		}
		// CCMParameters: the size of the tag is 12 bytes by default (RFC 5084).
		var ccm, nonce cryptobyte.String
		if !enc.params.ReadASN1(&ccm, cbasn1.SEQUENCE) || !ccm.ReadASN1(&nonce, cbasn1.OCTET_STRING) {
			return nil, broken
		}
		s.nonce, s.tag = nonce, 12
		if !ccm.Empty() {
			var ok bool
			if s.tag, ok = readCount(&ccm); !ok || s.tag == 0 {
				return nil, broken
			}
		}
	default:
		return nil, problem(ErrUnsupported, BCFKS, "it is encrypted with %s", enc.oid)
	}
	s.cipher = Cipher{Algorithm: fmt.Sprintf("PBES2-%s-%s", name, kdf.name), Iterations: kdf.iterations}
	return s, nil
}

// decrypt gives the content, which an authenticated cipher proves; ErrPassword where it does not fit.
func (s *bcfksScheme) decrypt(password, purpose string, data []byte, b *budget) ([]byte, error) {
	wrong := problem(ErrPassword, BCFKS, "it does not decrypt with this password")
	key, err := s.kdf.derive(password, purpose, s.keySize, b)
	if err != nil {
		if errors.Is(err, ErrTooCostly) {
			return nil, err
		}
		return nil, wrong
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, wrong
	}
	var plain []byte
	var ok bool
	if s.tag > 0 {
		plain, ok = openCCM(block, s.nonce, data, nil, s.tag)
	} else {
		plain, ok = unwrapKWP(block, data)
	}
	if !ok {
		return nil, wrong
	}
	return plain, nil
}
