package keystore

import (
	"crypto/cipher"
	"encoding/binary"
)

// unwrapKW is AES key wrap without its check (RFC 3394, section 2.2.2, by indexes): the integrity register and the key data.
func unwrapKW(block cipher.Block, wrapped []byte) (register [8]byte, out []byte) {
	n := len(wrapped)/8 - 1
	out = make([]byte, 8*n)
	var b [16]byte
	copy(b[:8], wrapped)
	copy(out, wrapped[8:])
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			t := binary.BigEndian.Uint64(b[:8]) ^ uint64(n*j+i)
			binary.BigEndian.PutUint64(b[:8], t)
			copy(b[8:], out[8*(i-1):8*i])
			block.Decrypt(b[:], b[:])
			copy(out[8*(i-1):], b[8:])
		}
	}
	return [8]byte(b[:8]), out
}

// unwrapKWP is AES key wrap with padding (RFC 5649, on RFC 3394's index-based unwrap), which BCFKS may use for whole stores;
// false where the integrity check fails.
func unwrapKWP(block cipher.Block, wrapped []byte) ([]byte, bool) {
	n := len(wrapped)/8 - 1
	if len(wrapped)%8 != 0 || n < 1 {
		return nil, false
	}
	var register [8]byte
	var out []byte
	if n == 1 {
		var b [16]byte
		block.Decrypt(b[:], wrapped)
		register, out = [8]byte(b[:8]), b[8:]
	} else {
		register, out = unwrapKW(block, wrapped)
	}
	size := int(binary.BigEndian.Uint32(register[4:]))
	if binary.BigEndian.Uint32(register[:4]) != 0xa65959a6 || size > len(out) || size <= len(out)-8 {
		clear(out)
		return nil, false
	}
	for _, c := range out[size:] {
		if c != 0 {
			clear(out)
			return nil, false
		}
	}
	return out[:size], true
}
