package trust

import (
	"encoding/asn1"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// CoversHost tells whether a certificate is good for a host name with every Java client: with the JDK's HostnameChecker and
// with Apache's DefaultHostnameVerifier. Where one of them refuses, some callers can't connect, and the answer is no:
//
//   - An IP literal is covered by the iPAddress names alone, a name by the dNSName ones. The subject's CN counts where there
//     is neither (Apache looks at it for no certificate with an iPAddress, the JDK for none with a dNSName).
//   - Letters are compared without case. The host is brought into the form that clients ask for: without a dot at its end, in
//     ASCII (IDNA 2003). The certificate's names are taken as they stand.
//   - What is no host name, such as one with an underscore, is covered by nothing (the JDK).
//   - A wildcard is the whole left label, before others, and stands for one label (RFC 9525, 6.3). Here both are laxer; browsers,
//     curl, OpenSSL and Go are not.
func CoversHost(c *keystore.Certificate, host string) bool {
	host = plainHost(host)
	if ip, err := netip.ParseAddr(host); err == nil {
		for _, a := range c.IPAddresses {
			if a.Unmap() == ip {
				return true
			}
		}
		return false
	}
	if !isHostName(host) {
		return false
	}
	if len(c.DNSNames) > 0 {
		for _, pattern := range c.DNSNames {
			if matches(pattern, host) {
				return true
			}
		}
		return false
	}
	return len(c.IPAddresses) == 0 && matches(commonName(c.RawSubject), host)
}

// javaIDNA maps as java.net.IDN does: IDNA 2003, which knows no ß.
var javaIDNA = idna.New(idna.MapForLookup(), idna.Transitional(true), idna.CheckHyphens(false), idna.CheckJoiners(false), idna.StrictDomainName(false)) //nolint:staticcheck // Java is transitional

// plainHost is a host as clients compare it: a name in lower-case ASCII without a dot at its end, an address as netip writes it.
// A name that can't be written in ASCII stays as it is.
func plainHost(host string) string {
	host = strings.TrimSuffix(strings.TrimSpace(host), ".")
	bare := host
	if in, ok := strings.CutPrefix(host, "["); ok {
		bare = strings.TrimSuffix(in, "]")
	}
	if ip, err := netip.ParseAddr(bare); err == nil {
		return ip.Unmap().String()
	}
	if ip, ok := oddIPv4(host); ok {
		return ip.String()
	}
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) >= 0 {
		if a, err := javaIDNA.ToASCII(host); err == nil {
			host = a
		}
	}
	return strings.ToLower(host)
}

// oddIPv4 reads the addresses that Java takes as well: with fewer than four numbers, of which the last fills the bytes that are
// left ("127.1"), and with zeros before a number.
func oddIPv4(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var address uint64
	for i, part := range parts {
		size := 8
		if i == len(parts)-1 {
			size = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, 10, size)
		if err != nil {
			return netip.Addr{}, false
		}
		address = address<<size | n
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}), true
}

// isHostName holds a lower-case name to the rules that javax.net.ssl.SNIHostName has (STD 3).
func isHostName(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// matches compares a name of a certificate with a plain host name.
func matches(pattern, host string) bool {
	pattern = strings.ToLower(pattern)
	rest, wildcard := strings.CutPrefix(pattern, "*.")
	if wildcard {
		_, host, wildcard = strings.Cut(host, ".")
		return wildcard && isHostName(rest) && rest == host
	}
	return rest == host // so it is a host name, too
}

// commonName is the most specific CN of a DER name, which is the one that both Java's and Apache's verifiers look at.
func commonName(der []byte) string {
	rdns, _ := parseName(der)
	for i := len(rdns) - 1; i >= 0; i-- {
		for _, a := range rdns[i] {
			if a.oid == "2.5.4.3" {
				return a.text()
			}
		}
	}
	return ""
}

// text is the value of an attribute in one of the string types; empty for others.
func (a ava) text() string {
	var s string
	if _, err := asn1.Unmarshal(a.der, &s); err != nil {
		return ""
	}
	return s
}
