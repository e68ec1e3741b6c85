package keystore

import (
	"os"
	"testing"
	"time"
)

// BenchmarkPKCS12BesideItsKDF opens truststores of 151 authorities under today's algorithms and of 143 under the old ones, in turn with
// their two key derivations alone, one after the other, and reports the ratio of the best times: other work on the machine only ever adds.
func BenchmarkPKCS12BesideItsKDF(b *testing.B) {
	for name, file := range map[string]string{"PBES2": "193-client-truststore.p12", "RC2-40": "188-client-truststore.p12"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile("../../../shared/realstores/" + file)
			if err != nil {
				b.Skip(err)
			}
			besideItsKDF(b, data, "wso2carbon")
		})
	}
}

func besideItsKDF(b *testing.B, data []byte, password string) {
	b.Helper()
	file, err := (&input{data: data, limits: Limits{}.withDefaults()}).parsePFX(&Store{})
	if err != nil {
		b.Fatal(err)
	}
	open := func() {
		if _, err := OpenBytes(data, Options{Passwords: []string{password}}); err != nil {
			b.Fatal(err)
		}
	}
	derive := func() {
		file.mac.key(password, false)
		for _, sf := range file.safes {
			if sf.encrypted != nil {
				sf.encrypted.run(password, false, nil) // derives its key and stops
			}
		}
	}
	var opened, derived time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		deeper(n%10, open)
		between := time.Now()
		deeper(n%10, derive)
		opened, derived = shorter(opened, between.Sub(start)), shorter(derived, time.Since(between))
	}
	b.ReportMetric(float64(opened.Microseconds())/1000, "open-ms")
	b.ReportMetric(float64(derived.Microseconds())/1000, "derivations-ms")
	b.ReportMetric(float64(opened)/float64(derived), "ratio")
	b.ReportMetric(0, "ns/op") // of both together, which says nothing
}

func shorter(best, took time.Duration) time.Duration {
	if best == 0 || took < best {
		return took
	}
	return best
}
