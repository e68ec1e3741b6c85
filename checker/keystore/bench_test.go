package keystore_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"os/exec"
	"testing"

	library "github.com/pavlo-v-chernykh/keystore-go/v4"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// The stores of the benchmarks: a truststore of the product with 147 CAs as JKS, and ones with 143 to 151 as PKCS12 without a MAC,
// under today's algorithms, and under the old ones with the product's iteration counts.
const (
	benchJKS    = "035-client-truststore.jks"
	benchNoMAC  = "095-client-truststore.jks"
	benchPBES2  = "193-client-truststore.p12"
	benchLegacy = "188-client-truststore.p12"
)

func benchFile(b *testing.B, file string) (path string, data []byte) {
	b.Helper()
	path = "../../../shared/realstores/" + file
	data, err := os.ReadFile(path)
	if err != nil {
		b.Skip(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	return path, data
}

func BenchmarkOpen(b *testing.B) {
	for name, file := range map[string]string{"JKS": benchJKS, "PKCS12-no-MAC": benchNoMAC, "PKCS12-PBES2": benchPBES2, "PKCS12-RC2-40": benchLegacy} {
		b.Run(name, func(b *testing.B) {
			_, data := benchFile(b, file)
			for b.Loop() {
				if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"wso2carbon"}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkKeystoreGo is what the library alone does with the JKS file: it verifies the digest, and crypto/x509 parses.
func BenchmarkKeystoreGo(b *testing.B) {
	_, data := benchFile(b, benchJKS)
	for b.Loop() {
		ks := library.New()
		if err := ks.Load(bytes.NewReader(data), []byte("wso2carbon")); err != nil {
			b.Fatal(err)
		}
		for _, alias := range ks.Aliases() {
			if e, err := ks.GetTrustedCertificateEntry(alias); err == nil {
				_, _ = x509.ParseCertificate(e.Certificate.Content)
			}
		}
	}
}

// BenchmarkKeytool is keytool's listing of the same files, a process each.
func BenchmarkKeytool(b *testing.B) {
	if _, err := exec.LookPath("keytool"); err != nil {
		b.Skip(err)
	}
	for name, file := range map[string]string{"JKS": benchJKS, "PKCS12-RC2-40": benchLegacy} {
		b.Run(name, func(b *testing.B) {
			path, _ := benchFile(b, file)
			for b.Loop() {
				if out, err := exec.Command("keytool", "-list", "-keystore", path, "-storepass", "wso2carbon").CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}
