package trust

import "testing"

// TestKeyUsageJava says what Java asks of a server's key usage, by key exchange. MIKS310 passes keyEncipherment alone, since TLS 1.2
// with RSA's key exchange takes it; its page says what does not.
func TestKeyUsageJava(t *testing.T) {
	const encipher, agree = 0x20, 0x08
	o := newOracle(t)
	root := newRoot("Root", "p256a")
	for _, tt := range []struct {
		usage    byte
		exchange string
		accepted bool
	}{
		{encipher, "RSA", true},
		{encipher, "ECDHE_RSA", false},
		{encipher, "DHE_RSA", false},
		{encipher, "UNKNOWN", false},
		{kuSign, "RSA", false},
		{kuSign, "ECDHE_RSA", true},
		{kuSign, "DHE_RSA", true},
		{kuSign, "UNKNOWN", true},
		{kuSign | encipher, "RSA", true},
		{kuSign | encipher, "ECDHE_RSA", true},
		{agree, "RSA", false},
		{agree, "ECDHE_RSA", false},
		{agree, "UNKNOWN", false},
	} {
		leaf := root.leaf(func(s *spec) { s.key, s.keyUsage = keyPool()["rsa2048a"], usage(tt.usage) })
		p := pki{certs(leaf), certs(root.cert), []bool{false}, nil}
		if accepted, why := o.ask(t, append([]string{"A", tt.exchange}, p.words()...)); accepted != tt.accepted {
			t.Errorf("%02x for %s: Java says %v %s", tt.usage, tt.exchange, accepted, why)
		}
	}
}
