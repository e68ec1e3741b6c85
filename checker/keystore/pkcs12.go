package keystore

import (
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidSignedData    = "1.2.840.113549.1.7.2"
	oidEnvelopedData = "1.2.840.113549.1.7.3"
	oidEncryptedData = "1.2.840.113549.1.7.6"
)

// pkcs12File is a PFX (RFC 7292, section 4) after its outer structure has been read.
type pkcs12File struct {
	safes []safe
	mac   *pkcs12MAC // nil where there is none
}

// safe is one ContentInfo of the AuthenticatedSafe.
type safe struct {
	content   []byte // SafeContents, or what encrypts to them
	encrypted *pbe   // nil where it is plain
	problem   error  // why it can't be decrypted at all
	open      bool   // content is SafeContents
}

// readPKCS12 reads a file as sun.security.pkcs12.PKCS12KeyStore.engineLoad does.
func readPKCS12(in *input, s *Store) error {
	file, err := in.parsePFX(s)
	if err != nil {
		s.Complete = false
		return err
	}
	if file.mac == nil {
		s.Integrity = IntegrityAbsent
	} else {
		s.Protection.Integrity = file.mac.name
		s.Protection.Iterations = file.mac.iterations
	}
	usesPassword := len(in.passwords) > 0 // without one Java passes over both
	for _, sf := range file.safes {
		if sf.encrypted != nil {
			s.Protection.addCertificates(sf.encrypted.cipher)
			if usesPassword && sf.encrypted.refused != "" {
				s.JavaRefuses = append(s.JavaRefuses, sf.encrypted.refused)
			}
		}
	}
	if usesPassword && file.mac != nil && file.mac.refused != "" {
		s.JavaRefuses = append(s.JavaRefuses, file.mac.refused)
	}
	verdict := in.unlock(s, file)
	if errors.Is(verdict, ErrTooCostly) {
		s.Complete = false
		return verdict
	}
	bags := &bagReader{in: in, store: s, byAlias: map[string]int{}}
	for i := range file.safes {
		if !file.safes[i].open {
			s.Complete = false
			continue
		}
		if err := bags.read(file.safes[i].content); err != nil {
			s.Complete = false
			_ = bags.finish() // the damage is what counts
			return err
		}
	}
	if err := bags.finish(); err != nil {
		return err
	}
	return in.keyVerdict(s, file, verdict)
}

// parsePFX reads the structure that no password hides.
func (in *input) parsePFX(s *Store) (*pkcs12File, error) {
	der, err := in.der(PKCS12, in.data, "the file")
	if err != nil {
		return nil, err
	}
	var pfx, info, safes cryptobyte.String
	broken := func(what string) error { return problem(ErrFormat, PKCS12, "%s is damaged", what) }
	if !der.ReadASN1(&pfx, cbasn1.SEQUENCE) {
		return nil, broken("the outermost structure")
	}
	version, ok := readCount(&pfx)
	if !ok {
		return nil, broken("the version")
	}
	s.Version = version
	if version != 3 {
		return nil, problem(ErrFormat, PKCS12, "it states version %d instead of 3", version)
	}
	if !pfx.ReadASN1(&info, cbasn1.SEQUENCE) {
		return nil, broken("the authenticated safe")
	}
	kind, ok := readOID(&info)
	if !ok {
		return nil, broken("the authenticated safe")
	}
	if kind == oidSignedData {
		return nil, problem(ErrUnsupported, PKCS12, "its integrity is protected by a signature instead of a password, which Java does not read")
	}
	content, ok := octets(&info)
	if kind != oidData || !ok {
		return nil, broken("the authenticated safe")
	}
	file := &pkcs12File{}
	if !pfx.Empty() {
		if file.mac, err = readMAC(&pfx, content); err != nil {
			return nil, err
		}
	}
	inner, err := in.der(PKCS12, content, "the authenticated safe")
	if err != nil {
		return nil, err
	}
	if !inner.ReadASN1(&safes, cbasn1.SEQUENCE) {
		return nil, broken("the list of safes")
	}
	for !safes.Empty() {
		if len(file.safes) >= in.limits.Entries {
			return nil, problem(ErrTooCostly, PKCS12, "the safes are more than the limit of %d", in.limits.Entries)
		}
		sf, err := readSafe(&safes, len(file.safes)+1)
		if err != nil {
			return nil, err
		}
		file.safes = append(file.safes, sf)
	}
	return file, nil
}

// octets reads the [0] EXPLICIT OCTET STRING of a ContentInfo.
func octets(info *cryptobyte.String) ([]byte, bool) {
	var wrapped, content cryptobyte.String
	if !contentOf(info, &wrapped) || !wrapped.ReadASN1(&content, cbasn1.OCTET_STRING) {
		return nil, false
	}
	return content, true
}

// contentOf reads the [0] EXPLICIT of a ContentInfo. Java takes it for a set with a tag of its own, and accepts any (sun.security.pkcs.ContentInfo).
func contentOf(info, content *cryptobyte.String) bool {
	var tag cbasn1.Tag
	return info.ReadAnyASN1(content, &tag)
}

