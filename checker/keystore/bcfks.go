package keystore

import (
	"crypto/hmac"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
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
