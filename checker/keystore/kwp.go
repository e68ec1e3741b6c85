package keystore

import (
	"crypto/cipher"
	"encoding/binary"
)

// unwrapKWP is AES key wrap with padding (RFC 5649, on RFC 3394's index-based unwrap), which BCFKS may use for whole stores;
// false where the integrity check fails.
func unwrapKWP(block cipher.Block, wrapped []byte) ([]byte, bool) {
	n := len(wrapped)/8 - 1
	if len(wrapped)%8 != 0 || n < 1 {
		return nil, false
	}
	var b [16]byte
	out := make([]byte, 8*n)
	if n == 1 {
		block.Decrypt(b[:], wrapped)
		copy(out, b[8:])
	} else {
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
	}
	size := int(binary.BigEndian.Uint32(b[4:8]))
	if binary.BigEndian.Uint32(b[:4]) != 0xa65959a6 || size > len(out) || size <= len(out)-8 {
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
