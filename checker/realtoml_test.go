package checker_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRealFiles judges every deployment.toml of public projects at hand, each alone: all get a verdict, and every report can
// be written.
func TestRealFiles(t *testing.T) {
	dir := shared(t, "realtoml")
	files, err := filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file: %v", err)
	}
	at := t.TempDir()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(at, filepath.Base(f), "deployment.toml"), string(b))
	}
	o := run{paths: []string{at}}.do(t)
	if o.err != nil || len(o.problems) > 0 || len(o.targets) != len(files) {
		t.Fatalf("%d of %d judged, problems %v: %v", len(o.targets), len(files), o.problems, o.err)
	}
	for _, out := range o.targets {
		if out.Err != nil || out.Document == nil {
			t.Errorf("%s: %v", out.Result.URI, out.Err)
		}
		for _, f := range out.Result.Findings {
			if f.Message == "" || f.Region.StartLine < 1 || f.Fingerprint == "" {
				t.Errorf("%s: a finding without text, place or fingerprint: %s", out.Result.URI, place(&f))
			}
		}
	}
	for name, text := range o.reports(t) {
		if text == "" {
			t.Errorf("%s: nothing was written", name)
		}
	}
}
