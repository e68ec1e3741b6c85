package checker_test

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// home is an MI home that a test makes, faulty or not: JKS stores, which Go can write, and a deployment.toml that hands every
// password over by a variable.
type home struct {
	t        *testing.T
	dir      string
	sections []*part
	ca       *authority
	chains   map[string]string // by alias: what the authority has for it beside requests
	env      map[string]secret.Value
	keysDone []*part
	prepare  func() // what is done to the files of the fault once they are written
}

// part is a section of deployment.toml with its store.
type part struct {
	name, file, kind, format string // kind is the declared type
	shownFile                string // as the file writes it, where that differs
	alias                    string
	password, keyPassword    string
	keyReal                  string // of the key, where it is not keyPassword
	clear, keyClear          bool   // the password stands in the file
	entries                  []entry
	content                  string // a file to copy instead of entries
	legacy                   bool   // converted to a weakly protected PKCS12 file
}

// entry is a key with its chain or a certificate.
type entry struct {
	alias string
	key   crypto.Signer
	chain []*x509.Certificate
}

const security = "repository/resources/security/"

// newHome is a home without fault but for the format of its stores.
func newHome(t *testing.T) *home {
	t.Helper()
	h := &home{t: t, dir: t.TempDir(), ca: testCA(), chains: map[string]string{}, env: map[string]secret.Value{}}
	h.sections = []*part{
		{name: "keystore.primary", file: security + "primary.jks", kind: "JKS", format: "JKS", alias: "api", password: "Primary-only-for-tests-1",
			entries: []entry{keyEntry("api", h.ca.issue(rsaKey(), serverTemplate()))}},
		{name: "keystore.internal", file: security + "internal.jks", kind: "JKS", format: "JKS", alias: "internal", password: "Internal-only-for-tests-2",
			entries: []entry{keyEntry("internal", selfSigned(otherKey(), internalTemplate()))}},
		{name: "truststore", file: security + "truststore.jks", kind: "JKS", format: "JKS", password: "Trust-only-for-tests-3", entries: []entry{{alias: "test-root", chain: []*x509.Certificate{h.ca.cert}}}},
	}
	for _, s := range h.sections[:2] {
		s.keyPassword = s.password
	}
	return h
}

func (h *home) primary() *part    { return h.sections[0] }
func (h *home) internal() *part   { return h.sections[1] }
func (h *home) truststore() *part { return h.sections[2] }

// write makes the stores that are described by entries, once, and the configuration.
func (h *home) write() {
	h.t.Helper()
	write(h.t, filepath.Join(h.dir, "bin/version.txt"), "WSO2 Micro Integrator v4.4.0\n")
	var b strings.Builder
	b.WriteString("[server]\nhostname = \"api.example.org\"\n")
	for i, s := range h.sections {
		h.store(s)
		shown := s.file
		if s.shownFile != "" {
			shown = s.shownFile
		}
		password := func(name, value string, clear bool) string {
			if clear {
				return value
			}
			name = fmt.Sprintf("%s_%d", name, i)
			h.env[name] = secret.New(value)
			return "$env{" + name + "}"
		}
		fmt.Fprintf(&b, "\n[%s]\nfile_name = \"%s\"\ntype = \"%s\"\npassword = \"%s\"\n", s.name, shown, s.kind, password("STORE", s.password, s.clear))
		if s.alias != "" {
			fmt.Fprintf(&b, "alias = \"%s\"\n", s.alias)
		}
		if s.keyPassword != "" && s.name != "truststore" {
			fmt.Fprintf(&b, "key_password = \"%s\"\n", password("KEY", s.keyPassword, s.keyClear))
		}
	}
	b.WriteString("\n[transport.http]\nlistener.secured_protocols = \"TLSv1.2,TLSv1.3\"\nsender.secured_protocols = \"TLSv1.2,TLSv1.3\"\n" +
		"\n[internal_api_ssl_config]\nparameter.httpsProtocols = \"TLSv1.2,TLSv1.3\"\nparameter.sslProtocol = \"TLS\"\n")
	write(h.t, filepath.Join(h.dir, "conf/deployment.toml"), b.String())
}

