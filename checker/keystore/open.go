package keystore

import "io"

// Detect tells the format by the first bytes of a file; Unknown where none fits.
func Detect(data []byte) Format { panic("not built yet") }

// Open reads a store. The Store is non-nil whenever the format was recognised and the structure could be walked, also beside
// ErrPassword, ErrIntegrity and, with the entries before the damage, ErrFormat; it is nil when nothing could be read.
// Errors are *Error with Kind ErrPassword, ErrIntegrity, ErrFormat, ErrTooCostly or ErrUnsupported, or the reader's own.
func Open(r io.Reader, o Options) (*Store, error) { panic("not built yet") }

// OpenBytes is Open over bytes in memory; data must not be changed afterwards.
func OpenBytes(data []byte, o Options) (*Store, error) { panic("not built yet") }

// CheckKey tells whether password recovers the entry's key: nil, or *Error with Kind ErrPassword, ErrFormat (the key is
// damaged), ErrTooCostly or ErrUnsupported. It is nil for certificate entries. Results are remembered per password, so that
// the key derivation is paid once.
func (e *Entry) CheckKey(password string) error { panic("not built yet") }

// KeyMatches tells whether the private key belongs to the leaf certificate (same public key). Errors as CheckKey.
func (e *Entry) KeyMatches(password string) (bool, error) { panic("not built yet") }

// PrivateKey recovers the key as PKCS#8 DER. The caller zeroes it when done. Errors as CheckKey.
func (e *Entry) PrivateKey(password string) ([]byte, error) { panic("not built yet") }

// ParseCertificate reads one DER certificate leniently: an error (ErrFormat) only where not even the outer structure holds.
func ParseCertificate(der []byte) (*Certificate, error) { panic("not built yet") }
