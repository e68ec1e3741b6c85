package keystore

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"time"
)

// Tags of the entries of JKS and JCEKS files.
const (
	tagPrivateKey  = 1
	tagCertificate = 2
	tagSecretKey   = 3 // JCEKS only
)

const digestSize = sha1.Size

// minEntry is the size of the smallest entry: tag, empty alias, date, and an empty certificate or an empty key without chain.
const minEntry = 18

// javaEntry is one entry of a JKS or JCEKS file as the walk finds it; slices point into the file.
type javaEntry struct {
	tag     uint32
	alias   string
	rawName string // the alias in modified UTF-8, as keystore-go keys it
	created int64  // milliseconds since 1970
	key     []byte
	keyAt   int
	chain   []javaCert
}

type javaCert struct {
	kind string // "X.509"
	der  []byte
}

// javaFile is a JKS or JCEKS file after the walk. Where the walk met damage, entries are those before it.
type javaFile struct {
	format  Format
	version int
	entries []javaEntry
	end     int // where the last whole entry ends; the digest begins there if the walk met no damage
}

// walkJava walks a JKS or JCEKS file (sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore). Every
// length and every count is held against what is left of the file before anything is allocated for it.
func walkJava(data []byte, format Format, limits Limits) (javaFile, error) {
	w := &walker{data: data, format: format, certsLeft: limits.Entries}
	f := javaFile{format: format}
	w.uint32("the magic number")
	version := w.uint32("the version")
	count := w.uint32("the number of entries")
	if w.err != nil {
		return f, w.err
	}
	if version != 1 && version != 2 {
		return f, damaged(format, 4, "version %d of the format does not exist", version)
	}
	f.version = int(version)
	f.end = w.off
	if int32(count) < 0 && len(data)-w.off == digestSize {
		count = 0 // for Java a negative number, so none; with entries after it, it would not get past the digest
	}
	if left := len(data) - w.off; int64(count)*minEntry > int64(left) {
		// Go on: what is there is still given.
		w.lateErr = damaged(format, 8, "the file claims %d entries but %d bytes are left", count, left)
	} else if int64(count) > int64(limits.Entries) {
		return f, problem(ErrTooCostly, format, "%d entries are more than the limit of %d", count, limits.Entries)
	}
	// Grown step by step, the list would be allocated twice.
	f.entries = make([]javaEntry, 0, min(int64(count), int64(len(data)/minEntry), int64(limits.Entries)))
	for i := range int(count) {
		if len(f.entries) >= limits.Entries {
			return f, problem(ErrTooCostly, format, "the entries are more than the limit of %d", limits.Entries)
		}
		e := w.entry(i+1, f.version, limits)
		if w.err != nil {
			return f, w.err
		}
		f.entries = append(f.entries, e)
		f.end = w.off
	}
	if w.lateErr != nil {
		return f, w.lateErr
	}
	if left := len(data) - w.off; left < digestSize {
		return f, damaged(format, w.off, "%d bytes are left for the digest of %d", left, digestSize)
	}
	return f, nil
}

// walker reads big-endian fields and stops at the first that does not fit.
type walker struct {
	data    []byte
	off     int
	format  Format
	err     error
	lateErr error // known already, but what can be read still counts

	certsLeft int // certificates of all chains together that may still come
}

func (w *walker) bytes(n int64, what string) []byte {
	if w.err != nil {
		return nil
	}
	if left := int64(len(w.data) - w.off); n > left {
		w.err = damaged(w.format, w.off, "%s needs %d bytes but %d are left", what, n, left)
		return nil
	}
	b := w.data[w.off : w.off+int(n) : w.off+int(n)]
	w.off += int(n)
	return b
}

