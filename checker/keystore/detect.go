package keystore

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

const (
	jksMagic   = 0xFEEDFEED
	jceksMagic = 0xCECECECE
)

// Detect tells the format by the first bytes of a file; Unknown where none fits. BKS and UBER begin alike, so for them the
// rest counts: UBER is encrypted as a whole, BKS shows its entries.
func Detect(data []byte) Format {
	if len(data) < 4 {
		return Unknown
	}
	switch binary.BigEndian.Uint32(data) {
	case jksMagic:
		return JKS
	case jceksMagic:
		return JCEKS
	case 1, 2:
		return detectBouncyCastle(data)
	}
	if data[0] == 0x30 {
		return detectDER(data)
	}
	return Unknown
}

// detectDER tells PKCS12, SEQUENCE { INTEGER, SEQUENCE { OID of PKCS#7 …, from BCFKS, SEQUENCE { SEQUENCE {
// AlgorithmIdentifier, OCTET STRING }, … or, unencrypted, SEQUENCE { SEQUENCE { INTEGER, AlgorithmIdentifier, GeneralizedTime ….
// The file may be cut anywhere, so only tags are looked at.
func detectDER(data []byte) Format {
	first := inner(data)
	if len(first) < 3 {
		return Unknown
	}
	switch first[0] {
	case 0x02:
		info := next(first)
		if len(info) > 0 && info[0] == 0x30 && bytes.HasPrefix(afterHeader(inner(info)), oidPKCS7) {
			return PKCS12
		}
	case 0x30:
		second := inner(first)
		if len(second) == 0 {
			return Unknown
		}
		switch second[0] {
		case 0x30:
			if alg := inner(second); len(alg) > 0 && alg[0] == 0x06 {
				if data := next(second); len(data) > 0 && data[0] == 0x04 {
					return BCFKS
				}
			}
		case 0x02:
			if third := next(next(second)); len(third) > 0 && third[0] == 0x18 {
				return BCFKS
			}
		}
	}
	return Unknown
}

var oidPKCS7 = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07}

// header reads one BER header: its size, and the size of the content (-1: indefinite).
func header(b []byte) (size, content int, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, 0, false
	}
	n := int(b[1])
	switch {
	case n < 0x80:
		return 2, n, true
	case n == 0x80:
		return 2, -1, true
	case n > 0x84 || len(b) < 2+n&0x7f:
		return 0, 0, false
	}
	n &= 0x7f
	for _, c := range b[2 : 2+n] {
		content = content<<8 | int(c)
	}
	return 2 + n, content, true
}

// inner is what follows the header of the first element, next what follows the element; nil where the file ends before.
func inner(b []byte) []byte { return afterHeader(b) }

func afterHeader(b []byte) []byte {
	size, _, ok := header(b)
	if !ok {
		return nil
	}
	return b[size:]
}

func next(b []byte) []byte {
	size, content, ok := header(b)
	if !ok || content < 0 || len(b)-size < content {
		return nil
	}
	return b[size+content:]
}

// detectBouncyCastle tells BKS from UBER: version, salt length, salt, iteration count, then entries or ciphertext.
func detectBouncyCastle(data []byte) Format {
	if len(data) < 8 {
		return Unknown
	}
	salt := int64(binary.BigEndian.Uint32(data[4:]))
	if salt < 1 || salt > 1024 {
		return Unknown
	}
	body := 8 + salt + 4
	if int64(len(data)) <= body {
		return BKS
	}
	if beginsAsBKS(data[body:]) || walksAsBKS(data[body:]) {
		return BKS
	}
	return UBER
}

// beginsAsBKS tells whether the first entry shows its kind and a plain alias, which ciphertext does once in ten thousand files;
// so a truncated BKS file is one still.
func beginsAsBKS(body []byte) bool {
	const longest = 256
	if len(body) == 0 || body[0] == 0 || body[0] > 4 {
		return false
	}
	if len(body) < 3 {
		return true
	}
	n := int(binary.BigEndian.Uint16(body[1:]))
	alias := body[3:min(len(body), 3+n)]
	return n <= longest && printable(alias) && (len(alias) < n || utf8.Valid(alias))
}

// notAStore says what a file that is no keystore looks like, so that a user sees at once what went wrong.
func notAStore(data []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	low := bytes.ToLower(head[:min(len(head), 64)])
	switch {
	case len(data) == 0:
		return "the file is empty"
	case bytes.HasPrefix(data, []byte("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\x00\x00\x00")):
		return "it was a JKS or JCEKS file before something copied it as text (every byte above 0x7f is replaced; resource filtering does that)"
	case bytes.HasPrefix(head, []byte("-----BEGIN ")):
		label, _, _ := bytes.Cut(head[len("-----BEGIN "):], []byte("-----"))
		if len(label) > 40 || !printable(label) {
			return "it is a PEM file, not a keystore"
		}
		return "it is a PEM file (" + string(label) + "), not a keystore"
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "it is a Git LFS pointer, not the file itself"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return "it is a ZIP archive, not a keystore"
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return "it is a gzip file, not a keystore"
	case bytes.HasPrefix(low, []byte("<!doctype html")) || bytes.HasPrefix(low, []byte("<html")):
		return "it is an HTML page, not a keystore"
	case bytes.HasPrefix(low, []byte("<")) && printable(head):
		return "it is an XML file, not a keystore"
	case bytes.HasPrefix(head, []byte("/u3+7Q")) || bytes.HasPrefix(head, []byte("zs7Ozg")):
		return "it is the Base64 text of a keystore, not the keystore itself"
	case bytes.HasPrefix(head, []byte("MII")) && printable(head):
		return "it is Base64 text of DER data, not a keystore"
	case allZero(data):
		return "it holds nothing but zero bytes"
	case data[0] == 0x30:
		return notAStoreDER(data)
	case utf8.Valid(head) && printable(head) && len(head) > 0:
		return "it is a text file, not a keystore"
	case len(data) < 12:
		return "the file is too short for a keystore"
	}
	return "it begins like no known keystore format"
}

func notAStoreDER(data []byte) string {
	first := inner(data)
	if len(first) == 0 {
		return "it is ASN.1 data, but no keystore"
	}
	switch first[0] {
	case 0x02:
		return "it is ASN.1 data, a private key perhaps, but no keystore"
	case 0x30:
		if second := inner(first); len(second) > 0 && (second[0] == 0xa0 || second[0] == 0x02) {
			return "it is a DER certificate, not a keystore"
		} else if len(second) > 0 && second[0] == 0x06 {
			return "it is a DER key, not a keystore"
		}
	case 0x06:
		return "it is a PKCS#7 file, not a keystore"
	}
	return "it is ASN.1 data, but no keystore"
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
