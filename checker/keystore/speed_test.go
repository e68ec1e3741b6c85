package keystore

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// The promises on speed. Times are the best of many runs, since other work on the machine only ever adds.

// realStore is a store of the test material beside the repository.
func realStore(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../shared/realstores/" + name)
	if err != nil {
		t.Skip(err)
	}
	return data
}

// measure runs the functions in turn until ok takes the shortest time of each, at most for a few seconds: a machine that is busy
// with other work only delays it.
func measure(ok func(times []time.Duration) bool, functions ...func()) []time.Duration {
	shortest := make([]time.Duration, len(functions))
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		for depth := range 10 {
			for i, f := range functions {
				start := time.Now()
				deeper(depth, f)
				if took := time.Since(start); shortest[i] == 0 || took < shortest[i] {
					shortest[i] = took
				}
			}
		}
		if ok(shortest) {
			break
		}
	}
	return shortest
}

// deeper calls a function some frames further down the stack. Where a hash's block lies there decides on up to a fifth of its time, which
// is nobody's merit: each function is to have the best of places.
//
//go:noinline
func deeper(frames int, f func()) {
	if frames == 0 {
		f()
		return
	}
	deeper(frames-1, f)
	runtime.KeepAlive(frames)
}

// allocated is what a function allocates, in bytes.
func allocated(f func()) int {
	f() // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// TestCostOfJKS: a truststore of 125 authorities opens within 5 ms, and allocates at most twice its size above what its
// certificates take.
func TestCostOfJKS(t *testing.T) {
	file, err := walkJava(realStore(t, "035-client-truststore.jks"), JKS, DefaultLimits)
	if err != nil || len(file.entries) < 125 {
		t.Fatal(len(file.entries), err)
	}
	const password = "wso2carbon"
	data := rebuild(2, file.entries[:125], password)
	open := func() {
		if s, err := OpenBytes(data, Options{Passwords: []string{password}}); err != nil || len(s.Entries) != 125 {
			t.Fatal(err)
		}
	}
	parse := func() {
		certs := certificates{seen: map[uint64]waitingCertificate{}}
		for _, e := range file.entries[:125] {
			certs.add(e.alias, e.chain[0].kind, e.chain[0].der)
		}
		certs.parse()
	}
	above := allocated(open) - allocated(parse)
	t.Logf("%d bytes: %d allocated, %d of them for the certificates, %.2f times the size above", len(data), allocated(open), allocated(parse), float64(above)/float64(len(data)))
	if above > 2*len(data) {
		t.Errorf("%d bytes are allocated above the certificates of a file of %d", above, len(data))
	}
	times := measure(func(times []time.Duration) bool { return times[0] <= 5*time.Millisecond }, open, parse)
	t.Logf("opened in %v, %v of them for the certificates", times[0], times[1])
	if times[0] > 5*time.Millisecond {
		t.Errorf("125 authorities take %v", times[0])
	}
}

// TestCostOfPKCS12: opening a store and its keys takes at most 1.1 times what its key derivations take. In old truststores a few
// iterations stand before a hundred certificates; of those the decryption, the MAC over the content and the parsing of the
// certificates themselves count as well.
func TestCostOfPKCS12(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // whether a second core is free is the machine's matter; BenchmarkOpen has them all
	for _, test := range []struct {
		name, password string
		content        bool // counts as well
	}{
		{"../../testdata/stores/p12-key.p12", "wso2carbon", false},
		{"../../testdata/stores/p12-legacy.p12", "wso2carbon", false},
		{"../../testdata/stores/p12-mixed.p12", "changeit", false},
		{"../../../shared/realstores/193-client-truststore.p12", "wso2carbon", true},
		{"../../../shared/realstores/188-client-truststore.p12", "wso2carbon", true},
	} {
		data, err := os.ReadFile(test.name)
		if err != nil {
			t.Log(err)
			continue
		}
		var s *Store
		open := func() {
			if s, err = OpenBytes(data, Options{Passwords: []string{test.password}}); err != nil {
				t.Fatal(test.name, err)
			}
			for i := range s.Entries {
				if err := s.Entries[i].CheckKey(test.password); err != nil {
					t.Fatal(test.name, err)
				}
			}
		}
		open()
		in := &input{data: data, limits: Limits{}.withDefaults()}
		file, err := in.parsePFX(&Store{})
		if err != nil {
			t.Fatal(err)
		}
		derive := func(content bool) {
			if content {
				if fits, err := file.mac.verify(test.password, &budget{left: 1 << 30}); !fits {
					t.Fatal(err)
				}
			} else {
				file.mac.key(test.password, false)
			}
			for _, sf := range file.safes {
				switch {
				case sf.encrypted == nil:
				case content:
					sf.encrypted.run(test.password, false, sf.content)
				default:
					sf.encrypted.run(test.password, false, nil) // derives its key and stops
				}
			}
			for _, e := range s.Entries {
				if e.key != nil {
					e.key.protected.(*pkcs12Key).scheme.run(test.password, false, nil)
				}
			}
			if certs := (certificates{seen: map[uint64]waitingCertificate{}}); content {
				for _, e := range s.Entries {
					for _, c := range e.Chain {
						certs.add(e.Alias, "X.509", c.Raw)
					}
				}
				certs.parse()
			}
		}
		times := measure(func(times []time.Duration) bool { return 10*times[0] <= 11*times[1] }, open,
			func() { derive(test.content) }, func() { derive(false) })
		ratio := float64(times[0]) / float64(times[1])
		t.Logf("%s: %v, what it can't avoid %v: %.3f; derivations alone %v: %.3f", test.name, times[0], times[1], ratio,
			times[2], float64(times[0])/float64(times[2]))
		if ratio > 1.1 {
			t.Errorf("%s takes %.2f times what it can't avoid", test.name, ratio)
		}
	}
}