func (h *home) store(s *part) {
	h.t.Helper()
	name := filepath.Join(h.dir, s.file)
	if s.content != "" {
		b, err := os.ReadFile(s.content)
		if err != nil {
			h.t.Fatal(err)
		}
		write(h.t, name, string(b))
		s.content = ""
		return
	}
	if s.entries == nil {
		return
	}
	store := jks.New(jks.WithOrderedAliases(), jks.WithCaseExactAliases())
	for _, e := range s.entries {
		var err error
		var chain []jks.Certificate
		for _, c := range e.chain {
			chain = append(chain, jks.Certificate{Type: "X509", Content: c.Raw})
		}
		if e.key == nil {
			err = store.SetTrustedCertificateEntry(e.alias, jks.TrustedCertificateEntry{CreationTime: instant, Certificate: chain[0]})
		} else {
			der, _ := x509.MarshalPKCS8PrivateKey(e.key)
			password := cmp.Or(s.keyReal, s.keyPassword, s.password)
			err = store.SetPrivateKeyEntry(e.alias, jks.PrivateKeyEntry{CreationTime: instant, PrivateKey: der, CertificateChain: chain}, []byte(password))
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := store.Store(&b, []byte(s.password)); err != nil {
		h.t.Fatal(err)
	}
	write(h.t, name, b.String())
	s.entries = nil
	if s.legacy {
		h.weaken(s, name)
	}
}

// weaken converts a store to PKCS12 as Java 8 wrote it.
func (h *home) weaken(s *part, name string) {
	h.t.Helper()
	cmd := exec.Command("keytool", "-J-Dkeystore.pkcs12.legacy", "-importkeystore", "-noprompt", "-srckeystore", name, "-destkeystore", name+".p12", "-deststoretype", "PKCS12")
	cmd.Stdin = strings.NewReader(s.password + "\n" + s.password + "\n" + s.password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%v\n%s", err, out)
	}
	s.file, s.kind, s.format = s.file+".p12", "PKCS12", "PKCS12"
}

// check judges the home as of today, since that is when keytool makes certificates.
func (h *home) check() []finding.Finding {
	h.t.Helper()
	return run{paths: []string{h.dir}, now: time.Now(), values: checker.Values{Env: h.env}}.do(h.t).findings(h.t)
}

// authority signs requests.
type authority struct {
	key  crypto.Signer
	cert *x509.Certificate
}

var testCA = sync.OnceValue(func() *authority {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	e := selfSigned(key, caTemplate("Test Root CA"))
	return &authority{key, e.chain[0]}
})

var (
	rsaKey   = sync.OnceValue(func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	otherKey = sync.OnceValue(func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	shortKey = sync.OnceValue(func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 1024)) })
	ecKey    = sync.OnceValue(func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

// must is for what cannot fail in a test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var serials = struct {
	sync.Mutex
	last int64
}{last: 0x4000000000000000}

func template(name string) *x509.Certificate {
	serials.Lock()
	defer serials.Unlock()
	serials.last++
	return &x509.Certificate{
		SerialNumber: big.NewInt(serials.last), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		BasicConstraintsValid: true,
	}
}

func serverTemplate() *x509.Certificate {
	c := template("api.example.org")
	c.DNSNames = []string{"api.example.org"}
	c.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	return c
}

func internalTemplate() *x509.Certificate {
	c := template("internal")
	c.NotAfter = time.Now().AddDate(10, 0, 0)
	return c
}

func caTemplate(name string) *x509.Certificate {
	c := template(name)
	c.IsCA, c.KeyUsage, c.NotAfter = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, time.Now().AddDate(10, 0, 0)
	return c
}

// issue signs a certificate and gives the entry with the chain up to the root.
func (a *authority) issue(key crypto.Signer, c *x509.Certificate) entry {
	return entry{key: key, chain: []*x509.Certificate{a.certify(key.Public(), c), a.cert}}
}

func (a *authority) certify(public crypto.PublicKey, c *x509.Certificate) *x509.Certificate {
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, c, a.cert, public, a.key))))
}

func selfSigned(key crypto.Signer, c *x509.Certificate) entry {
	return entry{key: key, chain: []*x509.Certificate{must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, c, c, key.Public(), key))))}}
}

func keyEntry(alias string, e entry) entry {
	e.alias = alias
	return e
}

func toPEM(certs ...*x509.Certificate) string {
	var b strings.Builder
	for _, c := range certs {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a Builder does not fail
	}
	return b.String()
}

// sign answers a request: a server's certificate with the names that it asks for, and the chain.
func (a *authority) sign(t *testing.T, request []byte) string {
	t.Helper()
	block, _ := pem.Decode(request)
	if block == nil {
		t.Fatalf("no request: %s", request)
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	c := serverTemplate()
	c.Subject, c.DNSNames, c.IPAddresses = csr.Subject, csr.DNSNames, csr.IPAddresses
	return toPEM(a.certify(csr.PublicKey, c), a.cert)
}
