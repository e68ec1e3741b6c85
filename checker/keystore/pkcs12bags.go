package keystore

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

const (
	oidKeyBag          = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         = "1.2.840.113549.1.12.10.1.3"
	oidCRLBag          = "1.2.840.113549.1.12.10.1.4"
	oidSecretBag       = "1.2.840.113549.1.12.10.1.5"
	oidSafeContentsBag = "1.2.840.113549.1.12.10.1.6"

	oidX509Bag         = "1.2.840.113549.1.9.22.1"
	oidFriendlyName    = "1.2.840.113549.1.9.20"
	oidLocalKeyID      = "1.2.840.113549.1.9.21"
	oidTrustedKeyUsage = "2.16.840.1.113894.746875.1.1"
)

// bagReader makes entries of bags as PKCS12KeyStore.loadSafeContents does, over all safes of a file.
type bagReader struct {
	in      *input
	store   *Store
	bags    int
	keys    int // shrouded key bags so far, skipped ones too: Java's privateKeyCount
	counter int // Java's counter for entries without a name

	byAlias map[string]int // of store.Entries: a later bag takes the place of an earlier one, as in Java's map
	owners  []keyOwner     // private keys that wait for their chain
	loose   []looseCert    // certificates that are no entry of their own
	all     []*Certificate // every certificate of the file
}

// keyOwner is a private-key entry with what ties it to its certificate. Its entry may have been replaced since.
type keyOwner struct {
	slot  *keySlot
	id    string
	alias string
	index int
}

type looseCert struct {
	cert     *Certificate
	id       string
	hasID    bool
	alias    string
	hasAlias bool
}

// bagAttributes are the attributes of a bag that matter.
type bagAttributes struct {
	alias    string
	hasAlias bool
	id       string
	hasID    bool
	trusted  bool
}

func (b *bagReader) read(content []byte) error {
	der, err := b.in.der(PKCS12, content, "the content of a safe")
	if err != nil {
		return err
	}
	var list cryptobyte.String
	if !der.ReadASN1(&list, cbasn1.SEQUENCE) {
		return problem(ErrFormat, PKCS12, "the content of a safe is damaged")
	}
	for i := 0; !list.Empty(); i++ {
		if b.bags++; b.bags > b.in.limits.Entries {
			return problem(ErrTooCostly, PKCS12, "the bags are more than the limit of %d", b.in.limits.Entries)
		}
		if err := b.bag(&list, i); err != nil {
			return err
		}
	}
	return nil
}

func (b *bagReader) broken(what string) error {
	return problem(ErrFormat, PKCS12, "bag %d: %s", b.bags, what)
}

// bag reads the bag with the given index within its safe.
func (b *bagReader) bag(list *cryptobyte.String, index int) error {
	var bag, value cryptobyte.String
	if !list.ReadASN1(&bag, cbasn1.SEQUENCE) {
		return b.broken("its structure is damaged")
	}
	kind, ok := readOID(&bag)
	if !ok || !explicit(&bag, &value) {
		return b.broken("its structure is damaged")
	}
	attributes, err := b.attributes(bag)
	if err != nil {
		return err
	}
	switch kind {
	case oidShroudedKeyBag:
		b.keys++
		return b.privateKey(value, attributes)
	case oidCertBag:
		return b.certificate(value, attributes, index)
	case oidSecretBag:
		return b.secret(value, attributes)
	case oidKeyBag:
		b.store.skip("a private key without protection, which Java ignores")
	case oidCRLBag:
		b.store.skip("a revocation list")
	case oidSafeContentsBag:
		b.store.skip("nested safe contents, which Java ignores")
	default:
		b.store.skip("a bag of the unknown kind %s", kind)
	}
	return nil
}

