// Command compare-stores opens the same keystores with the project's library, with keystore-go or go-pkcs12, and with keytool, and
// prints what each shows and takes as Markdown tables.
//
// The stores are made by keytool from the authorities of the JDK; with an argument, the folder of real stores (with its INDEX.tsv) is
// opened as well, and counted.
package main

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

const password = "changeit"

func main() {
	testing.Init()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compare-stores:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	work, err := os.MkdirTemp("", "compare-stores")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	stores, err := makeStores(work)
	if err != nil {
		return err
	}
	fmt.Printf("%d cores, %s %s, %s; what is shown, and the best time of three seconds' runs (keytool: of five processes).\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Println("| store | size | mi-kscheck | allocated | other library | allocated | keytool -list |\n|---|---:|---:|---:|---:|---:|---:|")
	for _, s := range stores {
		if err := s.compare(); err != nil {
			return fmt.Errorf("%s: %w", s.what, err)
		}
	}
	if len(args) == 0 {
		return nil
	}
	return realStores(args[0])
}

// store is a file that the three open.
type store struct {
	what, path string
	entries    int
	key        bool
}

func keytool(args ...string) error {
	if out, err := exec.Command("keytool", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("keytool %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// makeStores has keytool write a truststore of 125 authorities in both formats, and a key in both.
func makeStores(work string) ([]store, error) {
	data, err := cacerts()
	if err != nil {
		return nil, err
	}
	all, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{password}})
	if err != nil {
		return nil, fmt.Errorf("cacerts: %w", err)
	}
	const authorities = 125
	if len(all.Entries) < authorities {
		return nil, fmt.Errorf("the JDK has %d authorities only", len(all.Entries))
	}
	trust := jks.New()
	for _, e := range all.Entries[:authorities] {
		entry := jks.TrustedCertificateEntry{CreationTime: time.Now(), Certificate: jks.Certificate{Type: "X509", Content: e.Leaf().Raw}}
		if err := trust.SetTrustedCertificateEntry(e.Alias, entry); err != nil {
			return nil, err
		}
	}
	at := func(name string) string { return filepath.Join(work, name) }
	var raw bytes.Buffer
	if err := trust.Store(&raw, []byte(password)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(at("raw"), raw.Bytes(), 0o600); err != nil {
		return nil, err
	}
	stores := []store{
		{what: "JKS, 125 authorities", path: at("trust.jks"), entries: authorities},
		{what: "PKCS12, 125 authorities", path: at("trust.p12"), entries: authorities},
		{what: "JKS, one key", path: at("key.jks"), entries: 1, key: true},
		{what: "PKCS12, one key", path: at("key.p12"), entries: 1, key: true},
		{what: "PKCS12, one key, old algorithms", path: at("old.p12"), entries: 1, key: true},
	}
	for i, s := range stores {
		kind := strings.ToUpper(strings.TrimPrefix(filepath.Ext(s.path), "."))
		if kind == "P12" {
			kind = "PKCS12"
		}
		args := []string{"-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-alias", "server", "-dname", "CN=server", "-keystore", s.path,
			"-storetype", kind, "-storepass", password, "-keypass", password}
		if !s.key {
			args = []string{"-importkeystore", "-noprompt", "-srckeystore", at("raw"), "-srcstoretype", "JKS", "-srcstorepass", password,
				"-destkeystore", s.path, "-deststoretype", kind, "-deststorepass", password}
		}
		if i == len(stores)-1 {
			args = append(args, "-J-Dkeystore.pkcs12.legacy")
		}
		if err := keytool(args...); err != nil {
			return nil, err
		}
	}
	return stores, nil
}

func cacerts() ([]byte, error) {
	if data, err := os.ReadFile("/etc/ssl/certs/java/cacerts"); err == nil {
		return data, nil
	}
	path, err := exec.LookPath("keytool")
	if err != nil {
		return nil, err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(path)), "lib", "security", "cacerts"))
}

// measured is what opening cost, at best.
type measured struct {
	shown     int
	time      time.Duration
	allocated uint64
}

// measure runs open for three seconds.
func measure(open func() (int, error)) (m measured, err error) {
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		shown, err := open()
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err != nil {
			return m, err
		}
		m.shown, m.allocated = shown, after.TotalAlloc-before.TotalAlloc
		if m.time == 0 || took < m.time {
			m.time = took
		}
	}
	return m, nil
}

