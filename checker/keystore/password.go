package keystore

import (
	"encoding/binary"
	"unicode/utf16"
)

// utf16BE is the password as JKS digests and PKCS#12 derivations take it: Java's chars, big-endian. The caller zeroes it.
func utf16BE(password string) []byte {
	b := make([]byte, 0, 2*len(password)+2) // room for a terminator, so that no copy stays behind
	for _, r := range password {
		if r1, r2 := utf16.EncodeRune(r); r1 != 0xfffd {
			b = binary.BigEndian.AppendUint16(b, uint16(r1))
			r = r2
		}
		b = binary.BigEndian.AppendUint16(b, uint16(r))
	}
	return b
}

// bmpString is the password of a PKCS#12 derivation (RFC 7292, B.1): UTF-16BE with a terminator. An empty password exists
// in two forms: the terminator alone, and no bytes at all, which Java tries second (RetryWithZero); bare asks for the latter.
func bmpString(password string, bare bool) []byte {
	if password == "" && bare || password == "\x00" {
		return nil
	}
	return append(utf16BE(password), 0, 0)
}

// ascii tells whether Java's PBE classes take the password: PBEKey refuses anything outside 0x20–0x7e ("Password is not ASCII").
func ascii(password string) bool {
	for i := range len(password) {
		if password[i] < 0x20 || password[i] > 0x7e {
			return false
		}
	}
	return true
}
