package layout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Artifacts are bounded by how many files there are, how deep they lie and how much they hold; a link out of the root and a
// file without artifacts are left out.
func TestArtifactsAreBounded(t *testing.T) {
	const text = `<inboundEndpoint xmlns="http://ws.apache.org/ns/synapse"/>`
	write := func(dir, name, text string) {
		name = filepath.Join(dir, "src/main/wso2mi/artifacts", name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		make    func(dir string)
		found   int
		problem error
	}{
		"what has none": {func(dir string) {
			write(dir, "a.xml", text)
			write(dir, "b.xml", "<sequence/>")
			write(dir, "c.txt", text)
		}, 1, nil},
		"depth": {func(dir string) {
			write(dir, strings.Repeat("d/", 16)+"a.xml", text)
			write(dir, strings.Repeat("d/", 17)+"b.xml", text)
		}, 1, errDeepArtifacts},
		"number": {func(dir string) {
			write(dir, "a.xml", text)
			for i := range maxArtifactEntries {
				write(dir, fmt.Sprintf("b/%d.txt", i), "")
			}
		}, 1, errManyArtifacts},
		"size": {func(dir string) {
			for i := range 6 {
				write(dir, fmt.Sprintf("%d.xml", i), text+strings.Repeat(" ", 15<<20))
			}
		}, 4, errLargeArtifacts},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.make(dir)
			if err := os.WriteFile(filepath.Join(dir, "deployment.toml"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			opened, err := source.Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = opened.Close() })
			targets, _ := Find(t.Context(), opened.Source, Options{})
			found, problems := targets[0].Artifacts()
			if len(found) != c.found || (c.problem == nil) != (len(problems) == 0) || c.problem != nil && problems[0].Err != c.problem { //nolint:errorlint // our own
				t.Errorf("%d files, %v", len(found), problems)
			}
		})
	}
}
