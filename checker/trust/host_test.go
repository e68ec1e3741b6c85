package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"math/rand/v2"
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
	{"ip:127.0.0.1", "127.1", true},
	{"ip:192.0.2.1", "192.0.02.1", true},
	{"dns:127.1", "127.1", false},
	{"dns:300.1", "300.1", true},
	// The common name counts where neither DNS names nor addresses are there.
	{"cn:api.example.org", "api.example.org", true},
	{"cn:API.example.org", "api.example.org", true},
	{"cn:*.example.org", "api.example.org", true},
	{"cn:api.example.org dns:other.example.org", "api.example.org", false},
	{"cn:api.example.org mail:a@example.org", "api.example.org", true},
	{"cn:api.example.org ip:192.0.2.1", "api.example.org", false}, // Apache looks at no CN beside an address,
	{"cn:bücher.example", "bücher.example", false},                // Apache compares it as it stands,
	{"cn:bücher.example", "xn--bcher-kva.example", false},
	{"cn:Example_API", "example_api", false},
	{"cn:first.example.org cn:second.example.org", "second.example.org", true},
	{"cn:first.example.org cn:second.example.org", "first.example.org", false},
	{"cn:a,CN=api.example.org", "api.example.org", false},
	{"cn:x", "", false},
	{"dns:api.example.org", "", false},
	{"", "api.example.org", false},
}

func named(t *testing.T, names string) *keystore.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
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
	der, err := x509.CreateCertificate(crand.Reader, c, c, key.Public(), key)
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

// question is a certificate's names, as in hosts, and a host.
type question struct{ names, host string }

// oddWildcard are names with a wildcard that is not the whole left label, or the only one: where RFC 9525 and most clients
// refuse what Java takes.
func oddWildcard(name string) bool {
	return strings.Contains(strings.TrimPrefix(name, "*."), "*") || name == "*."
}

// withoutOddWildcards is the same question with another name in the place of each of those.
func (q question) withoutOddWildcards() question {
	words := strings.Fields(q.names)
	for i, w := range words {
		if kind, name, _ := strings.Cut(w, ":"); oddWildcard(name) {
			words[i] = kind + ":other.invalid"
		}
	}
	return question{strings.Join(words, " "), q.host}
}

// drawHosts makes random questions whose names are close enough to their hosts to fit every now and then.
func drawHosts(r *rand.Rand, count int) []question {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	label := func() string {
		return pick("api", "api", "esb", "a", "b", "a-b", "a--b", "xn--bcher-kva", "b\u00fccher", "1", "127", "my_api", "-a", "a-", "", strings.Repeat("a", 63), strings.Repeat("a", 64), "stra\u00dfe")
	}
	domain := func() string {
		return pick("example.org", "example.org", "example.org", "example", "org", "internal", "b\u00fccher.example", "xn--bcher-kva.example", "1", "0.0.1", "example.org.")
	}
	address := func() string {
		return pick("192.0.2.1", "192.0.2.1", "192.0.2.2", "127.0.0.1", "2001:db8::1", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::1", "::ffff:192.0.2.1", "2001:db8::2")
	}
	name := func() string {
		switch r.IntN(12) {
		case 0:
			return pick("localhost", "esb", "127.1", "1", "192.0.02.1", "300.1", "1.2.3.4.5", "a..b", ".", "127.0.1", "4294967295", "4294967296")
		case 1:
			return address()
		case 2:
			return label() + "." + label() + "." + domain()
		case 3:
			return domain()
		default:
			return label() + "." + domain()
		}
	}
	spell := func(s string) string {
		switch r.IntN(10) {
		case 0:
			return strings.ToUpper(s)
		case 1:
			return s + "."
		}
		return s
	}
	ascii := func(s string) string { // a dNSName is an IA5String
		s = strings.ReplaceAll(s, "b\u00fccher", "xn--bcher-kva")
		return strings.ReplaceAll(strings.ReplaceAll(s, "stra\u00dfe", "strasse"), "STRA\u00dfE", "STRASSE")
	}
	pattern := func(host string) string {
		first, rest, _ := strings.Cut(host, ".")
		switch r.IntN(14) {
		case 0, 1, 2, 3:
			return spell(host)
		case 4, 5:
			return "*." + spell(rest)
		case 6:
			return "*." + host
		case 7:
			return pick("*", "*.", "**."+rest, "*.*."+rest, "*"+first+"."+rest, first+"*."+rest, first+".*", "xn--*."+rest, "a*."+rest, "*i."+rest, "a*i."+rest)
		case 8:
			_, top, _ := strings.Cut(rest, ".")
			return "*." + top
		default:
			return spell(name())
		}
	}
	out := make([]question, 0, count)
	for len(out) < count {
		host := name()
		var names []string
		add := func(kind string) {
			switch p := pattern(host); kind {
			case "ip":
				if net.ParseIP(p) == nil {
					p = address()
				}
				names = append(names, "ip:"+p)
			case "dns":
				if p = ascii(strings.ToLower(p)); r.IntN(4) == 0 {
					p = strings.ToUpper(p)
				}
				names = append(names, "dns:"+p)
			default:
				names = append(names, kind+":"+p)
			}
		}
		for range r.IntN(3) {
			add("cn")
		}
		switch r.IntN(6) {
		case 0:
		case 1:
			add("ip")
		case 2:
			names = append(names, "mail:a@example.org")
		default:
			for range 1 + r.IntN(3) {
				add(pick("dns", "dns", "dns", "ip"))
			}
		}
		host = spell(host)
		if strings.Contains(host, ":") && r.IntN(2) == 0 {
			host = "[" + host + "]"
		}
		out = append(out, question{strings.Join(names, " "), host})
	}
	return out
}

// javaHosts asks the JDK, Apache, and the product's own verifier.
func javaHosts(t *testing.T, questions []question) [][3]bool {
	t.Helper()
	const jars = "/usr/share/java/httpclient.jar:/usr/share/java/httpcore.jar:/usr/share/java/commons-logging.jar:/usr/share/java/commons-codec.jar"
	missing := func(what any) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the oracle needs a JDK and Debian's libhttpclient-java: %v", what)
		}
		t.Skipf("not compared with Java: %v", what)
	}
	for _, tool := range []string{"javac", "java"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(err)
		}
	}
	for jar := range strings.SplitSeq(jars, ":") {
		if _, err := os.Stat(jar); err != nil {
			missing(err)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("javac", "-cp", jars, "-d", dir, filepath.Join("testdata", "Host.java")).CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	var in bytes.Buffer
	b64 := base64.StdEncoding.EncodeToString
	for _, q := range questions {
		fmt.Fprintf(&in, "%s %s %s\n", b64(named(t, q.names).Raw), b64([]byte(q.host)), b64([]byte(plainHost(q.host))))
	}
	cmd := exec.Command("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", dir+":"+jars, "Host") //nolint:gosec // our own program
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = &in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("java: %v\n%s", err, stderr.Bytes())
	}
	var answers [][3]bool
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		w := strings.Fields(line)
		answers = append(answers, [3]bool{w[0] == "yes", w[1] == "yes", w[2] == "yes"})
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	return answers
}

