package keystore

import (
	"math/big"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// algorithm is an AlgorithmIdentifier.
type algorithm struct {
	oid    string            // dotted
	params cryptobyte.String // the DER of the parameters; empty where there are none
}

// readAlgorithm reads the content of an AlgorithmIdentifier.
func readAlgorithm(s cryptobyte.String) (algorithm, bool) {
	oid, ok := readOID(&s)
	if !ok {
		return algorithm{}, false
	}
	// Parameters are one element, or absent.
	if rest := s; !rest.Empty() {
		var params cryptobyte.String
		var tag cbasn1.Tag
		if !rest.ReadAnyASN1(&params, &tag) || !rest.Empty() || tag == cbasn1.NULL && len(params) > 0 {
			return algorithm{}, false
		}
	}
	return algorithm{oid: oid, params: s}, true
}

// readAlgorithmElement reads a whole AlgorithmIdentifier.
func readAlgorithmElement(s *cryptobyte.String) (algorithm, bool) {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return algorithm{}, false
	}
	return readAlgorithm(seq)
}

// readOID reads an OBJECT IDENTIFIER in dotted form. Components are unbounded, as Java's are, so that an odd one does
// not lose a store; only the size of the element bounds them.
func readOID(s *cryptobyte.String) (string, bool) {
	var b cryptobyte.String
	if !s.ReadASN1(&b, cbasn1.OBJECT_IDENTIFIER) {
		return "", false
	}
	return dotted(b)
}

const maxOIDBytes = 4096 // Java's own limit (ObjectIdentifier.MAXIMUM_OID_SIZE)

// dotted writes the content of an OID. Those that certificates are full of come from a table: they are most of the work
// of opening a truststore otherwise.
func dotted(b []byte) (string, bool) {
	if s, ok := commonOIDs()[string(b)]; ok {
		return s, true
	}
	return writeDotted(b)
}

var commonOIDs = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	add := func(oid string) {
		b := cryptobyte.NewBuilder(nil)
		b.AddASN1ObjectIdentifier(parts(oid))
		if der, err := b.Bytes(); err == nil {
			m[string(der[2:])] = oid
		}
	}
	for oid := range nameKeywords {
		add(oid)
	}
	for oid := range signatureNames {
		add(oid)
	}
	for oid := range keyNames {
		add(oid)
	}
	for oid := range curves {
		add(oid)
	}
	for oid := range extKeyUsages {
		add(oid)
	}
	for _, oid := range []string{
		"2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.37", "1.3.6.1.5.5.7.1.1",
		"1.3.6.1.4.1.311.21.1", "1.3.6.1.4.1.11129.2.4.2", oidCertBag, oidX509Bag, oidShroudedKeyBag, oidFriendlyName, oidLocalKeyID, oidTrustedKeyUsage,
	} {
		add(oid)
	}
	return m
})

func parts(oid string) (ints []int) {
	for _, part := range strings.Split(oid, ".") {
		n, _ := strconv.Atoi(part)
		ints = append(ints, n)
	}
	return ints
}

func writeDotted(b []byte) (string, bool) {
	if len(b) == 0 || len(b) > maxOIDBytes || b[len(b)-1]&0x80 != 0 {
		return "", false
	}
	var out strings.Builder
	for first := true; len(b) > 0; first = false {
		if b[0] == 0x80 {
			return "", false // padded
		}
		n := 0
		for b[n]&0x80 != 0 {
			n++
		}
		part := b[:n+1]
		b = b[n+1:]
		if len(part) > 8 {
			v := base128(part)
			if first {
				v.Sub(v, big.NewInt(80))
				out.WriteString("2.")
			} else {
				out.WriteByte('.')
			}
			out.WriteString(v.String())
			continue
		}
		v := uint64(0)
		for _, c := range part {
			v = v<<7 | uint64(c&0x7f)
		}
		if first {
			top := min(v/40, 2)
			out.WriteString(strconv.FormatUint(top, 10))
			v -= top * 40
		}
		out.WriteByte('.')
		out.WriteString(strconv.FormatUint(v, 10))
	}
	return out.String(), true
}

// skipAny passes over one element of any kind.
func skipAny(s *cryptobyte.String) bool {
	var content cryptobyte.String
	var tag cbasn1.Tag
	return s.ReadAnyASN1(&content, &tag)
}

// readInteger reads an INTEGER of any size, padded ones too, as java.math.BigInteger does.
func readInteger(s *cryptobyte.String) (*big.Int, bool) {
	var b cryptobyte.String
	if !s.ReadASN1(&b, cbasn1.INTEGER) || len(b) == 0 {
		return nil, false
	}
	return signed(b), true
}

// signed is the number that bytes in two's complement mean.
func signed(b []byte) *big.Int {
	v := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return v
}

// base128 packs the seven-bit groups of a long OID component, in time linear to its length.
func base128(part []byte) *big.Int {
	packed := make([]byte, (7*len(part)+7)/8)
	for i, bit := len(part)-1, 0; i >= 0; i, bit = i-1, bit+7 {
		at := len(packed) - 1 - bit/8
		group := uint16(part[i]&0x7f) << (bit % 8)
		packed[at] |= byte(group)
		if at > 0 {
			packed[at-1] |= byte(group >> 8)
		}
	}
	return new(big.Int).SetBytes(packed)
}

// readCount reads an INTEGER that is a count: 0 to 2³¹-1.
func readCount(s *cryptobyte.String) (int, bool) {
	var n int64
	if !s.ReadASN1Integer(&n) || n < 0 || n > 1<<31-1 {
		return 0, false
	}
	return int(n), true
}
