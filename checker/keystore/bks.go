package keystore

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"errors"
	"math"

	"golang.org/x/crypto/twofish"
)

// Types of the entries of BKS and UBER files (org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi).
const (
	bksEnd         = 0
	bksCertificate = 1
	bksKey         = 2 // unprotected
	bksSecret      = 3 // bytes that the caller has protected
	bksSealed      = 4
)

// bksEntry is one entry as the walk finds it.
type bksEntry struct {
	kind    byte
	alias   string
	created int64
	chain   []javaCert
	cert    javaCert
	data    []byte // of a key
}

// bksHeader is how both formats begin.
type bksHeader struct {
	version    int
	salt       []byte
	iterations int
	body       int // where the entries or the ciphertext begin
}

func readBKSHeader(data []byte, f Format) (bksHeader, error) {
	w := &walker{data: data, format: f}
	version := w.uint32("the version")
	size := w.uint32("the length of the salt")
	salt := w.bytes(int64(size), "the salt")
	iterations := w.uint32("the iteration count")
	if w.err != nil {
		return bksHeader{}, w.err
	}
	if version > 2 {
		return bksHeader{}, damaged(f, 0, "version %d of the format does not exist", version)
	}
	if size == 0 || size > maxSalt {
		return bksHeader{}, damaged(f, 4, "a salt of %d bytes", size)
	}
	if iterations > math.MaxInt32 {
		return bksHeader{}, damaged(f, 8+int(size), "a negative iteration count")
	}
	return bksHeader{version: int(version), salt: salt, iterations: int(iterations), body: w.off}, nil
}

// walkBKS reads entries until the one that ends them; end is where it ends. Beside an error, entries are those before it.
func walkBKS(w *walker, limits Limits) (entries []bksEntry, end int, err error) {
	for {
		kind := w.bytes(1, "the kind of an entry")
		if w.err != nil {
			return entries, w.off, w.err
		}
		if kind[0] == bksEnd {
			return entries, w.off, nil
		}
		if kind[0] > bksSealed {
			return entries, w.off, damaged(w.format, w.off-1, "entry %d is of the unknown kind %d", len(entries)+1, kind[0])
		}
		if len(entries) >= limits.Entries {
			return entries, w.off, problem(ErrTooCostly, w.format, "the entries are more than the limit of %d", limits.Entries)
		}
		e := bksEntry{kind: kind[0], alias: w.utf("an alias"), created: int64(w.uint64("a creation date"))}
		e.chain = w.chain(len(entries)+1, 2, limits)
		switch e.kind {
		case bksCertificate:
			e.cert = w.cert(2)
		case bksKey:
			_, _ = w.bytes(1, "the kind of a key"), w.utf("the format of a key")
			w.utf("the algorithm of a key")
			e.data = w.bytes(int64(w.uint32("the length of a key")), "a key")
		case bksSecret, bksSealed:
			e.data = w.bytes(int64(w.uint32("the length of a key")), "a key")
		}
		if w.err != nil {
			return entries, w.off, w.err
		}
		entries = append(entries, e)
	}
}

// walksAsBKS tells BKS from UBER: the entries can be walked to their end, and 20 bytes of MAC follow.
func walksAsBKS(body []byte) bool {
	w := &walker{data: body, format: BKS, certsLeft: DefaultLimits.Entries}
	_, end, err := walkBKS(w, DefaultLimits)
	return err == nil && len(body)-end >= sha1.Size || errors.Is(err, ErrTooCostly)
}

func readBKS(in *input, s *Store) error {
	h, err := readBKSHeader(in.data, BKS)
	if err != nil {
		return err
	}
	s.walked, s.Version = true, h.version
	s.Protection.Integrity, s.Protection.Iterations = "HMAC-SHA1", h.iterations
	if h.version < 2 {
		s.Protection.Integrity = "HMAC-SHA1 with a key of 16 bits" // a bug of BouncyCastle's version 1
	}
	w := &walker{data: in.data, off: h.body, format: BKS, certsLeft: in.limits.Entries}
	entries, end, err := walkBKS(w, in.limits)
	in.addBKS(s, entries)
	if err != nil {
		s.integrityUnknown(in)
		return err
	}
	if left := len(in.data) - end; left < sha1.Size {
		s.integrityUnknown(in)
		return damaged(BKS, end, "%d bytes are left for the MAC of %d", left, sha1.Size)
	}
	if len(in.passwords) == 0 {
		return nil
	}
	body, mac := in.data[h.body:end], in.data[end:end+sha1.Size]
	for i, p := range in.passwords {
		// BouncyCastle checks nothing under an empty password.
		if p == "" {
			s.Password = i
			return nil
		}
		if err := in.budget.pay(h.iterations, BKS); err != nil {
			return err
		}
		if bksMAC(h, p, body, mac) {
			s.Integrity, s.Password = IntegrityVerified, i
			return nil
		}
	}
	s.Integrity = IntegrityFailed
	if e, i, err := in.provenByKey(s); err != nil {
		return err
	} else if e != nil {
		s.Password = i
		return problem(ErrIntegrity, BKS, "the key of entry '%s' opens with the password, but the MAC at the end does not fit: the file was changed or damaged", e.Alias)
	}
	return problem(ErrPassword, BKS, "the MAC at the end fits none of the passwords")
}