// attributes reads the SET OF Attribute that may follow the value; Java takes anything else there for none.
func (b *bagReader) attributes(bag cryptobyte.String) (a bagAttributes, err error) {
	var set cryptobyte.String
	if !bag.ReadASN1(&set, cbasn1.SET) {
		return a, nil
	}
	for rest := set; !rest.Empty(); {
		if !skipAny(&rest) {
			return a, nil
		}
	}
	for !set.Empty() {
		var attr, values cryptobyte.String
		if !set.ReadASN1(&attr, cbasn1.SEQUENCE) {
			return a, b.broken("its attributes are damaged")
		}
		oid, ok := readOID(&attr)
		if !ok || !attr.ReadASN1(&values, cbasn1.SET) {
			return a, b.broken("its attributes are damaged")
		}
		for rest := values; !rest.Empty(); { // Java reads the values of all attributes, not only of those that it knows
			if !skipAny(&rest) {
				return a, b.broken("the value of its attribute " + oid + " is damaged")
			}
		}
		switch oid {
		case oidFriendlyName:
			var name cryptobyte.String
			if !values.ReadASN1(&name, cbasn1.Tag(30)) {
				return a, b.broken("its name is no BMPString")
			}
			a.alias, a.hasAlias = decodeBMP(name), true
		case oidLocalKeyID:
			var id cryptobyte.String
			if !values.ReadASN1(&id, cbasn1.OCTET_STRING) {
				return a, b.broken("its localKeyID is no OCTET STRING")
			}
			a.id, a.hasID = string(id), true
		case oidTrustedKeyUsage:
			for !values.Empty() {
				if _, ok := readOID(&values); !ok {
					return a, b.broken("its trustedKeyUsage is damaged")
				}
			}
			a.trusted = true
		}
	}
	return a, nil
}

// name is the alias of an entry: its friendlyName, else the next number, as Java counts.
func (b *bagReader) name(a bagAttributes) string {
	if a.hasAlias {
		return a.alias
	}
	b.counter++
	return strconv.Itoa(b.counter)
}

// put adds an entry, or replaces the one of the same alias, which keeps its place (Java's LinkedHashMap).
func (b *bagReader) put(e Entry) int {
	if i, ok := b.byAlias[e.Alias]; ok {
		b.store.skip("an entry '%s' that a later one of the same alias replaces", e.Alias)
		b.store.Entries[i] = e
		return i
	}
	b.byAlias[e.Alias] = len(b.store.Entries)
	b.store.Entries = append(b.store.Entries, e)
	return len(b.store.Entries) - 1
}

// created is the date that Java hides in the localKeyID of its keys, "Time 1700000000000".
func created(id string) time.Time {
	millis, ok := strings.CutPrefix(id, "Time ")
	if !ok {
		return time.Time{}
	}
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return javaTime(n)
}

func (b *bagReader) privateKey(value cryptobyte.String, a bagAttributes) error {
	var element cryptobyte.String
	var tag cbasn1.Tag
	if !value.ReadAnyASN1Element(&element, &tag) {
		return b.broken("its private key is damaged")
	}
	key := b.protected(element)
	if !a.hasID {
		if b.keys != 1 {
			b.store.skip("a private key without localKeyID beside other keys, which Java ignores")
			return nil
		}
		a.id = "01" // Java's stand-in, which its certificate gets too
	}
	alias := b.name(a)
	e := Entry{Alias: lower(alias), Kind: PrivateKeyEntry, Created: created(a.id)}
	e.key = newKeySlot(key, PKCS12, e)
	if key.scheme != nil {
		e.JavaRefuses = key.scheme.refused
		b.store.Protection.addKey(key.scheme.cipher)
	}
	b.owners = append(b.owners, keyOwner{slot: e.key, id: a.id, alias: alias, index: b.put(e)})
	return nil
}

func (b *bagReader) secret(value cryptobyte.String, a bagAttributes) error {
	var seq, wrapped, data cryptobyte.String
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) || !skipOID(&seq) || !explicit(&seq, &wrapped) || !wrapped.ReadASN1(&data, cbasn1.OCTET_STRING) {
		return b.broken("its secret is damaged")
	}
	if !a.hasID {
		a.id = "00"
	}
	e := Entry{Alias: lower(b.name(a)), Kind: SecretKeyEntry, Created: created(a.id)}
	key := b.protected(data)
	key.secret = true
	e.key = newKeySlot(key, PKCS12, e)
	b.put(e)
	return nil
}

