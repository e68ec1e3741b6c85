package keystore

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// attribute is one AttributeTypeAndValue of a name.
type attribute struct {
	oid   string
	value cryptobyte.String // the whole element
}

// Keywords of sun.security.x509.AVAKeyword in its default standard.
var nameKeywords = map[string]string{
	"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU",
	"2.5.4.12": "T", "1.3.6.1.4.1.42.2.11.2.1": "IP", "2.5.4.9": "STREET", "0.9.2342.19200300.100.1.25": "DC",
	"2.5.4.46": "DNQ", "2.5.4.4": "SURNAME", "2.5.4.42": "GIVENNAME", "2.5.4.43": "INITIALS", "2.5.4.44": "GENERATION",
	"1.2.840.113549.1.9.1": "EMAILADDRESS", "0.9.2342.19200300.100.1.1": "UID", "2.5.4.5": "SERIALNUMBER",
}

// The keywords of RFC 2253 alone, which the canonical form uses.
var canonicalKeywords = map[string]string{
	"2.5.4.3": "cn", "2.5.4.6": "c", "2.5.4.7": "l", "2.5.4.8": "st", "2.5.4.10": "o", "2.5.4.11": "ou", "2.5.4.9": "street",
	"0.9.2342.19200300.100.1.25": "dc", "0.9.2342.19200300.100.1.1": "uid",
}

// readName takes a DER Name apart.
func readName(der []byte) (rdns [][]attribute, ok bool) {
	rdns = make([][]attribute, 0, 8) // a real name has hardly more
	all := make([]attribute, 0, 8)
	s := cryptobyte.String(der)
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, false
	}
	for !seq.Empty() {
		var set cryptobyte.String
		first := len(all)
		if !seq.ReadASN1(&set, cbasn1.SET) {
			return rdns, false
		}
		for !set.Empty() {
			var pair, value cryptobyte.String
			var tag cbasn1.Tag
			if !set.ReadASN1(&pair, cbasn1.SEQUENCE) {
				return rdns, false
			}
			oid, ok := readOID(&pair)
			if !ok || !pair.ReadAnyASN1Element(&value, &tag) || !pair.Empty() {
				return rdns, false
			}
			all = append(all, attribute{oid, value})
		}
		rdns = append(rdns, all[first:])
	}
	return rdns, true
}

// nameString writes a Name as X500Name.toString does: the last RDN first, the parts of one joined by " + ", a value in quotes
// where it needs them (AVA.toKeywordValueString), a value that is no string as '#' and hex.
func nameString(der []byte) (string, bool) {
	rdns, ok := readName(der)
	var b strings.Builder
	b.Grow(len(der)) // a keyword is shorter than the DER around a value
	for i, rdn := range slices.Backward(rdns) {
		if i < len(rdns)-1 {
			b.WriteString(", ")
		}
		for j, a := range rdn {
			if j > 0 {
				b.WriteString(" + ")
			}
			if k, known := nameKeywords[a.oid]; known {
				b.WriteString(k)
			} else {
				b.WriteString("OID." + a.oid)
			}
			b.WriteByte('=')
			if s, ok := stringValue(a.value); ok {
				quoteValue(&b, s)
			} else {
				b.WriteByte('#')
				b.WriteString(hex.EncodeToString(a.value))
			}
		}
	}
	return b.String(), ok
}

// stringValue decodes the string types that DerValue.getAsString knows.
func stringValue(element cryptobyte.String) (string, bool) {
	var b cryptobyte.String
	var tag cbasn1.Tag
	if !element.ReadAnyASN1(&b, &tag) {
		return "", false
	}
	switch tag {
	case cbasn1.UTF8String:
		return strings.ToValidUTF8(string(b), "�"), true
	case cbasn1.PrintableString, cbasn1.IA5String, cbasn1.Tag(27): // GeneralString
		return decodeASCII(b), true
	case cbasn1.T61String:
		return decodeLatin1(b), true
	case cbasn1.Tag(30):
		return decodeBMP(b), true
	}
	return "", false
}

