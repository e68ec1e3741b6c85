package keystore

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"fmt"
	"hash"
	"math/bits"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"
)

const (
	oidScrypt       = "1.3.6.1.4.1.11591.4.11"
	oidHMACSHA512   = "1.2.840.113549.2.11"
	oidHMACSHA3_512 = "2.16.840.1.101.3.4.2.16"
	oidAES128CCM    = "2.16.840.1.101.3.4.1.7"
	oidAES192CCM    = "2.16.840.1.101.3.4.1.27"
	oidAES256CCM    = "2.16.840.1.101.3.4.1.47"
	oidAES256KWP    = "2.16.840.1.101.3.4.1.48"
)

// What BCFKS derives keys for; the words go into the derivation (BcFKSKeyStoreSpi.generateKey).
const (
	forStore     = "STORE_ENCRYPTION"
	forIntegrity = "INTEGRITY_CHECK"
	forPrivate   = "PRIVATE_KEY_ENCRYPTION"
	forSecret    = "SECRET_KEY_ENCRYPTION"
)

// readBCFKS reads an ObjectStore (org.bouncycastle.asn1.bc) as BouncyCastle's BcFKSKeyStoreSpi.engineLoad does.
func readBCFKS(in *input, s *Store) error {
	s.walked, s.Complete = true, false
	broken := func(what string) error {
		s.integrityUnknown(in)
		return problem(ErrFormat, BCFKS, "%s is damaged", what)
	}
	der, err := in.der(BCFKS, in.data, "the file")
	if err != nil {
		s.integrityUnknown(in)
		return err
	}
	var outer, stored, check cryptobyte.String
	if !der.ReadASN1(&outer, cbasn1.SEQUENCE) || !outer.ReadASN1Element(&stored, cbasn1.SEQUENCE) {
		return broken("the outermost structure")
	}
	content, err := readBCFKSContent(stored)
	if err != nil {
		return err
	}
	if content.scheme != nil {
		s.Protection.addCertificates(content.scheme.cipher)
	}
	if outer.PeekASN1Tag(cbasn1.Tag(0).Constructed().ContextSpecific()) {
		s.Protection.Integrity = "signature"
		return problem(ErrUnsupported, BCFKS, "its integrity is protected by a signature, whose key this package does not have")
	}
	if !outer.ReadASN1(&check, cbasn1.SEQUENCE) {
		return broken("the integrity check")
	}
	mac, err := readBCFKSMAC(check, stored)
	if err != nil {
		return err
	}
	s.Protection.Integrity, s.Protection.Iterations = mac.name, mac.kdf.iterations
	// BouncyCastle opens no file without a password; it takes null for an empty one, as a caller of this package may too.
	for i, p := range in.passwords {
		fits, err := mac.verify(p, in.budget)
		if err != nil {
			return err
		}
		if fits {
			s.Integrity, s.Password = IntegrityVerified, i
			return in.openBCFKS(s, content, p)
		}
	}
	if len(in.passwords) == 0 {
		return nil
	}
	s.Integrity = IntegrityFailed
	for i, p := range in.passwords {
		err := in.openBCFKS(s, content, p)
		if err == nil && content.scheme != nil {
			s.Password = i
			return problem(ErrIntegrity, BCFKS, "the password decrypts the file, but its MAC does not fit: the file was changed or damaged")
		}
		if errors.Is(err, ErrTooCostly) {
			return err
		}
	}
	return problem(ErrPassword, BCFKS, "the MAC fits none of the passwords")
}

// bcfksContent is the ObjectStoreData, mostly encrypted.
type bcfksContent struct {
	scheme *bcfksScheme // nil where it is plain
	data   []byte
}