// explicit reads [0] EXPLICIT. Java does not mind whether it is marked as constructed (sun.security.util.DerValue.isContextSpecific).
func explicit(s, content *cryptobyte.String) bool {
	zero := cbasn1.Tag(0).ContextSpecific()
	var tag cbasn1.Tag
	return s.ReadAnyASN1(content, &tag) && (tag == zero || tag == zero.Constructed())
}

func readSafe(list *cryptobyte.String, number int) (safe, error) {
	broken := problem(ErrFormat, PKCS12, "safe %d is damaged", number)
	var info cryptobyte.String
	if !list.ReadASN1(&info, cbasn1.SEQUENCE) {
		return safe{}, broken
	}
	kind, ok := readOID(&info)
	if !ok {
		return safe{}, broken
	}
	switch kind {
	case oidData:
		content, ok := octets(&info)
		if !ok {
			return safe{}, broken
		}
		return safe{content: content, open: true}, nil
	case oidEncryptedData:
		return readEncrypted(info, number)
	case oidEnvelopedData:
		return safe{}, problem(ErrUnsupported, PKCS12, "safe %d is encrypted for a public key, which Java does not read", number)
	}
	return safe{}, problem(ErrFormat, PKCS12, "safe %d is of the unknown kind %s", number, kind)
}

// readEncrypted reads EncryptedData (RFC 5652, section 8).
func readEncrypted(info cryptobyte.String, number int) (safe, error) {
	broken := problem(ErrFormat, PKCS12, "the encrypted safe %d is damaged", number)
	var wrapped, data, contentInfo cryptobyte.String
	var version int64
	if !contentOf(&info, &wrapped) || !wrapped.ReadASN1(&data, cbasn1.SEQUENCE) ||
		!data.ReadASN1Integer(&version) || !data.ReadASN1(&contentInfo, cbasn1.SEQUENCE) {
		return safe{}, broken
	}
	if _, ok := readOID(&contentInfo); !ok {
		return safe{}, broken
	}
	alg, ok := readAlgorithmElement(&contentInfo)
	if !ok {
		return safe{}, broken
	}
	content, ok := implicitOctets(&contentInfo)
	if !ok {
		return safe{}, broken
	}
	scheme, err := newPBE(alg, PKCS12)
	if err != nil && !errors.Is(err, ErrUnsupported) {
		return safe{}, err
	}
	return safe{content: content, encrypted: scheme, problem: err}, nil
}

// implicitOctets reads [0] IMPLICIT OCTET STRING, which may come in pieces.
func implicitOctets(s *cryptobyte.String) ([]byte, bool) {
	var content cryptobyte.String
	if primitive := cbasn1.Tag(0).ContextSpecific(); s.PeekASN1Tag(primitive) {
		ok := s.ReadASN1(&content, primitive)
		return content, ok
	}
	if !s.ReadASN1(&content, cbasn1.Tag(0).Constructed().ContextSpecific()) {
		return nil, false
	}
	joined := make([]byte, 0, len(content))
	for !content.Empty() {
		var piece cryptobyte.String
		if !content.ReadASN1(&piece, cbasn1.OCTET_STRING) { // toDER has joined nested pieces
			return nil, false
		}
		joined = append(joined, piece...)
	}
	return joined, true
}

// unlock finds the password that verifies the MAC and decrypts every encrypted safe, as Java demands. Safes that the right or
// the best password decrypts are open afterwards. The verdict is nil where no password is needed or one fits; a file whose MAC
// fits no password is tried further by keyVerdict.
func (in *input) unlock(s *Store, file *pkcs12File) error {
	var locked []*safe
	for i := range file.safes {
		sf := &file.safes[i]
		if sf.problem != nil && len(in.passwords) > 0 {
			return sf.problem
		}
		if sf.encrypted != nil {
			locked = append(locked, sf)
		}
	}
	if len(in.passwords) == 0 || file.mac == nil && len(locked) == 0 {
		return nil
	}
	var first *trial
	if file.mac != nil {
		decided, t, err := in.unlockByMAC(s, file.mac, locked)
		if decided || err != nil {
			return err
		}
		first = t
		s.Integrity = IntegrityFailed
	}
	if len(locked) == 0 {
		return errMACOnly
	}
	for i, p := range in.passwords {
		opened, err := in.decryptSafes(p, locked, first.of(i))
		if err != nil {
			return err
		}
		if !opened {
			continue
		}
		s.Password = i
		if file.mac == nil {
			return in.needsASCII(p, true)
		}
		return problem(ErrIntegrity, PKCS12, "the password decrypts the certificates, but the MAC does not fit: the file was changed or damaged")
	}
	if file.mac == nil {
		return problem(ErrPassword, PKCS12, "the certificates do not decrypt with any of the passwords")
	}
	return errMACOnly
}

