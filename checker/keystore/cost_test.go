package keystore

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"
)

// mutate changes a file in one to four places, with a preference for what breaks parsers: lengths and counts at their ends.
func mutate(r *rand.Rand, data []byte) []byte {
	out := append([]byte(nil), data...)
	for range 1 + r.IntN(4) {
		if len(out) < 8 {
			return out
		}
		at := r.IntN(len(out) - 4)
		switch r.IntN(9) {
		case 0:
			out[at] ^= 1 << r.IntN(8)
		case 1:
			out[at] = byte(r.IntN(256))
		case 2:
			binary.BigEndian.PutUint32(out[at:], []uint32{0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff}[r.IntN(9)])
		case 3:
			out = out[:at]
		case 4: // a part twice
			n := min(r.IntN(64), len(out)-at)
			out = append(out[:at+n:at+n], out[at:]...)
		case 5: // a part missing
			n := min(r.IntN(64), len(out)-at)
			out = append(out[:at:at], out[at+n:]...)
		case 6: // an INTEGER of four bytes, an iteration count perhaps, at its highest
			out[at], out[at+1], out[at+2], out[at+3] = 2, 4, 0x7f, 0xff
		case 7:
			out[at], out[at+1] = 0x30, 0x80
		case 8: // two parts change places
			n := r.IntN(32)
			if other := r.IntN(len(out)); at+n <= len(out) && other+n <= len(out) {
				tmp := append([]byte(nil), out[at:at+n]...)
				copy(out[at:], out[other:other+n])
				copy(out[other:], tmp)
			}
		}
	}
	return out
}