func readBCFKSContent(stored cryptobyte.String) (bcfksContent, error) {
	element := stored
	var seq, data cryptobyte.String
	if !stored.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return bcfksContent{}, problem(ErrFormat, BCFKS, "the content is damaged")
	}
	if seq.PeekASN1Tag(cbasn1.INTEGER) {
		return bcfksContent{data: element}, nil
	}
	alg, ok := readAlgorithmElement(&seq)
	if !ok || !seq.ReadASN1(&data, cbasn1.OCTET_STRING) {
		return bcfksContent{}, problem(ErrFormat, BCFKS, "the content is damaged")
	}
	scheme, err := newBCFKSScheme(alg)
	return bcfksContent{scheme: scheme, data: data}, err
}

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
		plain, ok = openCCM(block, s.nonce, data, s.tag)
	} else {
		plain, ok = unwrapKWP(block, data)
	}
	if !ok {
		return nil, wrong
	}
	return plain, nil
}

// bcfksMAC is a PbkdMacIntegrityCheck over the stored content.
type bcfksMAC struct {
	name    string
	kdf     bcfksKDF
	newHash func() hash.Hash
	content []byte
	digest  []byte
}

func readBCFKSMAC(check cryptobyte.String, content []byte) (*bcfksMAC, error) {
	broken := problem(ErrFormat, BCFKS, "the integrity check is damaged")
	alg, ok1 := readAlgorithmElement(&check)
	kdfAlg, ok2 := readAlgorithmElement(&check)
	var digest cryptobyte.String
	if !ok1 || !ok2 || !check.ReadASN1(&digest, cbasn1.OCTET_STRING) {
		return nil, broken
	}
	m := &bcfksMAC{content: content, digest: digest}
	var err error
	if m.kdf, err = readBCFKSKDF(kdfAlg); err != nil {
		return nil, err
	}
	if m.kdf.size == 0 {
		return nil, broken
	}
	switch alg.oid {
	case oidHMACSHA512:
		m.name, m.newHash = "HMAC-SHA512", sha512.New
	case oidHMACSHA3_512:
		m.name, m.newHash = "HMAC-SHA3-512", func() hash.Hash { return sha3.New512() }
	default:
		if d, ok := hmacs[alg.oid]; ok {
			m.name, m.newHash = "HMAC-"+d.name, d.new
		} else {
			return nil, problem(ErrUnsupported, BCFKS, "its MAC is %s", alg.oid)
		}
	}
	m.name += " with " + m.kdf.name
	return m, nil
}

func (m *bcfksMAC) verify(password string, b *budget) (bool, error) {
	key, err := m.kdf.derive(password, forIntegrity, m.kdf.size, b)
	if err != nil {
		return false, err
	}
	defer clear(key)
	h := hmac.New(m.newHash, key)
	h.Write(m.content)
	return subtle.ConstantTimeCompare(h.Sum(nil), m.digest) == 1, nil
}

// Types of ObjectData.
const (
	bcfksCertificate      = 0
	bcfksPrivateKey       = 1
	bcfksSecretKey        = 2
	bcfksProtectedPrivate = 3
	bcfksProtectedSecret  = 4
)

// openBCFKS decrypts the content and reads its entries.
func (in *input) openBCFKS(s *Store, c bcfksContent, password string) error {
	data := c.data
	if c.scheme != nil {
		var err error
		if data, err = c.scheme.decrypt(password, forStore, c.data, in.budget); err != nil {
			return err
		}
	}
	der, err := in.der(BCFKS, data, "the content")
	if err != nil {
		return err
	}
	var seq, list cryptobyte.String
	broken := problem(ErrFormat, BCFKS, "the content is damaged")
	if !der.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return broken
	}
	version, ok := readCount(&seq)
	if _, isAlg := readAlgorithmElement(&seq); !ok || !isAlg || !seq.SkipASN1(cbasn1.GeneralizedTime) || !seq.SkipASN1(cbasn1.GeneralizedTime) ||
		!seq.ReadASN1(&list, cbasn1.SEQUENCE) {
		return broken
	}
	s.Version = version
	for !list.Empty() {
		if len(s.Entries) >= in.limits.Entries || len(in.certs.seen) > in.limits.Entries {
			return problem(ErrTooCostly, BCFKS, "the entries are more than the limit of %d", in.limits.Entries)
		}
		if err := in.addBCFKS(s, &list); err != nil {
			return err
		}
	}
	s.Complete = true
	return nil
}

