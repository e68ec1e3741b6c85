package keystore

import (
	"errors"
	"fmt"
)

// What Open and the key recovery can fail with; errors.Is tells them apart, and *Error carries the details.
var (
	// ErrPassword: the password does not fit (digest or MAC mismatch, or encrypted content that does not decrypt). The
	// Store that comes with it holds what can be read without a password.
	ErrPassword = errors.New("the password does not open it")
	// ErrIntegrity: the password is right (a key decrypts with it) but the digest or MAC does not fit the content: damaged.
	ErrIntegrity = errors.New("the content does not match its digest")
	// ErrFormat: the structure is broken: truncated, bad ASN.1, zero bytes, or no store at all.
	ErrFormat = errors.New("the structure is broken")
	// ErrTooCostly: a length, count or iteration count lies beyond Limits.
	ErrTooCostly = errors.New("too costly to open")
	// ErrUnsupported: a known format or algorithm that this package does not read.
	ErrUnsupported = errors.New("not supported")
)

// Error is the error of this package. Its text is one sentence without a password in it.
type Error struct {
	Kind   error  // one of the sentinels
	Format Format // as far as it was recognised
	Offset int64  // byte offset of the damage; -1 where there is no one place
	Reason string // what was found, e.g. "entry 3 claims 4294967295 certificates but 12 bytes are left"
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Kind.Error()
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	if e.Offset >= 0 {
		s += fmt.Sprintf(" (at byte %d)", e.Offset)
	}
	return s
}

// Unwrap gives the sentinel.
func (e *Error) Unwrap() error { return e.Kind }

// damaged is an ErrFormat at a place of the file.
//
//go:noinline
func damaged(f Format, offset int, format string, args ...any) *Error {
	return &Error{Kind: ErrFormat, Format: f, Offset: int64(offset), Reason: fmt.Sprintf(format, args...)}
}

// problem is an error that has no one place in the file.
//
//go:noinline
func problem(kind error, f Format, format string, args ...any) *Error {
	return &Error{Kind: kind, Format: f, Offset: -1, Reason: fmt.Sprintf(format, args...)}
}
