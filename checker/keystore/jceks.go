package keystore

import (
	"bytes"
	"crypto/des" //nolint:gosec // what JCEKS uses
	"crypto/md5" //nolint:gosec // what JCEKS uses

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

const (
	oidJCEProtector = "1.3.6.1.4.1.42.2.19.1"
	sealedClass     = "com.sun.crypto.provider.SealedObjectForKeyProtector"

	sealedSuperClass = "javax.crypto.SealedObject"
)

// readJCEKS reads a file as com.sun.crypto.provider.JceKeyStore.engineLoad does.
func readJCEKS(in *input, s *Store) error {
	file, err := walkJava(in.data, JCEKS, in.limits)
	s.Version = file.version
	if file.version == 0 {
		return err
	}
	s.Protection.Integrity = "SHA-1 digest"
	s.Entries = make([]Entry, 0, len(file.entries))
	for _, e := range file.entries {
		entry := Entry{Alias: e.alias, Kind: CertificateEntry, Created: javaTime(e.created)}
		for _, c := range e.chain {
			entry.Chain = append(entry.Chain, in.certs.add(e.alias, c.kind, c.der))
		}
		var key jceKey
		switch e.tag {
		case tagPrivateKey:
			entry.Kind = PrivateKeyEntry
			key = newJCEKey(e.key, in.budget)
		case tagSecretKey:
			entry.Kind = SecretKeyEntry
			key = newSealedKey(e.key, in.budget)
		}
		if entry.Kind != CertificateEntry {
			entry.key = newKeySlot(key, JCEKS, entry)
			if entry.Kind == PrivateKeyEntry {
				s.Protection.addKey(key.cipher)
			}
		}
		s.Entries = append(s.Entries, entry)
	}
	if err != nil {
		s.integrityUnknown(in)
		return err
	}
	return verifyJava(in, s, file)
}

// sealedObject finds the end of a secret key's object. Java's filter admits no other class than its own SealedObject.
func (w *walker) sealedObject() []byte {
	if w.err != nil {
		return nil
	}
	o, end, ok := parseSerial(w.data[w.off:])
	if !ok || o.class.name != sealedClass || !o.knownVersions() || !o.knownFields() {
		w.err = damaged(w.format, w.off, "a secret key is no sealed object of Java's")
		return nil
	}
	return w.bytes(int64(end), "a secret key")
}

// knownVersions holds the classes that Java has against its own; of others it takes no notice.
func (o *serialObject) knownVersions() bool {
	for c := o.class; c != nil; c = c.super {
		if uid, known := serialVersions[c.name]; known && uid != c.uid {
			return false
		}
	}
	return true
}

// knownFields holds the fields that Java has to the types of its own.
func (o *serialObject) knownFields() bool {
	for name, value := range o.fields {
		var ok bool
		switch name {
		case "encodedParams", "encryptedContent":
			_, ok = value.([]byte)
		case "sealAlg", "paramsAlg":
			_, ok = value.(string)
		default:
			ok = true
		}
		if !ok && value != nil {
			return false
		}
	}
	return true
}

var serialVersions = map[string]int64{sealedClass: -3650226485480866989, sealedSuperClass: 4482838265551344752}

// jceKey is a key under PBEWithMD5AndTripleDES, Java's own: each half of the salt is hashed with the password, iterations
// times, and the two digests are key and initialisation vector (com.sun.crypto.provider.PBES1Core).
type jceKey struct {
	cipher  Cipher
	salt    []byte
	data    []byte
	problem error
	budget  *budget
	sun     sunKey // set where the key is protected as in JKS, which JceKeyStore reads too
	sealed  bool
}

func newJCEKey(der []byte, b *budget) jceKey {
	alg, data, err := encryptedKeyInfo(der, JCEKS)
	switch {
	case err != nil:
		return jceKey{problem: err}
	case alg.oid == oidSunKeyProtector:
		return jceKey{sun: sunKey{der, JCEKS, b}, cipher: Cipher{Algorithm: "JKS"}}
	case alg.oid != oidJCEProtector:
		return jceKey{problem: problem(ErrUnsupported, JCEKS, "the key is protected with algorithm %s, which a JCEKS file can't have", alg.oid)}
	}
	return jceParameters(alg.params, data, b)
}

func newSealedKey(stream []byte, b *budget) jceKey {
	o, _, _ := parseSerial(stream) // sealedObject has seen it whole
	params, _ := o.fields["encodedParams"].([]byte)
	content, _ := o.fields["encryptedContent"].([]byte)
	if !o.is(sealedSuperClass) {
		return jceKey{problem: problem(ErrFormat, JCEKS, "the secret key is sealed in an object without content")}
	}
	k := jceParameters(params, content, b)
	k.sealed = true
	return k
}

func jceParameters(der, data []byte, b *budget) jceKey {
	s := cryptobyte.String(der)
	var seq, salt cryptobyte.String
	k := jceKey{data: data, budget: b, cipher: Cipher{Algorithm: "PBE-MD5-3DES"}}
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&salt, cbasn1.OCTET_STRING) || len(salt) != 8 {
		k.problem = problem(ErrFormat, JCEKS, "the parameters of the key's protection are damaged")
		return k
	}
	iterations, ok := readCount(&seq)
	if !ok || iterations == 0 {
		k.problem = problem(ErrFormat, JCEKS, "the iteration count of the key's protection is damaged")
		return k
	}
	k.salt, k.cipher.Iterations = salt, iterations
	return k
}

