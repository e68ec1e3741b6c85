package keystore

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// What a PKCS#12 derivation is for (RFC 7292, B.3).
const (
	kdfKey byte = 1
	kdfIV  byte = 2
	kdfMAC byte = 3
)

// pkcs12KDF is the derivation of RFC 7292, B.2. password is a BMPString with its terminator (see bmpString).
func pkcs12KDF(newHash func() hash.Hash, password, salt []byte, id byte, iterations, size int) []byte {
	h := newHash()
	u, v := h.Size(), h.BlockSize()
	diversifier := make([]byte, v)
	for i := range diversifier {
		diversifier[i] = id
	}
	input := append(fill(salt, v), fill(password, v)...)
	defer clear(input)
	out := make([]byte, 0, size+u)
	a := make([]byte, 0, u)
	b := make([]byte, v)
	defer clear(b)
	for {
		h.Reset()
		h.Write(diversifier)
		h.Write(input)
		a = h.Sum(a[:0])
		for range iterations - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		out = append(out, a...)
		if len(out) >= size {
			clear(out[size:])
			clear(a)
			return out[:size]
		}
		for i := range b {
			b[i] = a[i%u]
		}
		// Each block of the input grows by b + 1, modulo 2^(8v).
		for i := 0; i < len(input); i += v {
			carry := uint(1)
			for j := v - 1; j >= 0; j-- {
				carry += uint(input[i+j]) + uint(b[j])
				input[i+j] = byte(carry)
				carry >>= 8
			}
		}
	}
}

// fill repeats b to the next multiple of v bytes.
func fill(b []byte, v int) []byte {
	if len(b) == 0 {
		return nil
	}
	out := make([]byte, (len(b)+v-1)/v*v)
	for n := 0; n < len(out); {
		n += copy(out[n:], b)
	}
	return out
}

// pbkdf1 is RFC 8018, 5.1.
func pbkdf1(newHash func() hash.Hash, password, salt []byte, iterations, size int) []byte {
	h := newHash()
	h.Write(password)
	h.Write(salt)
	t := h.Sum(nil)
	for range iterations - 1 {
		h.Reset()
		h.Write(t)
		t = h.Sum(t[:0])
	}
	return t[:size]
}

// digestAlgorithm is a hash by its OIDs.
type digestAlgorithm struct {
	name string
	new  func() hash.Hash
}

var digests = map[string]digestAlgorithm{
	"1.2.840.113549.2.5":     {"MD5", md5.New},
	"1.3.14.3.2.26":          {"SHA1", sha1.New},
	"2.16.840.1.101.3.4.2.4": {"SHA224", sha256.New224},
	"2.16.840.1.101.3.4.2.1": {"SHA256", sha256.New},
	"2.16.840.1.101.3.4.2.2": {"SHA384", sha512.New384},
	"2.16.840.1.101.3.4.2.3": {"SHA512", sha512.New},
	"2.16.840.1.101.3.4.2.5": {"SHA512/224", sha512.New512_224},
	"2.16.840.1.101.3.4.2.6": {"SHA512/256", sha512.New512_256},
}

var hmacs = map[string]digestAlgorithm{
	"1.2.840.113549.2.7":  {"SHA1", sha1.New},
	"1.2.840.113549.2.8":  {"SHA224", sha256.New224},
	"1.2.840.113549.2.9":  {"SHA256", sha256.New},
	"1.2.840.113549.2.10": {"SHA384", sha512.New384},
	"1.2.840.113549.2.11": {"SHA512", sha512.New},
	"1.2.840.113549.2.12": {"SHA512/224", sha512.New512_224},
	"1.2.840.113549.2.13": {"SHA512/256", sha512.New512_256},
}
