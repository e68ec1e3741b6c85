package keystore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// nss is a database of Mozilla's NSS, from which pk12util (Debian: libnss3-tools) exports PKCS12 files.
type nss struct{ dir string }

func newNSS(t *testing.T) nss {
	t.Helper()
	for _, tool := range []string{"pk12util", "certutil"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%v (Debian: libnss3-tools)", err)
			}
			t.Skip(err)
		}
	}
	n := nss{t.TempDir()}
	n.run(t, "certutil", "-N", "--empty-password")
	n.run(t, "pk12util", "-i", "../../testdata/stores/ossl-chain.p12", "-W", "changeit", "-K", "")
	return n
}

func (n nss) run(t *testing.T, tool string, args ...string) {
	t.Helper()
	if out, err := exec.Command(tool, append(args, "-d", "sql:"+n.dir)...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
}

// export gives the key of ossl-chain.p12 with its chain as NSS writes it.
func (n nss) export(t *testing.T, password, keyCipher, certCipher string) []byte {
	t.Helper()
	file := filepath.Join(n.dir, "out.p12")
	args := []string{"-o", file, "-n", "My Key", "-K", "", "-W", password}
	if keyCipher != "" {
		args = append(args, "-c", keyCipher, "-C", certCipher)
	}
	n.run(t, "pk12util", args...)
	return read(t, file)
}

// TestNSS holds this package to Java over the files that NSS writes: 600,000 iterations each, so a few pairs of ciphers stand for
// all unless MIKSCHECK_LONG=1.
func TestNSS(t *testing.T) {
	java := oracle.Start(t)
	db := newNSS(t)
	const (
		aes     = "AES-128-CBC"
		rc2     = "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"
		rc4     = "PKCS #12 V2 PBE With SHA-1 And 128 Bit RC4"
		desEDE3 = "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC"
	)
	pairs := [][2]string{{"", ""}, {desEDE3, rc2}, {"AES-256-CBC", aes}}
	if long {
		pairs = append(pairs, [][2]string{{aes, aes}, {"AES-192-CBC", rc2}, {rc2, aes}, {rc4, rc4}, {"RC2-CBC", rc2}, {"DES-EDE3-CBC", aes}, {"CAMELLIA-128-CBC", aes}}...)
	}
	for _, pair := range pairs {
		t.Run(strings.Join(pair[:], ","), func(t *testing.T) {
			data := db.export(t, "changeit", pair[0], pair[1])
			compare(t, java, data, ptr("changeit"), []string{"changeit", "wrong"})
			compare(t, java, data, ptr("wrong"), nil)
			s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"changeit"}})
			if err != nil || len(s.Entries) != 1 || len(s.Entries[0].Chain) != 3 || s.Protection.Iterations != 600_000 {
				t.Fatalf("%+v, %v", s, err)
			}
			if pair[0] == "CAMELLIA-128-CBC" {
				return // Java does not know it either
			}
			if matches, err := s.Entries[0].KeyMatches("changeit"); !matches || err != nil {
				t.Errorf("the key: %v, %v", matches, err)
			}
		})
	}
}

// TestNonBMPPasswords: NSS and OpenSSL write passwords outside the basic plane as Java's chars, surrogate pairs. They fit here, though
// Java takes no such password.
func TestNonBMPPasswords(t *testing.T) {
	java := oracle.Start(t)
	const password = "pä😀𝕏"
	files := map[string][]byte{"NSS": newNSS(t).export(t, password, "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC", "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC")}
	dir := t.TempDir()
	openssl := func(args ...string) {
		cmd := exec.Command("openssl", args...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl: %v\n%s", err, out)
		}
	}
	pem, out := filepath.Join(dir, "key.pem"), filepath.Join(dir, "out.p12")
	openssl("pkcs12", "-in", "../../testdata/stores/ossl-chain.p12", "-passin", "pass:changeit", "-nodes", "-out", pem)
	openssl("pkcs12", "-export", "-in", pem, "-passout", "pass:"+password, "-name", "key", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-out", out)
	files["OpenSSL"] = read(t, out)
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			compare(t, java, data, ptr(password), nil)
			s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"wrong", password}})
			if err == nil || !strings.Contains(err.Error(), "the password is right") {
				t.Fatal(err)
			}
			if s.Integrity != keystore.IntegrityVerified || s.Password != 1 || len(s.Entries) != 1 {
				t.Errorf("%+v", s)
			}
			if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"pä😀"}}); err == nil || strings.Contains(err.Error(), "is right") {
				t.Error(err)
			}
		})
	}
}
