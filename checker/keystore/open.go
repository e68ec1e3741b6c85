package keystore

import (
	"fmt"
	"io"
	"io/fs"
)

// Open reads a store. The Store is non-nil whenever the format was recognised and the structure could be walked, also beside
// ErrPassword, ErrIntegrity and, with the entries before the damage, ErrFormat; it is nil when nothing could be read.
// Errors are *Error with Kind ErrPassword, ErrIntegrity, ErrFormat, ErrTooCostly or ErrUnsupported, or the reader's own.
func Open(r io.Reader, o Options) (*Store, error) {
	limit := o.Limits.withDefaults().Size
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
			return nil, tooLarge(limit)
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the keystore: %w", err)
	}
	return OpenBytes(data, o)
}

func tooLarge(limit int64) *Error {
	return problem(ErrTooCostly, Unknown, "the file is larger than %d bytes", limit)
}

// OpenBytes is Open over bytes in memory; data must not be changed afterwards.
func OpenBytes(data []byte, o Options) (*Store, error) {
	limits := o.Limits.withDefaults()
	if int64(len(data)) > limits.Size {
		return nil, tooLarge(limits.Size)
	}
	format := Detect(data)
	read, known := readers[format]
	if !known {
		return nil, damaged(Unknown, 0, "%s", notAStore(data))
	}
	in := &input{
		data:      data,
		passwords: o.Passwords,
		limits:    limits,
		budget:    &budget{left: limits.Iterations, scryptMemory: limits.ScryptMemory},
		certs:     certificates{seen: map[uint64]waitingCertificate{}},
	}
	store := &Store{Format: format, Integrity: IntegrityUnchecked, Password: -1, Complete: true, Size: int64(len(data))}
	err := read(in, store)
	in.certs.parse()
	if err != nil && store.Version == 0 && !store.walked {
		return nil, err
	}
	store.JavaRefuses = append(store.JavaRefuses, in.certs.refused...)
	return store, err
}

// input is one file on its way through Open.
type input struct {
	data      []byte
	passwords []string
	limits    Limits
	budget    *budget
	certs     certificates
}

// readers fill a Store, each for its format. What they put into it counts beside their error too.
var readers = map[Format]func(*input, *Store) error{
	JKS:    readJKS,
	JCEKS:  readJCEKS,
	PKCS12: readPKCS12,
	BKS:    readBKS,
	UBER:   readUBER,
	BCFKS:  readBCFKS,
}