// TestQuotedCommonName: what looks like a CN inside of another attribute is none.
func TestQuotedCommonName(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	subject := pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
		{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "api.example.org"},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 10}, Value: "x, CN=evil.example.org"},
	}}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now(), Subject: subject}
	der, err := x509.CreateCertificate(crand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := keystore.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if !CoversHost(cert, "api.example.org") || CoversHost(cert, "evil.example.org") {
		t.Errorf("%q: the common name is api.example.org", cert.Subject)
	}
}

// underTop tells whether a wildcard like *.org is among the names.
func underTop(names string) bool {
	for _, n := range strings.Fields(names) {
		if _, rest, ok := strings.Cut(n, ":*."); ok && !strings.Contains(rest, ".") {
			return true
		}
	}
	return false
}

// TestHostJava puts the table's questions and random ones to the JDK's trust manager and to Apache's DefaultHostnameVerifier:
// a name is covered where both take it, wildcards that RFC 9525 forbids left aside. What is covered, the product's own senders
// take as well, except for wildcards right under a top-level domain. MIKSCHECK_SEED draws other names, MIKSCHECK_LONG=1 more.
func TestHostJava(t *testing.T) {
	count, seed := 2000, seedOfRun()
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		count = 20000
	}
	var questions []question
	for _, h := range hosts {
		questions = append(questions, question{h.names, h.host})
	}
	questions = append(questions, drawHosts(rand.New(rand.NewPCG(seed, 1)), count)...) //nolint:gosec // a test must be repeatable
	asked := make([]question, len(questions))
	for i, q := range questions {
		asked[i] = q.withoutOddWildcards()
	}
	answers := javaHosts(t, asked)
	agreed, covered, differ, wild := 0, 0, 0, 0
	for i, q := range questions {
		jdk, apache, product := answers[i][0], answers[i][1], answers[i][2]
		got := CoversHost(named(t, q.names), q.host)
		if got {
			covered++
		}
		if jdk != apache {
			differ++
		}
		if asked[i] != q {
			wild++
		}
		if got != (jdk && apache) || (got && !product && !underTop(q.names)) {
			t.Errorf("%q for %q: JDK %v, Apache %v, the product %v, here %v", q.host, q.names, jdk, apache, product, got)
			continue
		}
		agreed++
	}
	t.Logf("seed %d: %d/%d agree, %d covered, in %d JDK and Apache differ, in %d a wildcard is not the whole left label", seed, agreed, len(questions), covered, differ, wild)
	if covered < len(questions)/10 {
		t.Errorf("a lopsided sample: %d of %d covered", covered, len(questions))
	}
}

// TestOddWildcards shows why such wildcards are left aside: Java takes them, and a certificate that relies on one is still
// reported, for the sake of all other clients.
func TestOddWildcards(t *testing.T) {
	questions := []question{
		{"dns:f*.example.org", "foo.example.org"},
		{"dns:*o.example.org", "foo.example.org"},
		{"dns:f*o.example.org", "foo.example.org"},
	}
	for i, a := range javaHosts(t, questions) {
		if q := questions[i]; !a[0] || !a[1] {
			t.Errorf("%q for %q: the JDK %v, Apache %v; if they refuse it now, say so in docs/trust.md", q.host, q.names, a[0], a[1])
		} else if CoversHost(named(t, q.names), q.host) {
			t.Errorf("%q for %q is covered", q.host, q.names)
		}
	}
}