// decodeASCII is Java's US_ASCII decoder: other bytes become the replacement character.
func decodeASCII(b []byte) string {
	for _, c := range b {
		if c >= 0x80 {
			r := make([]rune, len(b))
			for i, c := range b {
				if r[i] = rune(c); c >= 0x80 {
					r[i] = '�'
				}
			}
			return string(r)
		}
	}
	return string(b)
}

func decodeLatin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

// decodeBMP is Java's UTF-16BE decoder; half a character at the end becomes the replacement character.
func decodeBMP(b []byte) string {
	if s, ok := asciiBMP(b); ok {
		return s
	}
	u := make([]uint16, 0, len(b)/2+1)
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	if len(b)%2 != 0 {
		u = append(u, 0xfffd)
	}
	return string(utf16.Decode(u))
}

// asciiBMP spares what is only ASCII, as nearly every alias is, two copies.
func asciiBMP(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return "", false
	}
	var s strings.Builder
	s.Grow(len(b) / 2)
	for i := 0; i < len(b); i += 2 {
		if b[i] != 0 || b[i+1] >= 0x80 {
			return "", false
		}
		s.WriteByte(b[i+1])
	}
	return s.String(), true
}

const nameEscapees = ",+=\n<>#;\\\""

// quoteValue follows AVA.toKeywordValueString.
func quoteValue(out *strings.Builder, s string) {
	if plainValue(s) {
		out.WriteString(s)
		return
	}
	quoted := len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"'
	var b strings.Builder
	need, white := false, false
	for i := range len(s) {
		c := s[i]
		if quoted && (i == 0 || i == len(s)-1) {
			b.WriteByte(c)
			continue
		}
		special := strings.IndexByte(nameEscapees, c) >= 0
		space := c == ' ' || c == '\n'
		if special || i == 0 && space || white && space {
			need = true
		}
		if c == '"' || c == '\\' {
			b.WriteByte('\\')
		}
		white = space
		b.WriteByte(c)
	}
	if s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\n') {
		need = true
	}
	if need && !quoted {
		out.WriteByte('"')
		out.WriteString(b.String())
		out.WriteByte('"')
		return
	}
	out.WriteString(b.String())
}

// plainValue tells a value that needs no quotes, as most do.
func plainValue(s string) bool {
	white := s != "" // a space needs quotes at either end, and after another
	for i := range len(s) {
		space := s[i] == ' '
		if space && white || strings.IndexByte(nameEscapees, s[i]) >= 0 {
			return false
		}
		white = space
	}
	return !white
}

// canonicalName is the form in which X500Principal.equals compares names (X500Name.getRFC2253CanonicalName): without regard to
// case and runs of spaces where both are PrintableString or UTF8String, else by their bytes. It serves as a map key.
func canonicalName(der []byte) string {
	rdns, ok := readName(der)
	if !ok {
		return "\x00" + string(der)
	}
	var b strings.Builder
	for _, rdn := range slices.Backward(rdns) {
		parts := make([]string, 0, len(rdn))
		for _, a := range rdn {
			parts = append(parts, canonicalAttribute(a))
		}
		slices.Sort(parts)
		b.WriteString(strings.Join(parts, "\x01"))
		b.WriteByte('\x02')
	}
	return b.String()
}

func canonicalAttribute(a attribute) string {
	var content cryptobyte.String
	var tag cbasn1.Tag
	value := a.value
	keyword, known := canonicalKeywords[a.oid]
	if !value.ReadAnyASN1(&content, &tag) || !known || tag != cbasn1.UTF8String && tag != cbasn1.PrintableString {
		return a.oid + "=#" + hex.EncodeToString(a.value)
	}
	return keyword + "=" + strings.ToLower(strings.Join(strings.Fields(string(content)), " "))
}
