package keystore

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
)

// protectedKey is an encrypted key as a format keeps it.
type protectedKey interface {
	// recover decrypts the key: PKCS#8 for private keys, the raw key for secret ones. The caller zeroes what it gets.
	recover(password string) ([]byte, error)
}

// keySlot is a protected key with what its passwords have shown. Copies of an Entry share it.
type keySlot struct {
	protected protectedKey
	format    Format
	kind      Kind
	leaf      *Certificate // nil where there is none

	mu     sync.Mutex
	pepper [32]byte
	known  map[[32]byte]verdict // by keyed hash, so that no password stays in memory
}

// verdict is what one password has shown of a key.
type verdict struct {
	err      error
	matches  bool
	matchErr error
}

func newKeySlot(p protectedKey, f Format, e Entry) *keySlot {
	s := &keySlot{protected: p, format: f, kind: e.Kind}
	if len(e.Chain) > 0 {
		s.leaf = e.Chain[0]
	}
	return s
}

// CheckKey tells whether password recovers the entry's key: nil, or *Error with Kind ErrPassword, ErrFormat (the key is
// damaged), ErrTooCostly or ErrUnsupported. It is nil for certificate entries. Results are remembered per password, so that
// the key derivation is paid once.
func (e *Entry) CheckKey(password string) error {
	if e.key == nil {
		return nil
	}
	return e.key.check(password).err
}

// KeyMatches tells whether the private key belongs to the leaf certificate (same public key). Errors as CheckKey.
// It is false, with ErrFormat, where the entry has no certificate; secret keys and certificate entries always match.
func (e *Entry) KeyMatches(password string) (bool, error) {
	if e.key == nil {
		return true, nil
	}
	v := e.key.check(password)
	if v.err != nil {
		return false, v.err
	}
	return v.matches, v.matchErr
}

// PrivateKey recovers the key as PKCS#8 DER; of a secret key, the key itself. The caller zeroes it when done. Errors as
// CheckKey. It is nil for certificate entries. The key is derived anew at each call, as it is not kept.
func (e *Entry) PrivateKey(password string) ([]byte, error) {
	if e.key == nil {
		return nil, nil
	}
	return e.key.protected.recover(password)
}

func (s *keySlot) check(password string) verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[[32]byte]verdict{}
		rand.Read(s.pepper[:]) // never fails (Go 1.24)
	}
	mac := hmac.New(sha256.New, s.pepper[:])
	mac.Write([]byte(password))
	id := [32]byte(mac.Sum(nil))
	if v, ok := s.known[id]; ok {
		return v
	}
	v := s.try(password)
	if !errors.Is(v.err, ErrTooCostly) {
		s.known[id] = v
	}
	return v
}

func (s *keySlot) try(password string) verdict {
	key, err := s.protected.recover(password)
	if err != nil {
		return verdict{err: err}
	}
	defer clear(key)
	if s.kind == SecretKeyEntry {
		return verdict{matches: true}
	}
	public, err := publicOf(key)
	if err != nil {
		if !errors.Is(err, ErrUnsupported) {
			return verdict{err: problem(ErrFormat, s.format, "the key opens, but it is damaged: %s", reason(err))}
		}
		return verdict{matchErr: problem(ErrUnsupported, s.format, "%s", reason(err))}
	}
	if s.leaf == nil {
		return verdict{matchErr: problem(ErrFormat, s.format, "the entry has no certificate to match the key with")}
	}
	return verdict{matches: public.matches(s.leaf)}
}

func reason(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}

// provenByKey looks for an entry whose key opens with one of the passwords.
func (in *input) provenByKey(s *Store) (*Entry, int, error) {
	in.certs.parse() // a check of a key also tells whether its certificate is its own, and is remembered
	for i, p := range in.passwords {
		for j := range s.Entries {
			e := &s.Entries[j]
			if e.key == nil {
				continue
			}
			switch err := e.CheckKey(p); {
			case err == nil:
				return e, i, nil
			case errors.Is(err, ErrTooCostly):
				return nil, -1, err
			}
		}
	}
	return nil, -1, nil
}
