package trust

import (
	"bytes"
	"net/netip"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// nameType is the choice of a GeneralName (RFC 5280 section 4.2.1.6).
type nameType uint8

const (
	typeEmail     nameType = 1
	typeDNS       nameType = 2
	typeDirectory nameType = 4
	typeURI       nameType = 6
	typeIP        nameType = 7
)

// generalName is a name of a certificate, or the base of a name constraint.
type generalName struct {
	kind nameType
	text string   // email, DNS, URI's host (of a constraint: the whole text); lower case
	ip   []byte   // 4 or 16 bytes; of a constraint twice as many, address and mask
	rdns []string // canonical, in the order of the file
}

// relation is what a constraint says of a name: sun.security.x509.GeneralNameInterface.constrains.
type relation int

const (
	otherType relation = iota // another type of name: nothing
	same                      // the name is the base
	narrows                   // the name lies below the base
	widens                    // the name lies above the base
	apart                     // neither
)

// constrains relates a name to the base of a constraint.
func (base generalName) constrains(name generalName) relation {
	if base.kind != name.kind {
		return otherType
	}
	switch base.kind {
	case typeDNS:
		return relateDNS(base.text, name.text)
	case typeEmail:
		return relateEmail(base.text, name.text)
	case typeURI:
		return relateHost(base.text, name.text)
	case typeIP:
		return relateIP(base.ip, name.ip)
	case typeDirectory:
		return relateDirectory(base.rdns, name.rdns)
	}
	if base.text == name.text && bytes.Equal(base.ip, name.ip) {
		return same
	}
	return apart
}

// relateDNS is sun.security.x509.DNSName.constrains: labels may be added to the left, and a leading dot asks for one.
func relateDNS(base, name string) relation {
	switch {
	case base == name:
		return same
	case base == "":
		return narrows
	case name == "":
		return widens
	case strings.HasSuffix(base, name):
		if (base[len(base)-len(name)-1] == '.') != (name[0] == '.') {
			return widens
		}
	case strings.HasSuffix(name, base):
		if (name[len(name)-len(base)-1] == '.') != (base[0] == '.') {
			return narrows
		}
	}
	return apart
}

// relateEmail is sun.security.x509.RFC822Name.constrains: a mailbox, all of a host, or (leading dot) of a domain.
func relateEmail(base, name string) relation {
	within := func(long, short string) bool {
		return strings.HasSuffix(long, short) && !strings.Contains(short, "@") &&
			(short == "" || short[0] == '.' || long[len(long)-len(short)-1] == '@')
	}
	switch {
	case base == name:
		return same
	case within(base, name):
		return widens
	case within(name, base):
		return narrows
	}
	return apart
}

// relateHost is sun.security.x509.URIName.constrains, over the host parts: only a leading dot stands for a domain.
func relateHost(base, name string) relation {
	if base == name {
		return same
	}
	if base == "" || name == "" || isIP(base) || isIP(name) {
		return apart
	}
	r := relateDNS(base, name)
	baseDomain, nameDomain := base[0] == '.', name[0] == '.'
	if !baseDomain && !nameDomain && (r == widens || r == narrows) {
		return apart
	}
	return r
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// relateIP is sun.security.x509.IPAddressName.constrains: addresses, or an address and a mask.
func relateIP(base, name []byte) relation {
	if bytes.Equal(base, name) {
		return same
	}
	inside := func(subnet, addr, mask []byte) bool {
		half := len(subnet) / 2
		for i := range half {
			m := subnet[half+i]
			if mask != nil && mask[i]&m != m { // a wider mask is not inside
				return false
			}
			if addr[i]&m != subnet[i]&m {
				return false
			}
		}
		return true
	}
	switch {
	case len(base) == len(name) && (len(base) == 8 || len(base) == 32):
		half := len(base) / 2
		if inside(base, name[:half], name[half:]) {
			return narrows
		}
		if inside(name, base[:half], base[half:]) {
			return widens
		}
	case len(base) == 2*len(name) && inside(base, name, nil):
		return narrows
	case len(name) == 2*len(base) && inside(name, base, nil):
		return widens
	}
	return apart
}

// relateDirectory is X500Name.constrains: one name begins with the other.
func relateDirectory(base, name []string) relation {
	n := min(len(base), len(name))
	for i := range n {
		if base[i] != name[i] {
			return apart
		}
	}
	switch {
	case len(base) == len(name):
		return same
	case len(name) > len(base):
		return narrows
	}
	return widens
}

func directoryName(rdns []rdn) generalName {
	g := generalName{kind: typeDirectory}
	for _, r := range rdns {
		g.rdns = append(g.rdns, r.canonical())
	}
	return g
}

// readGeneralName reads one GeneralName; constraint tells that it is the base of a subtree. ok is false for broken DER.
func readGeneralName(s *cryptobyte.String, constraint bool) (g generalName, ok bool) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) || tag&0xc0 != 0x80 {
		return g, false
	}
	g.kind = nameType(tag & 0x1f)
	switch g.kind {
	case typeEmail, typeDNS:
		g.text = strings.ToLower(string(body))
	case typeURI:
		g.text = strings.ToLower(string(body))
		if !constraint {
			g.text = uriHost(g.text)
		}
	case typeIP:
		g.ip = body
	case typeDirectory:
		rdns, fine := parseName(body)
		return directoryName(rdns), fine
	default:
		g.ip = body // other names are compared by their encoding
	}
	return g, true
}

// uriHost is the host part of a URI; empty where it has none.
func uriHost(uri string) string {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if strings.HasPrefix(rest, "[") {
		if i := strings.IndexByte(rest, ']'); i > 0 {
			return rest[:i+1]
		}
	}
	host, _, _ := strings.Cut(rest, ":")
	return host
}