func (b *bagReader) certificate(value cryptobyte.String, a bagAttributes, index int) error {
	var seq, wrapped, der cryptobyte.String
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) || !skipOID(&seq) || !explicit(&seq, &wrapped) || !wrapped.ReadASN1(&der, cbasn1.OCTET_STRING) {
		return b.broken("its certificate is damaged")
	}
	label := a.alias
	if !a.hasAlias {
		label = "?"
	}
	cert := b.in.certs.add(label, "X.509", der)
	// Java's stand-in for files of one key without localKeyID, as old tools wrote them: the first certificate of a safe is its own.
	if !a.hasID && b.keys == 1 && index == 0 {
		a.id, a.hasID = "01", true
	}
	if a.trusted {
		b.put(Entry{Alias: lower(b.name(a)), Kind: CertificateEntry, Chain: []*Certificate{cert}})
	} else {
		b.loose = append(b.loose, looseCert{cert: cert, id: a.id, hasID: a.hasID, alias: a.alias, hasAlias: a.hasAlias})
	}
	b.all = append(b.all, cert)
	return nil
}

// skipOID passes over an OID that must be sound, but may be any.
func skipOID(s *cryptobyte.String) bool {
	_, ok := readOID(s)
	return ok
}

// pkcs12Key is an EncryptedPrivateKeyInfo under a PBE scheme.
type pkcs12Key struct {
	scheme  *pbe
	data    []byte
	problem error // why it can't be decrypted
	budget  *budget
	secret  bool // it is a secret key
}

func (b *bagReader) protected(element []byte) *pkcs12Key {
	k := &pkcs12Key{budget: b.in.budget}
	der, err := b.in.der(PKCS12, element, "the protected key")
	if err != nil {
		k.problem = err
		return k
	}
	alg, data, err := encryptedKeyInfo(der, PKCS12)
	if err != nil {
		k.problem = err
		return k
	}
	k.data = data
	k.scheme, k.problem = newPBE(alg, PKCS12)
	return k
}

func (k *pkcs12Key) recover(password string) ([]byte, error) {
	if k.problem != nil {
		return nil, k.problem
	}
	key, err := k.scheme.open(password, k.data, k.budget, PKCS12, isPKCS8)
	if errors.Is(err, ErrPassword) {
		return nil, problem(ErrPassword, PKCS12, "the key does not open with this password")
	}
	if err != nil {
		return nil, err
	}
	if !ascii(password) {
		clear(key)
		return nil, problem(ErrPassword, PKCS12, "the password is right, but Java opens no PKCS12 key with characters outside ASCII in its password")
	}
	if k.secret {
		key = unwrapped(key)
	}
	return key, nil
}

// unwrapped gives the secret key in a PKCS#8, which Java keeps it in as well; the whole where there is none.
func unwrapped(pkcs8 []byte) []byte {
	s := cryptobyte.String(pkcs8)
	var info, raw cryptobyte.String
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.SkipASN1(cbasn1.INTEGER) || !info.SkipASN1(cbasn1.SEQUENCE) || !info.ReadASN1(&raw, cbasn1.OCTET_STRING) {
		return pkcs8
	}
	defer clear(pkcs8)
	return bytes.Clone(raw)
}

// isPKCS8 tells a key from noise whose padding happens to be right.
func isPKCS8(b []byte) bool {
	s := cryptobyte.String(b)
	var info cryptobyte.String
	var version int64
	return s.ReadASN1(&info, cbasn1.SEQUENCE) && info.ReadASN1Integer(&version) && info.SkipASN1(cbasn1.SEQUENCE) && info.PeekASN1Tag(cbasn1.OCTET_STRING)
}