func bksMAC(h bksHeader, password string, body, want []byte) bool {
	size := sha1.Size
	if h.version < 2 {
		size = 2
	}
	secret := bmpString(password, true)
	defer clear(secret)
	key := pkcs12KDF(sha1.New, secret, h.salt, kdfMAC, h.iterations, size)
	defer clear(key)
	m := hmac.New(sha1.New, key)
	m.Write(body)
	return subtle.ConstantTimeCompare(m.Sum(nil), want) == 1
}

// addBKS makes entries of what the walk has found.
func (in *input) addBKS(s *Store, entries []bksEntry) {
	for _, e := range entries {
		entry := Entry{Alias: e.alias, Created: javaTime(e.created)}
		if e.kind == bksCertificate {
			entry.Kind = CertificateEntry
			entry.Chain = []*Certificate{in.certs.add(e.alias, e.cert.kind, e.cert.der)}
			s.Entries = append(s.Entries, entry)
			continue
		}
		// What a sealed key is shows only once it is open; BouncyCastle stores private keys with a chain only.
		entry.Kind = SecretKeyEntry
		for _, c := range e.chain {
			entry.Kind = PrivateKeyEntry
			entry.Chain = append(entry.Chain, in.certs.add(e.alias, c.kind, c.der))
		}
		key := newBKSKey(e, s.Format, in.budget)
		if entry.Kind == PrivateKeyEntry {
			s.Protection.addKey(key.cipher)
		}
		entry.key = newKeySlot(key, s.Format, entry)
		s.Entries = append(s.Entries, entry)
	}
}

// bksKeyData is a key of a BKS or UBER file: salt, iteration count, and the key under PBE with SHA-1 and 3DES.
type bksKeyData struct {
	format  Format
	cipher  Cipher
	salt    []byte
	data    []byte
	plain   bool // unprotected
	problem error
	budget  *budget
}

func newBKSKey(e bksEntry, f Format, b *budget) *bksKeyData {
	k := &bksKeyData{format: f, budget: b, data: e.data, cipher: Cipher{Algorithm: "PBE-SHA1-3DES"}}
	switch e.kind {
	case bksKey:
		k.plain, k.cipher = true, Cipher{Algorithm: "none"}
		return k
	case bksSecret:
		k.cipher = Cipher{Algorithm: "unknown"}
		k.problem = problem(ErrUnsupported, f, "the key was stored as bytes, which BouncyCastle gives to nobody")
		return k
	}
	w := &walker{data: e.data, format: f}
	size := w.uint32("the length of a key's salt")
	k.salt = w.bytes(int64(size), "a key's salt")
	iterations := w.uint32("a key's iteration count")
	if w.err != nil || len(k.salt) > maxSalt || iterations > math.MaxInt32 {
		k.problem = problem(ErrFormat, f, "the protected key is damaged")
		return k
	}
	k.cipher.Iterations, k.data = int(iterations), e.data[w.off:]
	return k
}

