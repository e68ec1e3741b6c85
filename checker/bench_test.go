package checker_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// judge runs over folders and fails unless it judges as many targets as wanted.
func judge(b *testing.B, want int, values checker.Values, paths ...string) {
	b.Helper()
	opened, errs := source.OpenAll(b.Context(), paths)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	defer func() {
		for _, o := range opened {
			o.Close()
		}
	}()
	r := run{values: values}
	targets, problems := checker.Targets(b.Context(), opened, r.layout)
	n := 0
	err := checker.Run(b.Context(), targets, r.options(), func(o checker.Outcome) error {
		n++
		return o.Err
	})
	if err != nil || n != want || len(problems) > 0 {
		b.Fatalf("%d of %d judged: %v %v", n, want, err, problems)
	}
}

// BenchmarkOneHome is a run over one home with three PKCS12 stores, policies compiled anew; a process adds its start.
func BenchmarkOneHome(b *testing.B) {
	for b.Loop() {
		judge(b, 1, checker.Values{Env: testEnv()}, "../testdata/homes/clean")
	}
}

// BenchmarkOneProject is a run over the demo project.
func BenchmarkOneProject(b *testing.B) {
	for b.Loop() {
		judge(b, 1, checker.Values{}, "../testdata/demo")
	}
}

// BenchmarkCompile is the parsing and compiling of all policies, which a run does once.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := policy.New(context.Background(), rules.Policies(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWarm is the evaluation of all policies once they are compiled: of a home that follows every recommendation, of the faulty homes
// of real incidents in turn, and of the demo, which has thirteen faults.
func BenchmarkWarm(b *testing.B) {
	e, err := policy.New(b.Context(), rules.Policies(), nil)
	if err != nil {
		b.Fatal(err)
	}
	homes := map[string][]*facts.Document{
		"clean": documents(b, checker.Values{Env: testEnv()}, "../testdata/homes/clean"),
		"demo":  documents(b, checker.Values{}, "../testdata/demo"),
	}
	incidents, err := filepath.Glob("../../shared/incidents/*/home")
	if err != nil {
		b.Fatal(err)
	}
	for _, home := range incidents {
		homes["incidents"] = append(homes["incidents"], documents(b, checker.Values{Env: envFile(b, filepath.Join(filepath.Dir(home), "env"))}, home)...)
	}
	for _, name := range slices.Sorted(maps.Keys(homes)) {
		b.Run(name, func(b *testing.B) {
			defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program has it (cmd/mi-kscheck/memory.go)
			b.ReportAllocs()
			slowest := make([]time.Duration, len(homes[name])) // the best time of each
			for n := 0; b.Loop(); n++ {
				i := n % len(slowest)
				start := time.Now()
				if _, err := e.Judge(b.Context(), homes[name][i], nil); err != nil {
					b.Fatal(err)
				}
				if took := time.Since(start); slowest[i] == 0 || took < slowest[i] {
					slowest[i] = took
				}
			}
			b.ReportMetric(float64(slices.Max(slowest).Microseconds())/1000, "ms-slowest-home")
		})
	}
}

// documents are what the policies are asked about the targets below a path.
func documents(b *testing.B, values checker.Values, path string) []*facts.Document {
	b.Helper()
	opened, errs := source.OpenAll(b.Context(), []string{path})
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	r := run{values: values}
	targets, _ := checker.Targets(b.Context(), opened, r.layout)
	var docs []*facts.Document
	o := r.options()
	o.Rules = nil
	if err := checker.Run(b.Context(), targets, o, func(o checker.Outcome) error {
		docs = append(docs, o.Document)
		return o.Err
	}); err != nil || len(docs) == 0 {
		b.Fatal(len(docs), err)
	}
	return docs
}

// BenchmarkOneMoreHome is what another home costs in the same run. Each has a store of its own (a comment's worth of other
// bytes), so that none is taken from the cache; that of "same" are shared, as where many services copy one store.
func BenchmarkOneMoreHome(b *testing.B) {
	for _, kind := range []string{"same", "jks", "pkcs12"} {
		b.Run(kind, func(b *testing.B) {
			root := b.TempDir()
			homes := max(b.N, 1)
			makeHomes(b, root, kind, homes)
			b.ResetTimer()
			start := time.Now()
			judge(b, homes, checker.Values{Env: testEnv()}, root)
			b.ReportMetric(float64(homes)/time.Since(start).Seconds(), "homes/s")
		})
	}
}

// makeHomes makes homes that differ.
func makeHomes(t testing.TB, root, kind string, n int) {
	t.Helper()
	clean, err := os.ReadFile("../testdata/homes/clean/conf/deployment.toml")
	if err != nil {
		t.Fatal(err)
	}
	jks, err := os.ReadFile("../testdata/stores/jks-chain.jks")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		home := filepath.Join(root, fmt.Sprintf("h%05d", i))
		toml := string(clean)
		if kind == "jks" {
			toml = "[keystore.primary]\nfile_name = \"repository/resources/security/s.jks\"\npassword = \"changeit\"\nalias = \"x\"\nkey_password = \"changeit\"\n" +
				"[truststore]\nfile_name = \"repository/resources/security/s.jks\"\npassword = \"changeit\"\n"
			data := append([]byte(nil), jks...)
			data[len(data)-21] ^= byte(i) // another certificate's last byte, and so another content; the digest no longer fits
			data[len(data)-22] ^= byte(i >> 8)
			write(t, filepath.Join(home, "repository/resources/security/s.jks"), string(data))
		} else {
			for _, store := range []string{"primary.p12", "internal.p12", "truststore.p12"} {
				data := fixture(store)
				if kind == "pkcs12" {
					data += fmt.Sprintf("%08d", i) // behind the end, which Java does not read
				}
				write(t, filepath.Join(home, "repository/resources/security", store), data)
			}
		}
		write(t, filepath.Join(home, "conf/deployment.toml"), toml)
		write(t, filepath.Join(home, "bin/version.txt"), "WSO2 Micro Integrator v4.4.0\n")
	}
}

// TestManyHomes holds memory flat over 10,000 homes: what a run keeps of a home that is judged is next to nothing.
func TestManyHomes(t *testing.T) {
	if !long() {
		t.Skip("takes long: MIKSCHECK_LONG=1")
	}
	for _, kind := range []string{"jks", "same"} {
		t.Run(kind, func(t *testing.T) {
			root := t.TempDir()
			const homes = 10_000
			makeHomes(t, root, kind, homes)
			opened, errs := source.OpenAll(t.Context(), []string{root})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			r := run{values: checker.Values{Env: testEnv()}}
			targets, _ := checker.Targets(t.Context(), opened, r.layout)
			var peak, first uint64
			n := 0
			start := time.Now()
			err := checker.Run(t.Context(), targets, r.options(), func(o checker.Outcome) error {
				if n++; n%1000 == 0 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					if first == 0 {
						first = m.HeapAlloc
					}
					peak = max(peak, m.HeapAlloc)
				}
				return o.Err
			})
			took := time.Since(start)
			if err != nil || n != homes {
				t.Fatalf("%d of %d judged: %v", n, homes, err)
			}
			t.Logf("%.0f homes a second; live memory %d MiB after the first thousand, %d MiB at most", homes/took.Seconds(), first>>20, peak>>20)
			if peak > first+64<<20 {
				t.Errorf("memory grows with the number of homes: %d MiB after the first thousand, %d MiB later", first>>20, peak>>20)
			}
		})
	}
}