func (s store) compare() error {
	data, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	ours, err := measure(func() (int, error) { return openOurs(data, password) })
	if err != nil {
		return err
	}
	if ours.shown != s.entries {
		return fmt.Errorf("%d entries instead of %d", ours.shown, s.entries)
	}
	library, name := openPKCS12, "go-pkcs12"
	if keystore.Detect(data) == keystore.JKS {
		library, name = openJKS, "keystore-go"
	}
	other := name
	allocated := ""
	if theirs, err := measure(func() (int, error) { return library(data, password) }); err != nil {
		other += ": " + err.Error()
	} else {
		other += fmt.Sprintf(": %d in %s", theirs.shown, milliseconds(theirs.time))
		allocated = kib(theirs.allocated)
	}
	var java time.Duration
	for range 5 {
		start := time.Now()
		if err := keytool("-list", "-keystore", s.path, "-storepass", password); err != nil {
			return err
		}
		if took := time.Since(start); java == 0 || took < java {
			java = took
		}
	}
	fmt.Printf("| %s | %s | %d in %s | %s | %s | %s | %s |\n", s.what, kib(uint64(len(data))), ours.shown, milliseconds(ours.time), kib(ours.allocated), other, allocated, milliseconds(java))
	return nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}
func kib(n uint64) string { return fmt.Sprintf("%d KiB", (n+512)/1024) }

// openOurs opens a store and every key with the project's library, and gives the number of entries.
func openOurs(data []byte, password string) (int, error) {
	s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{password}})
	if err != nil {
		return 0, err
	}
	for i := range s.Entries {
		if err := s.Entries[i].CheckKey(password); err != nil {
			return 0, err
		}
	}
	return len(s.Entries), nil
}

// openJKS is the same with keystore-go; the certificates are parsed, as openOurs parses them.
func openJKS(data []byte, password string) (int, error) {
	ks := jks.New()
	if err := ks.Load(bytes.NewReader(data), []byte(password)); err != nil {
		return 0, err
	}
	for _, alias := range ks.Aliases() {
		if e, err := ks.GetTrustedCertificateEntry(alias); err == nil {
			if _, err := x509.ParseCertificate(e.Certificate.Content); err != nil {
				return 0, err
			}
			continue
		}
		e, err := ks.GetPrivateKeyEntry(alias, []byte(password))
		if err != nil {
			return 0, err
		}
		for _, c := range e.CertificateChain {
			if _, err := x509.ParseCertificate(c.Content); err != nil {
				return 0, err
			}
		}
	}
	return len(ks.Aliases()), nil
}

// openPKCS12 is the same with go-pkcs12, which has one function for truststores and one for a key with its chain.
func openPKCS12(data []byte, password string) (int, error) {
	certs, trustErr := pkcs12.DecodeTrustStore(data, password)
	if trustErr == nil {
		return len(certs), nil
	}
	if _, _, _, err := pkcs12.DecodeChain(data, password); err != nil {
		return 0, errors.Join(trustErr, err)
	}
	return 1, nil
}

// realStores counts which of a folder's stores each library opens with the password that its INDEX.tsv gives.
func realStores(folder string) error {
	index, err := os.ReadFile(filepath.Join(folder, "INDEX.tsv"))
	if err != nil {
		return err
	}
	var files, ours, theirs, java int
	for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 2 || f[1] == "(unknown)" {
			continue
		}
		path := filepath.Join(folder, f[0])
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{f[1]}}); err == nil {
			ours++
		}
		other := openPKCS12
		if keystore.Detect(data) == keystore.JKS {
			other = openJKS
		}
		if _, err := other(data, f[1]); err == nil {
			theirs++
		}
		if keytool("-list", "-keystore", path, "-storepass", f[1]) == nil {
			java++
		}
	}
	fmt.Printf("\nOf %d real stores whose password is known, mi-kscheck opens %d, keystore-go or go-pkcs12 with crypto/x509 %d, keytool %d.\n", files, ours, theirs, java)
	return nil
}
