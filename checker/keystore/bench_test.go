package keystore_test

import (
	"os"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

func benchmark(b *testing.B, file, password string) {
	data, err := os.ReadFile("../../../shared/realstores/" + file)
	if err != nil {
		b.Skip(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{password}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenJKS(b *testing.B)          { benchmark(b, "035-client-truststore.jks", "wso2carbon") }
func BenchmarkOpenPKCS12NoMAC(b *testing.B)  { benchmark(b, "095-client-truststore.jks", "wso2carbon") }
func BenchmarkOpenPKCS12PBES2(b *testing.B)  { benchmark(b, "193-client-truststore.p12", "wso2carbon") }
func BenchmarkOpenPKCS12Legacy(b *testing.B) { benchmark(b, "188-client-truststore.p12", "wso2carbon") }
