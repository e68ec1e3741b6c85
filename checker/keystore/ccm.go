package keystore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// openCCM is the decryption of counter with CBC-MAC (RFC 3610), which BCFKS uses without additional data; false where the tag does
// not fit. additional is shorter than 65,280 bytes.
func openCCM(block cipher.Block, nonce, sealed, additional []byte, tagSize int) ([]byte, bool) {
	if len(nonce) < 7 || len(nonce) > 13 || tagSize < 4 || tagSize > 16 || tagSize%2 != 0 || len(sealed) < tagSize {
		return nil, false
	}
	l := 15 - len(nonce)
	data, tag := sealed[:len(sealed)-tagSize], sealed[len(sealed)-tagSize:]
	if l < 8 && uint64(len(data))>>(8*l) != 0 {
		return nil, false
	}
	var counter, mac [aes.BlockSize]byte
	counter[0] = byte(l - 1)
	copy(counter[1:], nonce)
	var mask [aes.BlockSize]byte
	stream := cipher.NewCTR(block, counter[:])
	stream.XORKeyStream(mask[:], mask[:]) // block 0 covers the tag, the data begins with block 1
	plain := make([]byte, len(data))
	stream.XORKeyStream(plain, data)

	mac[0] = byte((tagSize-2)/2<<3 | (l - 1))
	copy(mac[1:], nonce)
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(data)))
	for i := range l {
		mac[15-i] = 0
		if i < 8 {
			mac[15-i] = length[7-i]
		}
	}
	digest := func(rest []byte) {
		for len(rest) > 0 {
			n := subtle.XORBytes(mac[:], mac[:], rest)
			block.Encrypt(mac[:], mac[:])
			rest = rest[n:]
		}
	}
	if len(additional) > 0 {
		mac[0] |= 0x40
		block.Encrypt(mac[:], mac[:])
		digest(append(binary.BigEndian.AppendUint16(nil, uint16(len(additional))), additional...))
	} else {
		block.Encrypt(mac[:], mac[:])
	}
	digest(plain)
	subtle.XORBytes(mac[:], mac[:], mask[:])
	if subtle.ConstantTimeCompare(mac[:tagSize], tag) != 1 {
		clear(plain)
		return nil, false
	}
	return plain, true
}
