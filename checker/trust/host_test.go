package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// names are a certificate's: "dns:", "ip:" and "mail:" for subject alternative names, "cn:" for the subject.
var hosts = []struct {
	names, host string
	covered     bool
}{
	// Plain names.
	{"dns:api.example.org", "api.example.org", true},
	{"dns:api.example.org", "API.Example.ORG", true},
	{"dns:API.Example.org", "api.example.org", true},
	{"dns:api.example.org", "example.org", false},
	{"dns:example.org", "api.example.org", false},
	{"dns:api.example.org", "xapi.example.org", false},
	{"dns:a.example.org dns:b.example.org", "b.example.org", true},
	{"dns:localhost", "localhost", true},
	{"dns:esb", "esb", true},
	{"dns:esb", "esb.example.org", false},
	{"dns:1.example.org", "1.example.org", true},
	{"dns:xn--bcher-kva.example", "xn--bcher-kva.example", true},
	{"dns:a-b.example.org", "a-b.example.org", true},
	{"dns:a--b.example.org", "a--b.example.org", true},
	{"dns:ab--c.example.org", "ab--c.example.org", true},
	{"dns:xn--.example.org", "xn--.example.org", false},
	{"dns:xn--zzzzzzzzzzzzzzzz99.example.org", "xn--zzzzzzzzzzzzzzzz99.example.org", true},
	{"dns:a..example.org", "a..example.org", false},
	{"dns:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.org", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.org", false},
	{"dns:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.org", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.org", true},
	// Dots at the end.
	{"dns:api.example.org", "api.example.org.", true},
	{"dns:api.example.org.", "api.example.org", false}, // only the dot of the host is passed over
	{"dns:api.example.org.", "api.example.org.", false},
	{"dns:.example.org", "api.example.org", false},
	// Underscores and other letters that host names do not have.
	{"dns:my_api.example.org", "my_api.example.org", false},
	{"dns:*.example.org", "my_api.example.org", false},
	{"dns:api.example.org", "api .example.org", false},
	{"dns:api/x.example.org", "api/x.example.org", false},
	{"dns:-api.example.org", "-api.example.org", false},
	{"dns:api-.example.org", "api-.example.org", false},
	// Wildcards.
	{"dns:*.example.org", "api.example.org", true},
	{"dns:*.example.org", "API.EXAMPLE.ORG", true},
	{"dns:*.Example.org", "api.example.org", true},
	{"dns:*.example.org", "example.org", false},
	{"dns:*.example.org", "a.b.example.org", false},
	{"dns:*.example.org", ".example.org", false},
	{"dns:*.org", "example.org", true},
	{"dns:*.internal", "esb.internal", true},
	{"dns:*", "localhost", false},
	{"dns:*", "example.org", false},
	{"dns:*.", "localhost", false},
	{"dns:*.example.org.", "api.example.org", false},
	{"dns:*.example.org", "api.example.org.", true},
	{"dns:api.*.org", "api.example.org", false},
	{"dns:api.*", "api.example", false},
	{"dns:*.*.org", "api.example.org", false},
	{"dns:f*.example.org", "foo.example.org", false},
	{"dns:*o.example.org", "foo.example.org", false},
	{"dns:f*o.example.org", "foo.example.org", false},
	{"dns:**.example.org", "api.example.org", false},
	{"dns:*.xn--bcher-kva.example", "api.xn--bcher-kva.example", true},
	{"dns:*.example.org", "xn--bcher-kva.example.org", true},
	{"dns:xn--*.example.org", "xn--bcher-kva.example.org", false},
	// Internationalised names.
	{"dns:xn--bcher-kva.example", "bücher.example", true},
	{"dns:xn--bcher-kva.example", "BÜCHER.example", true},
	{"dns:*.xn--bcher-kva.example", "api.bücher.example", true},
	{"dns:*.example.org", "bücher.example.org", true},
	{"dns:bucher.example", "bücher.example", false},
	{"dns:xn--strae-oqa.example", "straße.example", false}, // Java maps ß to ss (IDNA 2003)
	{"dns:strasse.example", "straße.example", true},
	{"dns:xn--r8jz45g.example", "例え.example", true},
	{"dns:api.example.org", "api。example.org", true}, // the ideographic full stop
	// Addresses.
	{"ip:192.0.2.1", "192.0.2.1", true},
	{"ip:192.0.2.1", "192.0.2.2", false},
	{"dns:192.0.2.1", "192.0.2.1", false},
	{"dns:*.0.2.1", "192.0.2.1", false},
	{"ip:2001:db8::1", "2001:db8::1", true},
	{"ip:2001:db8::1", "[2001:db8::1]", true},
	{"ip:2001:db8::1", "2001:DB8:0:0:0:0:0:1", true},
	{"ip:2001:db8::1", "2001:db8::2", false},
	{"ip:192.0.2.1 dns:api.example.org", "api.example.org", true},
	{"ip:192.0.2.1", "api.example.org", false},
	{"ip:192.0.2.1 cn:192.0.2.9", "192.0.2.9", false},
	{"cn:192.0.2.1", "192.0.2.1", false},
	{"ip:192.0.2.1", "::ffff:192.0.2.1", true},
	// The common name counts where no DNS name is there.
	{"cn:api.example.org", "api.example.org", true},
	{"cn:API.example.org", "api.example.org", true},
	{"cn:*.example.org", "api.example.org", true},
	{"cn:api.example.org dns:other.example.org", "api.example.org", false},
	{"cn:api.example.org mail:a@example.org", "api.example.org", true},
	{"cn:api.example.org ip:192.0.2.1", "api.example.org", true},
	{"cn:bücher.example", "bücher.example", true},
	{"cn:bücher.example", "xn--bcher-kva.example", true},
	{"cn:Example_API", "example_api", false},
	{"cn:first.example.org cn:second.example.org", "second.example.org", true},
	{"cn:first.example.org cn:second.example.org", "first.example.org", false},
	{"cn:a,CN=api.example.org", "api.example.org", false},
	{"cn:x", "", false},
	{"dns:api.example.org", "", false},
	{"", "api.example.org", false},
}

// stricter are the questions in which the JDK takes a name that RFC 9525 and most clients do not: a wildcard that is not the
// whole left label. Clients that refuse it are reason enough to say so.
func stricter(names string) bool {
	for _, n := range strings.Fields(names) {
		if _, n, _ = strings.Cut(n, ":"); strings.Contains(strings.TrimPrefix(n, "*."), "*") {
			return true
		}
	}
	return false
}

func named(t *testing.T, names string) *keystore.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), Subject: pkix.Name{Organization: []string{"Test"}}}
	for _, n := range strings.Fields(names) {
		kind, name, _ := strings.Cut(n, ":")
		switch kind {
		case "dns":
			c.DNSNames = append(c.DNSNames, name)
		case "ip":
			c.IPAddresses = append(c.IPAddresses, net.ParseIP(name))
		case "mail":
			c.EmailAddresses = append(c.EmailAddresses, name)
		case "cn":
			c.Subject.ExtraNames = append(c.Subject.ExtraNames, pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: name})
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(names, err)
	}
	cert, err := keystore.ParseCertificate(der)
	if err != nil {
		t.Fatal(names, err)
	}
	return cert
}

