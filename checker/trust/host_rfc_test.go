package trust

import "testing"

// TestHostRFC is what RFC 6125 and RFC 9525, which replaces it, give as examples, by the paragraph that each rests on. Where the JDK and
// Apache, whose verdict counts, differ from the newer one, the row says so.
func TestHostRFC(t *testing.T) {
	for _, c := range []struct {
		paragraph, names, host string
		covered                bool
	}{
		{"RFC 6125 6.4.1: letters are compared whatever their case", "dns:www.example.com", "WWW.eXaMpLe.cOm", true},
		{"RFC 6125 6.4.1: all labels match", "dns:www.example.com", "example.com", false},
		{"RFC 6125 6.4.1: and no more of them", "dns:example.com", "www.example.com", false},
		{"RFC 6125 6.4.2: a name beyond ASCII is compared as A-labels", "dns:xn--bcher-kva.example", "bücher.example", true},
		{"RFC 6125 6.4.2: case of the U-label", "dns:xn--bcher-kva.example", "BÜCHER.example", true},
		{"RFC 6125 6.4.3 (1): no wildcard but in the left-most label", "dns:bar.*.example.net", "bar.foo.example.net", false},
		{"RFC 6125 6.4.3 (2): it stands for one label", "dns:*.example.com", "foo.example.com", true},
		{"RFC 6125 6.4.3 (2): not for two", "dns:*.example.com", "bar.foo.example.com", false},
		{"RFC 6125 6.4.3 (2): not for none", "dns:*.example.com", "example.com", false},
		// RFC 6125 lets a client take these three; RFC 9525 and browsers do not, and so don't we (see docs/trust.md).
		{"RFC 6125 6.4.3 (3), RFC 9525 6.3", "dns:baz*.example.net", "baz1.example.net", false},
		{"RFC 6125 6.4.3 (3), RFC 9525 6.3", "dns:*baz.example.net", "foobaz.example.net", false},
		{"RFC 6125 6.4.3 (3), RFC 9525 6.3", "dns:b*z.example.net", "buzz.example.net", false},
		{"RFC 6125 6.4.3 (3): never in an A-label", "dns:xn--caf-dma*.example", "xn--caf-dma1.example", false},
		{"RFC 6125 6.4.4: the subject counts where no name is given", "cn:www.example.com", "www.example.com", true}, // RFC 9525 6: not at all
		{"RFC 6125 6.4.4: and not beside one", "cn:www.example.com dns:mail.example.com", "www.example.com", false},
		{"RFC 9525 6.3: one wildcard", "dns:*.*.example.com", "a.b.example.com", false},
		{"RFC 9525 6.3: the wildcard is the whole label", "dns:w*.example.com", "www.example.com", false},
		{"RFC 9525 6.3: it does not match an address", "dns:*.2.0.1", "192.2.0.1", false},
		{"RFC 9525 6.4: addresses are compared octet by octet", "ip:192.0.2.1", "192.0.2.1", true},
		{"RFC 9525 6.4: other octets", "ip:192.0.2.1", "192.0.2.2", false},
		{"RFC 9525 6.4: however the address is written", "ip:2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true},
		{"RFC 9525 6.4: an address is no name", "dns:192.0.2.1", "192.0.2.1", false},
		{"RFC 9525 6.4: a name is no address", "ip:192.0.2.1", "www.example.com", false},
	} {
		if got := CoversHost(named(t, c.names), c.host); got != c.covered {
			t.Errorf("%s: %s covers %s: %t, want %t", c.paragraph, c.names, c.host, got, c.covered)
		}
	}
}
