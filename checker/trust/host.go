package trust

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// CoversHost tells whether a certificate is good for a host name, as the JDK's HostnameChecker and Apache's verifier compare
// them (RFC 2818, RFC 6125): an IP literal by the iPAddress names alone; a name by the dNSName ones, and by the subject's CN
// only where there is none; a wildcard counts as the whole left label of a name with two more; internationalised names in
// their ASCII form; letters without case, a dot at the end passed over.
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
	name, ok := ascii(host)
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

func ascii(host string) (string, bool) {
	a, err := idna.Lookup.ToASCII(host)
	if err != nil {
		// Names with an underscore are no host names, but people use them; Java compares them as they stand.
		return strings.ToLower(host), host != "" && !strings.ContainsAny(host, " /\\")
	}
	return strings.ToLower(a), a != ""
}

func matches(pattern, name string) bool {
	pattern = strings.ToLower(strings.TrimSuffix(pattern, "."))
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		_, tail, found := strings.Cut(name, ".")
		return found && strings.Contains(tail, ".") && !strings.Contains(rest, "*") && tail == rest
	}
	if strings.Contains(pattern, "*") {
		return false
	}
	if a, ok := ascii(pattern); ok {
		pattern = a
	}
	return pattern != "" && pattern == name
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