func TestCoversHost(t *testing.T) {
	for _, h := range hosts {
		if got := CoversHost(named(t, h.names), h.host); got != h.covered {
			t.Errorf("%q for %q: %v", h.host, h.names, got)
		}
	}
	t.Logf("%d names", len(hosts))
}

// TestHostJava puts the same questions to the JDK's trust manager.
func TestHostJava(t *testing.T) {
	for _, tool := range []string{"javac", "java"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("the oracle needs a JDK: %v", err)
			}
			t.Skipf("not compared with Java: %v", err)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("javac", "-d", dir, filepath.Join("testdata", "Host.java")).CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	var questions bytes.Buffer
	for _, h := range hosts {
		b64 := base64.StdEncoding.EncodeToString
		fmt.Fprintf(&questions, "%s %s\n", b64(named(t, h.names).Raw), b64([]byte(h.host)))
	}
	cmd := exec.Command("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", dir, "Host") //nolint:gosec // our own program
	cmd.Stdin, cmd.Stderr = &questions, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(answers) != len(hosts) {
		t.Fatalf("%d answers to %d questions", len(answers), len(hosts))
	}
	agreed, strict := 0, 0
	for i, h := range hosts {
		switch java := answers[i] == "yes"; {
		case java == h.covered:
			agreed++
		case java && stricter(h.names):
			strict++
		default:
			t.Errorf("%q for %q: Java says %s", h.host, h.names, answers[i])
		}
	}
	t.Logf("%d/%d agree, in %d this package is stricter on purpose", agreed, len(hosts)-strict, strict)
}
