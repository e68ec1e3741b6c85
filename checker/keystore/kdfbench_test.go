package keystore

import (
	"os"
	"testing"
	"time"
)

// BenchmarkPKCS12BesideItsKDF opens a truststore of 151 authorities under today's algorithms, in turn with its two key derivations
// alone, one after the other, and reports the ratio of the best times: other work on the machine only ever adds.
func BenchmarkPKCS12BesideItsKDF(b *testing.B) {
	const password = "wso2carbon"
	data, err := os.ReadFile("../../../shared/realstores/193-client-truststore.p12")
	if err != nil {
		b.Skip(err)
	}
	file, err := (&input{data: data, limits: Limits{}.withDefaults()}).parsePFX(&Store{})
	if err != nil {
		b.Fatal(err)
	}
	var opened, derived time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := OpenBytes(data, Options{Passwords: []string{password}}); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		file.mac.key(password, false)
		for _, sf := range file.safes {
			if sf.encrypted != nil {
				sf.encrypted.run(password, false, nil) // derives its key and stops
			}
		}
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
