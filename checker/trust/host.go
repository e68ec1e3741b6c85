package trust

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// CoversHost tells whether a certificate is good for a host name, as the JDK's HostnameChecker compares them (RFC 2818,
// RFC 6125): an IP literal by the iPAddress names alone; a name by the dNSName ones, and by the subject's CN only where there
// is none; a wildcard as the whole left label for one label; internationalised names in their ASCII form (IDNA 2003); letters
// without case; a dot at the end of the host passed over, one in the certificate not; nothing that is no host name, such as
// one with an underscore. In one thing it is stricter: the JDK takes a wildcard that is a part of a label, or not in the first
// one, which RFC 9525 forbids and most clients refuse.
func CoversHost(c *keystore.Certificate, host string) bool {
	host = strings.TrimSuffix(strings.TrimSpace(host), ".")
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		for _, a := range c.IPAddresses {
			if a.Unmap() == ip.Unmap() {
				return true
			}
		}
		return false
	}
	name, ok := hostName(host)
	if !ok {
		return false
	}
	if len(c.DNSNames) > 0 {
		for _, pattern := range c.DNSNames {
			if matches(pattern, name) {
				return true
			}
		}
		return false
	}
	return matches(commonName(c.Subject), name)
}

// javaIDNA maps as java.net.IDN does: IDNA 2003, which knows no ß.
var javaIDNA = idna.New(idna.MapForLookup(), idna.Transitional(true), idna.CheckHyphens(false), idna.CheckJoiners(false), idna.StrictDomainName(false)) //nolint:staticcheck // Java is transitional

// hostName is a name in lower-case ASCII; false where it is none by the rules that javax.net.ssl.SNIHostName has (STD 3).
func hostName(name string) (string, bool) {
	if strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 }) >= 0 {
		a, err := javaIDNA.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = a
	}
	name = strings.ToLower(name)
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", false
		}
	}
	return name, true
}

// matches compares a name of a certificate with a host name in the form of hostName.
func matches(pattern, name string) bool {
	rest, wildcard := strings.CutPrefix(pattern, "*.")
	rest, ok := hostName(rest)
	if ok && wildcard {
		_, name, ok = strings.Cut(name, ".")
	}
	return ok && rest == name
}

// commonName takes the most specific CN of a subject as keytool prints it.
func commonName(subject string) string {
	for _, part := range strings.Split(subject, ", ") {
		if cn, ok := strings.CutPrefix(part, "CN="); ok {
			return strings.Trim(cn, `"`)
		}
	}
	return ""
}
