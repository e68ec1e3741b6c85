package trust

import (
	"encoding/asn1"
	"encoding/hex"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// ava is one attribute of a distinguished name.
type ava struct {
	oid   string
	tag   cbasn1.Tag
	value []byte // contents
	der   []byte // the whole value
}

// rdn is one relative distinguished name.
type rdn []ava

// parseName reads a DER Name in the order of the file.
func parseName(der []byte) ([]rdn, bool) {
	s := cryptobyte.String(der)
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return nil, false
	}
	var out []rdn
	for !seq.Empty() {
		var set cryptobyte.String
		if !seq.ReadASN1(&set, cbasn1.SET) {
			return nil, false
		}
		var r rdn
		for !set.Empty() {
			var pair, el cryptobyte.String
			var oid asn1.ObjectIdentifier
			var tag cbasn1.Tag
			if !set.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&oid) ||
				!pair.ReadAnyASN1Element(&el, &tag) {
				return nil, false
			}
			a := ava{oid: oid.String(), tag: tag, der: el}
			var body cryptobyte.String
			if rest := el; rest.ReadAnyASN1(&body, &tag) {
				a.value = body
			}
			r = append(r, a)
		}
		out = append(out, r)
	}
	return out, true
}

// rfc2253Keywords are the attribute types that X500Name writes as words in its canonical form; the values of all others
// are compared by their encoding.
var rfc2253Keywords = map[string]string{
	"2.5.4.3":                    "cn",
	"2.5.4.7":                    "l",
	"2.5.4.8":                    "st",
	"2.5.4.10":                   "o",
	"2.5.4.11":                   "ou",
	"2.5.4.6":                    "c",
	"2.5.4.9":                    "street",
	"0.9.2342.19200300.100.1.25": "dc",
	"0.9.2342.19200300.100.1.1":  "uid",
}

// canonicalName is a key under which two DER names are equal exactly if X500Principal.equals says so
// (sun.security.x509.X500Name.getRFC2253CanonicalName): attribute values that are PrintableString or UTF8String are
// compared without regard to case and to runs of spaces, all others by their encoding. A name that is no DER is its own key.
func canonicalName(der []byte) string {
	rdns, ok := parseName(der)
	if !ok {
		return "\x00" + string(der)
	}
	return canonicalRDNs(rdns)
}

func canonicalRDNs(rdns []rdn) string {
	var b strings.Builder
	for i, r := range rdns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(r.canonical())
	}
	return b.String()
}

// canonical is RDN.toRFC2253StringInternal(true): several attributes are sorted by their text.
func (r rdn) canonical() string {
	if len(r) == 1 {
		return r[0].canonical()
	}
	parts := make([]string, len(r))
	for i, a := range r {
		parts[i] = a.canonical()
	}
	sort.Strings(parts)
	return strings.Join(parts, "+")
}

// canonical is AVA.toRFC2253CanonicalString.
func (a ava) canonical() string {
	word, known := rfc2253Keywords[a.oid]
	if !known || (a.tag != cbasn1.PrintableString && a.tag != cbasn1.UTF8String) {
		if !known {
			word = a.oid
		}
		return word + "=#" + hex.EncodeToString(a.der)
	}
	return word + "=" + canonicalValue(string(a.value))
}

func canonicalValue(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	ascii, white := true, false
	for i, c := range s {
		switch {
		case c >= utf8.RuneSelf:
			ascii, white = false, false
			b.WriteRune(c) // an invalid byte becomes U+FFFD, as in Java
		case c == ' ':
			if !white {
				b.WriteByte(' ')
			}
			white = true
		case strings.ContainsRune(`,+<>;"\`, c) || (i == 0 && c == '#'):
			white = false
			b.WriteByte('\\')
			b.WriteRune(c)
		default:
			white = false
			b.WriteRune(c)
		}
	}
	// String.trim of Java takes every control character with the spaces.
	v := strings.TrimFunc(b.String(), func(r rune) bool { return r <= ' ' })
	if ascii {
		return strings.ToLower(v)
	}
	return norm.NFKD.String(foldCase(v))
}

// foldCase is toUpperCase().toLowerCase() of Java in a neutral locale, which maps "ß" to "ss" and "İ" to an i with a dot
// above, as package strings does not.
func foldCase(s string) string {
	return cases.Lower(language.Und).String(cases.Upper(language.Und).String(s))
}