func (w *walker) uint16(what string) uint16 {
	if b := w.bytes(2, what); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (w *walker) uint32(what string) uint32 {
	if b := w.bytes(4, what); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (w *walker) uint64(what string) uint64 {
	if b := w.bytes(8, what); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// utf reads what DataInput.readUTF reads.
func (w *walker) utf(what string) string {
	at := w.off
	s, ok := modifiedUTF8(w.bytes(int64(w.uint16(what)), what))
	if !ok && w.err == nil {
		w.err = damaged(w.format, at, "%s is not in Java's modified UTF-8", what)
	}
	return s
}

func (w *walker) entry(number, version int, limits Limits) javaEntry {
	at := w.off
	e := javaEntry{tag: w.uint32("the kind of an entry")}
	if w.err == nil && e.tag != tagPrivateKey && e.tag != tagCertificate && (e.tag != tagSecretKey || w.format != JCEKS) {
		w.err = damaged(w.format, at, "entry %d is of the unknown kind %d", number, e.tag)
		return e
	}
	nameAt := w.off + 2
	if e.alias = w.utf("an alias"); w.err == nil {
		e.rawName = string(w.data[nameAt:w.off])
	}
	e.created = int64(w.uint64("a creation date"))
	switch e.tag {
	case tagPrivateKey:
		size := w.uint32("the length of a key")
		e.keyAt = w.off
		e.key = w.bytes(int64(size), "a private key")
		e.chain = w.chain(number, version, limits)
	case tagCertificate:
		e.chain = []javaCert{w.cert(version)}
	case tagSecretKey:
		e.keyAt = w.off
		e.key = w.sealedObject()
	}
	return e
}

func (w *walker) chain(number, version int, limits Limits) []javaCert {
	at := w.off
	count := w.uint32("the length of a chain")
	if w.err != nil || count == 0 {
		return nil
	}
	smallest := int64(4)
	if version == 2 {
		smallest = 6
	}
	if left := len(w.data) - w.off; int64(count)*smallest > int64(left) {
		w.err = damaged(w.format, at, "entry %d claims %d certificates but %d bytes are left", number, count, left)
		return nil
	}
	if int64(count) > int64(limits.Chain) {
		w.err = problem(ErrTooCostly, w.format, "entry %d has a chain of %d certificates, more than the limit of %d", number, count, limits.Chain)
		return nil
	}
	chain := make([]javaCert, 0, count)
	for range count {
		c := w.cert(version)
		if w.err != nil {
			return nil
		}
		chain = append(chain, c)
	}
	return chain
}

func (w *walker) cert(version int) javaCert {
	c := javaCert{kind: "X.509"}
	if w.certsLeft--; w.certsLeft < 0 && w.err == nil {
		w.err = problem(ErrTooCostly, w.format, "the certificates are more than the limit of entries")
	}
	if version == 2 {
		c.kind = w.utf("the type of a certificate")
	}
	c.der = w.bytes(int64(w.uint32("the length of a certificate")), "a certificate")
	return c
}

// javaDigest is the keyed digest that ends JKS and JCEKS files: SHA-1 over the password in UTF-16BE, a fixed phrase, and
// all before the digest (JavaKeyStore.getPreKeyedHash).
func javaDigest(password string, body []byte) []byte {
	h := sha1.New()
	p := utf16BE(password)
	defer clear(p)
	h.Write(p)
	h.Write([]byte("Mighty Aphrodite"))
	h.Write(body)
	return h.Sum(nil)
}

func readJKS(in *input, s *Store) error {
	file, err := walkJava(in.data, JKS, in.limits)
	s.Version = file.version
	if file.version == 0 {
		return err
	}
	s.Protection.Integrity = "SHA-1 digest"
	chains := loadJKS(in.data, file)
	s.Entries = make([]Entry, 0, len(file.entries))
	for i, e := range file.entries {
		entry := Entry{Alias: e.alias, Kind: CertificateEntry, Created: javaTime(e.created)}
		for j, der := range chains[i] {
			entry.Chain = append(entry.Chain, in.certs.add(e.alias, e.chain[j].kind, der))
		}
		if e.tag == tagPrivateKey {
			entry.Kind = PrivateKeyEntry
			entry.key = newKeySlot(sunKey{e.key, JKS, in.budget}, JKS, entry)
			s.Protection.addKey(Cipher{Algorithm: "JKS"})
		}
		s.Entries = append(s.Entries, entry)
	}
	if err != nil {
		s.integrityUnknown(in)
		return err
	}
	return verifyJava(in, s, file)
}

// verifyJava tries the passwords on the digest; where none fits, a key that opens tells a damaged file from a wrong password.
func verifyJava(in *input, s *Store, file javaFile) error {
	if len(in.passwords) == 0 {
		return nil
	}
	body, digest := in.data[:file.end], in.data[file.end:file.end+digestSize]
	for i, p := range in.passwords {
		if subtle.ConstantTimeCompare(javaDigest(p, body), digest) == 1 {
			s.Integrity, s.Password = IntegrityVerified, i
			return nil
		}
	}
	s.Integrity = IntegrityFailed
	if e, i, err := in.provenByKey(s); err != nil {
		return err
	} else if e != nil {
		s.Password = i
		return problem(ErrIntegrity, s.Format, "the key of entry '%s' opens with the password, but the digest at the end does not fit: the file was changed or damaged", e.Alias)
	}
	for i := range s.Entries {
		if s.Entries[i].key != nil {
			return problem(ErrPassword, s.Format, "the digest at the end fits none of the passwords")
		}
	}
	return problem(ErrPassword, s.Format, "the digest at the end fits none of the passwords; without a key in the file, damage would look the same")
}

// integrityUnknown is the verdict for a file whose end could not be read.
func (s *Store) integrityUnknown(in *input) {
	s.Complete = false
	if len(in.passwords) > 0 {
		s.Integrity = IntegrityFailed
	}
}

// javaTime is a java.util.Date; dates that RFC 3339 can't express, which no real file has, count as none.
func javaTime(millis int64) time.Time {
	t := time.UnixMilli(millis).UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t
}

func (p *Protection) addKey(c Cipher) {
	for _, k := range p.Keys {
		if k == c {
			return
		}
	}
	p.Keys = append(p.Keys, c)
}

func (p *Protection) addCertificates(c Cipher) {
	for _, k := range p.Certificates {
		if k == c {
			return
		}
	}
	p.Certificates = append(p.Certificates, c)
}