func (k *bksKeyData) recover(password string) ([]byte, error) {
	if k.problem != nil {
		return nil, k.problem
	}
	wrong := problem(ErrPassword, k.format, "the key does not open with this password")
	if k.plain {
		if password != "" {
			return nil, problem(ErrPassword, k.format, "the key is unprotected, and BouncyCastle gives it under an empty password only")
		}
		return append([]byte(nil), k.data...), nil
	}
	if err := k.budget.pay(k.cipher.Iterations, k.format); err != nil {
		return nil, err
	}
	secret := bmpString(password, true)
	defer clear(secret)
	key := pkcs12KDF(sha1.New, secret, k.salt, kdfKey, k.cipher.Iterations, 24)
	defer clear(key)
	iv := pkcs12KDF(sha1.New, secret, k.salt, kdfIV, k.cipher.Iterations, 8)
	plain, ok := decryptCBC(tripleDES(key), iv, k.data)
	if !ok {
		return nil, wrong
	}
	defer clear(plain)
	w := &walker{data: plain, format: k.format}
	w.bytes(1, "the kind of the key")
	w.utf("the format of the key")
	w.utf("the algorithm of the key")
	encoded := w.bytes(int64(w.uint32("the length of the key")), "the key")
	if w.err != nil {
		return nil, wrong
	}
	return append([]byte(nil), encoded...), nil
}

// readUBER reads a file that is a BKS body under PBE with SHA-1 and Twofish, ended by a SHA-1 digest.
func readUBER(in *input, s *Store) error {
	h, err := readBKSHeader(in.data, UBER)
	if err != nil {
		return err
	}
	s.walked, s.Version, s.Complete = true, h.version, false
	s.Protection.Integrity, s.Protection.Iterations = "SHA-1 digest under encryption", h.iterations
	s.Protection.addCertificates(Cipher{Algorithm: "PBE-SHA1-TWOFISH-CBC", Iterations: h.iterations})
	data := in.data[h.body:]
	if len(data) < 2*twofish.BlockSize {
		s.integrityUnknown(in)
		return damaged(UBER, h.body, "%d bytes are too few for the entries and their digest: the file is truncated", len(data))
	}
	if len(h.salt) != 20 {
		return damaged(UBER, 4, "a salt of %d bytes instead of 20", len(h.salt))
	}
	if h.iterations > 1024<<6 {
		return damaged(UBER, 28, "%d iterations are more than BouncyCastle takes", h.iterations)
	}
	if len(in.passwords) == 0 {
		return nil
	}
	for i, p := range in.passwords {
		plain, err := in.decryptUBER(h, p, data)
		if err != nil {
			return err
		}
		w := &walker{data: plain, format: UBER, certsLeft: in.limits.Entries}
		entries, end, err := walkBKS(w, in.limits)
		if errors.Is(err, ErrTooCostly) {
			return err
		}
		if err != nil || len(plain)-end < sha1.Size {
			if len(entries) > 0 || beginsAsBKS(plain) {
				// Something that makes sense came out, so the password is right.
				in.addBKS(s, entries)
				s.Integrity, s.Password = IntegrityFailed, i
				return problem(ErrFormat, UBER, "the password decrypts the file, but what comes out is truncated or damaged after %d entries", len(entries))
			}
			clear(plain)
			continue
		}
		in.addBKS(s, entries)
		s.Password, s.Complete = i, true
		digest := sha1.Sum(plain[:end])
		if subtle.ConstantTimeCompare(digest[:], plain[end:end+sha1.Size]) != 1 {
			s.Integrity = IntegrityFailed
			return problem(ErrIntegrity, UBER, "the password decrypts the file, but its digest does not fit: the file was changed or damaged")
		}
		s.Integrity = IntegrityVerified
		return nil
	}
	s.Integrity = IntegrityFailed
	return problem(ErrPassword, UBER, "it does not decrypt with any of the passwords")
}

// decryptUBER gives what Java's CipherInputStream gives: it keeps quiet about a wrong padding or half a block at the end and
// leaves out the last block.
func (in *input) decryptUBER(h bksHeader, password string, data []byte) ([]byte, error) {
	if err := in.budget.pay(h.iterations, UBER); err != nil {
		return nil, err
	}
	secret := bmpString(password, true)
	defer clear(secret)
	key := pkcs12KDF(sha1.New, secret, h.salt, kdfKey, h.iterations, 32)
	defer clear(key)
	iv := pkcs12KDF(sha1.New, secret, h.salt, kdfIV, h.iterations, twofish.BlockSize)
	block, err := twofish.NewCipher(key)
	if err != nil {
		return nil, problem(ErrUnsupported, UBER, "Twofish is not there")
	}
	if whole := len(data) / twofish.BlockSize * twofish.BlockSize; whole < len(data) {
		plain := make([]byte, whole)
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data[:whole])
		return plain, nil
	}
	if plain, ok := decryptCBC(block, iv, data); ok {
		return plain, nil
	}
	plain := make([]byte, max(0, len(data)-twofish.BlockSize))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data[:len(plain)])
	return plain, nil
}