// unlockByMAC looks for the password that verifies the MAC and decrypts the safes. Undecided, the MAC fits none; the trial is that
// of the first password, if it was made.
func (in *input) unlockByMAC(s *Store, mac *pkcs12MAC, locked []*safe) (decided bool, first *trial, err error) {
	for i, p := range in.passwords {
		var fits bool
		if i == 0 {
			fits, first, err = in.verifyAndTry(mac, p, locked)
		} else {
			fits, err = mac.verify(p, in.budget)
		}
		if err != nil {
			return decided, first, err
		}
		if !fits {
			continue
		}
		decided = true
		opened, err := in.decryptSafes(p, locked, first.of(i))
		if err != nil {
			return decided, first, err
		}
		s.Integrity = IntegrityVerified
		if opened {
			s.Password = i
			return decided, first, in.needsASCII(p, true)
		}
	}
	if decided {
		err = problem(ErrPassword, PKCS12, "the password fits the MAC but does not decrypt the certificates, which Java demands of it")
	}
	return decided, first, err
}

// errMACOnly: the MAC fits no password, and no safe has proved one right; perhaps a key does.
var errMACOnly = errors.New("the MAC fits none of the passwords")

// needsASCII: Java's PBE classes refuse other passwords, so the file does not open in Java even with the right one.
func (in *input) needsASCII(password string, used bool) error {
	if !used || ascii(password) {
		return nil
	}
	return problem(ErrPassword, PKCS12, "the password is right, but Java opens no PKCS12 file with characters outside ASCII in its password")
}

// trial is what came of a password for the encrypted safes.
type trial struct {
	plain [][]byte // nil: it does not decrypt all of them
	spent int      // of the budget
	err   error
}

// of is the trial where it is that of the given password.
func (t *trial) of(password int) *trial {
	if password != 0 {
		return nil
	}
	return t
}

// verifyAndTry asks the MAC about the first password and tries it on the safes at the same time: it is the right one as a rule, so
// that both derivations have to be made. The trial has paid nothing yet; it is nil where trying beside is not worth it, or where
// what it may cost is not known before.
func (in *input) verifyAndTry(mac *pkcs12MAC, password string, locked []*safe) (fits bool, t *trial, err error) {
	left := in.budget.left - mac.cost
	if password == "" || len(locked) == 0 || mac.unknown != nil || left < 0 || runtime.GOMAXPROCS(0) == 1 {
		fits, err = mac.verify(password, in.budget)
		return fits, nil, err
	}
	sideBySide(2, func(i int) {
		if i == 0 {
			fits, err = mac.verify(password, in.budget)
			return
		}
		purse := &budget{left: left, scryptMemory: in.budget.scryptMemory}
		t = in.try(password, locked, purse)
		t.spent = left - purse.left
	})
	return fits, t, err
}

// try decrypts all of the safes or none.
func (in *input) try(password string, locked []*safe, purse *budget) *trial {
	t := &trial{}
	plain := make([][]byte, len(locked))
	for i, sf := range locked {
		p, err := sf.encrypted.open(password, sf.content, purse, PKCS12, in.isSequence)
		if errors.Is(err, ErrPassword) {
			return t
		}
		if err != nil {
			t.err = err
			return t
		}
		plain[i] = p
	}
	t.plain = plain
	return t
}

// decryptSafes opens all of the safes or none. t is what came of the password, if it was tried before and not paid for.
func (in *input) decryptSafes(password string, locked []*safe, t *trial) (bool, error) {
	if t == nil {
		t = in.try(password, locked, in.budget)
	} else if err := in.budget.pay(t.spent, PKCS12); err != nil {
		return false, err
	}
	if t.err != nil || t.plain == nil {
		return false, t.err
	}
	for i, sf := range locked {
		sf.content, sf.open = t.plain[i], true
	}
	return true, nil
}

// isSequence tells content that decrypted from noise: a wrong password's padding is right once in 256 times.
func (in *input) isSequence(b []byte) bool {
	if len(b) < 2 || b[0] != 0x30 {
		return false
	}
	size, content, ok := header(b)
	if ok && content >= 0 {
		return size+content == len(b)
	}
	_, _, _, err := toDER(b, in.limits.Depth)
	return err == nil
}

// keyVerdict turns "the MAC fits none of the passwords" into "damaged" where a key opens with one of them.
func (in *input) keyVerdict(s *Store, file *pkcs12File, verdict error) error {
	if !errors.Is(verdict, errMACOnly) {
		return verdict
	}
	verdict = problem(ErrPassword, PKCS12, "the MAC fits none of the passwords")
	for _, sf := range file.safes {
		if sf.encrypted != nil {
			return verdict // its content would have proved the password
		}
	}
	if e, i, err := in.provenByKey(s); err != nil {
		return err
	} else if e != nil {
		s.Password = i
		return problem(ErrIntegrity, PKCS12, "the key of entry '%s' opens with the password, but the MAC does not fit: the file was changed or damaged", e.Alias)
	}
	return verdict
}

// skip notes what the file holds but Java leaves out.
func (s *Store) skip(format string, args ...any) {
	if len(s.Skipped) < 100 { // a note, not a listing
		s.Skipped = append(s.Skipped, fmt.Sprintf(format, args...))
	}
}