func (k jceKey) recover(password string) ([]byte, error) {
	switch {
	case k.sun.der != nil:
		return k.sun.recover(password)
	case k.problem != nil:
		return nil, k.problem
	}
	if err := k.budget.pay(hashCost(k.cipher.Iterations, len(password)), JCEKS); err != nil {
		return nil, err
	}
	wrong := problem(ErrPassword, JCEKS, "the key does not open with this password")
	// PBEKey takes the low seven bits of each char, once it has refused what is not ASCII.
	dk := jceDerive([]byte(password), k.salt, k.cipher.Iterations)
	defer clear(dk)
	block, err := des.NewTripleDESCipher(dk[:24])
	if err != nil {
		return nil, wrong
	}
	plain, ok := decryptCBC(block, dk[24:], k.data)
	if !ok {
		return nil, wrong
	}
	if k.sealed {
		key, ok := sealedContent(plain)
		clear(plain)
		if !ok {
			return nil, wrong
		}
		plain = key
	} else if !isPKCS8(plain) {
		clear(plain)
		return nil, wrong
	}
	if !ascii(password) {
		clear(plain)
		return nil, problem(ErrPassword, JCEKS, "the password is right, but Java opens no JCEKS key with characters outside ASCII in its password")
	}
	return plain, nil
}

func jceDerive(password, salt []byte, iterations int) []byte {
	defer clear(password)
	halves := bytes.Clone(salt)
	if bytes.Equal(halves[:4], halves[4:]) {
		halves[0], halves[1], halves[2], halves[3] = halves[3], halves[2], halves[1], halves[0]
	}
	out := make([]byte, 0, 32)
	h := md5.New()
	for _, half := range [][]byte{halves[:4], halves[4:]} {
		digest := append(make([]byte, 0, md5.Size), half...)
		for range iterations {
			h.Reset()
			h.Write(digest)
			h.Write(password)
			digest = h.Sum(digest[:0])
		}
		out = append(out, digest...)
		clear(digest)
	}
	return out
}

// sealedContent takes the key out of the object that was sealed: javax.crypto.spec.SecretKeySpec, or a java.security.KeyRep.
func sealedContent(stream []byte) ([]byte, bool) {
	o, _, ok := parseSerial(stream)
	if !ok {
		return nil, false
	}
	var name string
	switch o.class.name {
	case "javax.crypto.spec.SecretKeySpec":
		name = "key"
	case "java.security.KeyRep":
		name = "encoded"
	default:
		return nil, false
	}
	key, ok := o.fields[name].([]byte)
	return bytes.Clone(key), ok
}
