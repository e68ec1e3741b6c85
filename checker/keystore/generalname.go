package keystore

import (
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// generalNames gives the names of a GeneralNames by their numbers (RFC 5280, 4.2.1.6), and tells whether Java takes the list
// (sun.security.x509.GeneralNames).
func generalNames(v cryptobyte.String, each func(number cbasn1.Tag, b []byte)) bool {
	var names cryptobyte.String
	if !v.ReadASN1(&names, cbasn1.SEQUENCE) {
		return false
	}
	sound := v.Empty() && !names.Empty()
	for !names.Empty() {
		var b cryptobyte.String
		var tag cbasn1.Tag
		if !names.ReadAnyASN1(&b, &tag) {
			return false
		}
		sound = soundName(tag, b) && sound
		if tag&0xe0 == 0x80 {
			each(tag&0x1f, b)
		}
	}
	return sound
}

// soundName tells whether Java takes a name (sun.security.x509.GeneralName and the classes of its kinds).
func soundName(tag cbasn1.Tag, b cryptobyte.String) bool {
	simple, structured := tag&0xe0 == 0x80, tag&0xe0 == 0xa0
	switch tag & 0x1f {
	case 0: // OtherName: an OID and any value
		var tag cbasn1.Tag
		return structured && skipOID(&b) && b.ReadAnyASN1Element(&cryptobyte.String{}, &tag)
	case 1:
		return simple && soundMail(string(b))
	case 2:
		return simple
	case 3: // X400Address looks at nothing
		return structured
	case 4:
		_, ok := readName(b)
		return structured && (ok || b.Empty())
	case 5: // EDIPartyName: one or two parts
		var tag cbasn1.Tag
		n := 0
		for !b.Empty() {
			if n++; !b.ReadAnyASN1Element(&cryptobyte.String{}, &tag) {
				return false
			}
		}
		return structured && (n == 1 || n == 2)
	case 6:
		return simple && soundURI(string(b))
	case 7: // an address, or one with a mask
		return simple && (len(b) == 4 || len(b) == 8 || len(b) == 16 || len(b) == 32)
	case 8:
		_, ok := dotted(b)
		return simple && ok
	}
	return false
}

// soundMail is what RFC822Name asks of an address: a domain, which may be all of it, and is more than a dot.
func soundMail(address string) bool {
	domain := address[strings.IndexByte(address, '@')+1:]
	return domain != "" && domain != "."
}

// soundURI is what URIName asks, as far as characters go: a scheme, and nothing that java.net.URI wants escaped.
func soundURI(uri string) bool {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok || rest == "" || !uriScheme(scheme) {
		return false
	}
	for i, r := range rest {
		if r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"{}|\\^`", r) || r == '%' && !hexPair(rest[i+1:]) {
			return false
		}
	}
	return true
}

func uriScheme(s string) bool {
	for i, r := range s {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return s != ""
}

func hexPair(s string) bool {
	return len(s) >= 2 && strings.Trim(s[:2], "0123456789abcdefABCDEF") == ""
}