// TestCostOfMutants: every mutant of every generated store stays within the limits of iterations, memory and time.
// MIKSCHECK_LONG=1 makes ten times as many.
func TestCostOfMutants(t *testing.T) {
	const iterations = 20_000
	rounds := 150
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		rounds *= 10
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable test
	var mutants, opened, costly int
	var mostMemory uint64
	var longest time.Duration
	for _, format := range []Format{JKS, JCEKS, PKCS12, BKS, UBER, BCFKS} {
		stores := storesOf(t, format)
		for range rounds {
			data := mutate(r, stores[r.IntN(len(stores))])
			mutants++
			in := &input{
				data: data, passwords: []string{"changeit", "wrong"}, limits: Limits{Iterations: iterations, ScryptMemory: 4 << 20}.withDefaults(),
				certs: certificates{seen: map[uint64]waitingCertificate{}},
			}
			in.budget = &budget{left: iterations, scryptMemory: 4 << 20}
			s := &Store{Format: format}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			err := readers[format](in, s)
			for i := range s.Entries {
				s.Entries[i].CheckKey("changeit")
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			knownError(t, err)
			switch {
			case err == nil:
				opened++
			case errors.Is(err, ErrTooCostly):
				costly++
			}
			// All that was ever allocated, so more than what was held at any time.
			memory := after.TotalAlloc - before.TotalAlloc
			mostMemory, longest = max(mostMemory, memory), max(longest, took)
			if in.budget.left < 0 {
				t.Errorf("%s: %d iterations beyond the limit", format, -in.budget.left)
			}
			if limit := uint64(64*len(data)+2<<20) + 16<<20; memory > limit {
				t.Errorf("%s: %d bytes allocated for a file of %d: %v", format, memory, len(data), err)
			}
			// 20,000 iterations take some 20 ms; the rest is for slow machines.
			if took > 5*time.Second {
				t.Errorf("%s: %v for a file of %d bytes: %v", format, took, len(data), err)
			}
		}
	}
	t.Logf("%d mutants, %d opened, %d too costly; at most %d KiB allocated and %v taken", mutants, opened, costly, mostMemory>>10, longest)
	if opened == 0 || costly == 0 {
		t.Error("the mutants reach too little")
	}
}

// TestHostileRepetition: files within the size limit that repeat small things many times.
func TestHostileRepetition(t *testing.T) {
	cert := walked(t, "jks-chain.jks")[0].chain[0]
	var entries []javaEntry
	for i := range 20_000 {
		entries = append(entries, javaEntry{tag: tagCertificate, rawName: string(binary.BigEndian.AppendUint32([]byte("a"), uint32(i)&0x7f7f7f7f)), chain: []javaCert{cert}})
	}
	for name, data := range map[string][]byte{
		"certificates": rebuild(2, entries, "x"),
		"one chain":    rebuild(2, []javaEntry{{tag: tagPrivateKey, rawName: "k", key: make([]byte, 15<<20), chain: []javaCert{cert}}}, "x"),
		"deep":         append([]byte{0x30, 0x80, 2, 1, 3, 0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1}, repeated([]byte{0x30, 0x80}, 7<<20)...),
		"flat":         append([]byte{0x30, 0x80, 2, 1, 3, 0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1}, repeated([]byte{0x30, 0}, 8<<20-10)...),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		s, err := OpenBytes(data, Options{Passwords: []string{"y", "z"}})
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		knownError(t, err)
		n := 0
		if s != nil {
			n = len(s.Entries)
		}
		t.Logf("%s: %d bytes, %d entries, %v, %d MiB allocated: %v", name, len(data), n, took, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		if err == nil || took > 10*time.Second || after.TotalAlloc-before.TotalAlloc > uint64(3*len(data))+64<<20 {
			t.Errorf("%s: %v, %d MiB, %v", name, took, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		}
	}
}

func repeated(b []byte, n int) []byte {
	out := make([]byte, 0, n*len(b))
	for range n {
		out = append(out, b...)
	}
	return out
}

// TestDenseCertificates: certificates made of very small parts cost no more memory than plain ones.
func TestDenseCertificates(t *testing.T) {
	element := func(tag byte, content []byte) []byte {
		n := len(content)
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
	}
	whole := walked(t, "jks-chain.jks")[0].chain[0].der
	c, err := ParseCertificate(whole)
	if err != nil {
		t.Fatal(err)
	}
	name := append(append([]byte{}, c.RawSubject...), c.RawSPKI...)
	body := append([]byte{0xa0, 3, 2, 1, 2, 2, 1, 1}, 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)
	body = append(body, c.RawIssuer...)
	body = append(body, 0x30, 30, 0x17, 13)
	body = append(append(body, "260101000000Z"...), 0x17, 13)
	body = append(append(body, "270101000000Z"...), name...)
	san := element(0x30, repeated([]byte{0x82, 0}, 7<<20))
	ext := append([]byte{6, 3, 0x55, 0x1d, 0x11}, element(0x04, san)...)
	body = append(body, element(0xa3, element(0x30, element(0x30, ext)))...)
	cert := append(element(0x30, body), 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2, 3, 2, 0, 0)
	data := rebuild(2, []javaEntry{{tag: tagCertificate, rawName: "a", chain: []javaCert{{"X.509", element(0x30, cert)}}}}, "x")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := OpenBytes(data, Options{Passwords: []string{"x"}})
	runtime.ReadMemStats(&after)
	if err != nil || s.Entries[0].Leaf().RawSPKI == nil || len(s.Entries[0].Leaf().Oddities()) == 0 {
		t.Fatal(s.Entries[0].Leaf().Oddities(), err)
	}
	t.Logf("%d bytes, %d MiB allocated, %q", len(data), (after.TotalAlloc-before.TotalAlloc)>>20, s.Entries[0].Leaf().Oddities())
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > uint64(len(data))+64<<20 {
		t.Errorf("%d MiB allocated for a file of %d bytes", allocated>>20, len(data))
	}
}

func TestLongOIDComponents(t *testing.T) {
	for _, v := range []struct{ der, want string }{
		{"2a864886f70d", "1.2.840.113549"},
		{"883703", "2.999.3"},
		{"2a81808080808080808000", "1.2.9223372036854775808"},
		{"2a8180808080808080808000", "1.2.1180591620717411303424"},
		{"81808080808080808000", "2.9223372036854775728"},
		{"2a8001", ""}, {"2a81", ""}, {"", ""},
	} {
		got, ok := writeDotted(unhex(t, v.der))
		if got != v.want || ok != (v.want != "") {
			t.Errorf("%s: %q, %v, want %q", v.der, got, ok, v.want)
		}
	}
	start := time.Now()
	if _, ok := writeDotted(append(repeated([]byte{0x81}, maxOIDBytes-1), 1)); !ok || time.Since(start) > time.Second {
		t.Errorf("a component of %d bytes: %v in %v", maxOIDBytes, ok, time.Since(start))
	}
}