func (in *input) addBCFKS(s *Store, list *cryptobyte.String) error {
	broken := problem(ErrFormat, BCFKS, "entry %d is damaged", len(s.Entries)+1)
	var object, name, data cryptobyte.String
	if !list.ReadASN1(&object, cbasn1.SEQUENCE) {
		return broken
	}
	kind, ok := readCount(&object)
	if !ok || !object.ReadASN1(&name, cbasn1.UTF8String) || !object.SkipASN1(cbasn1.GeneralizedTime) {
		return broken
	}
	// BouncyCastle shows the date of the last change.
	modified, ok := readTime(&object)
	if !ok || !object.ReadASN1(&data, cbasn1.OCTET_STRING) {
		return broken
	}
	e := Entry{Alias: string(name), Created: modified}
	switch kind {
	case bcfksCertificate:
		e.Kind = CertificateEntry
		e.Chain = []*Certificate{in.certs.add(e.Alias, "X.509", data)}
	case bcfksPrivateKey, bcfksProtectedPrivate:
		e.Kind = PrivateKeyEntry
		var seq, info, chain cryptobyte.String
		if !data.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Element(&info, cbasn1.SEQUENCE) || !seq.ReadASN1(&chain, cbasn1.SEQUENCE) {
			return broken
		}
		for !chain.Empty() {
			var cert cryptobyte.String
			if len(e.Chain) >= in.limits.Chain {
				return problem(ErrTooCostly, BCFKS, "the chain of entry '%s' has more certificates than the limit of %d", e.Alias, in.limits.Chain)
			}
			if !chain.ReadASN1Element(&cert, cbasn1.SEQUENCE) {
				return broken
			}
			e.Chain = append(e.Chain, in.certs.add(e.Alias, "X.509", cert))
		}
		key := newBCFKSKey(info, forPrivate, in.budget)
		if key.scheme != nil {
			s.Protection.addKey(key.scheme.cipher)
		}
		e.key = newKeySlot(key, BCFKS, e)
	case bcfksSecretKey, bcfksProtectedSecret:
		e.Kind = SecretKeyEntry
		e.key = newKeySlot(newBCFKSKey(data, forSecret, in.budget), BCFKS, e)
	default:
		return problem(ErrFormat, BCFKS, "entry '%s' is of the unknown kind %d", e.Alias, kind)
	}
	s.Entries = append(s.Entries, e)
	return nil
}

// bcfksKey is an EncryptedPrivateKeyInfo, or an EncryptedSecretKeyData, which has the same form.
type bcfksKey struct {
	scheme  *bcfksScheme
	data    []byte
	purpose string
	problem error
	budget  *budget
}

func newBCFKSKey(der []byte, purpose string, b *budget) *bcfksKey {
	k := &bcfksKey{purpose: purpose, budget: b}
	alg, data, err := encryptedKeyInfo(der, BCFKS)
	if err != nil {
		k.problem = err
		return k
	}
	k.data = data
	k.scheme, k.problem = newBCFKSScheme(alg)
	return k
}

func (k *bcfksKey) recover(password string) ([]byte, error) {
	if k.problem != nil {
		return nil, k.problem
	}
	plain, err := k.scheme.decrypt(password, k.purpose, k.data, k.budget)
	if errors.Is(err, ErrPassword) {
		return nil, problem(ErrPassword, BCFKS, "the key does not open with this password")
	}
	if err != nil || k.purpose == forPrivate {
		return plain, err
	}
	// SecretKeyData: the algorithm and the key.
	defer clear(plain)
	s := cryptobyte.String(plain)
	var seq, alg, key cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&alg, cbasn1.OBJECT_IDENTIFIER) || !seq.ReadASN1(&key, cbasn1.OCTET_STRING) {
		return nil, problem(ErrFormat, BCFKS, "the key opens, but it is damaged")
	}
	return append([]byte(nil), key...), nil
}
