package layout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// homes makes n MI homes of five files each.
func homes(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	for i := range n {
		home := filepath.Join(dir, fmt.Sprintf("g%03d/h%05d", i/100, i))
		for _, name := range []string{"conf/deployment.toml", "bin/version.txt", sec + "primary.p12", sec + "internal.p12", sec + "truststore.p12"} {
			full := filepath.Join(home, name)
			must(b, os.MkdirAll(filepath.Dir(full), 0o755))
			must(b, os.WriteFile(full, []byte(version), 0o644))
		}
	}
	return dir
}

// BenchmarkFind finds many homes and locates three stores in each; what one home costs must not grow with their number. In a
// repository git is started twice, whatever their number.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		dir := homes(b, n)
		for _, kind := range []string{"folder", "untracked", "tracked", "staged"} {
			if kind == "untracked" {
				git(b, dir, "init", "-q")
			}
			if kind == "tracked" {
				git(b, dir, "add", "-A")
			}
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				for range b.N {
					var all []source.Opened
					var errs []error
					if kind == "staged" {
						all, errs = source.OpenStaged(b.Context(), []string{dir}, "")
					} else {
						all, errs = source.OpenAll(b.Context(), []string{dir})
					}
					if len(errs) > 0 {
						b.Fatal(errs)
					}
					targets, problems := layout.Find(b.Context(), all[0].Source, layout.Options{Paths: all[0].Paths})
					if len(targets) != n || len(problems) > 0 {
						b.Fatal(len(targets), problems)
					}
					for _, t := range targets {
						for _, name := range []string{"primary.p12", "internal.p12", "truststore.p12"} {
							if l := t.Locate(sec + name); l.Status != layout.Found {
								b.Fatal(l)
							}
						}
					}
					all[0].Close()
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/home")
			})
		}
	}
}
