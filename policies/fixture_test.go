package policies_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/policies"
)

var update = flag.Bool("update", false, "write lib/clean_test.rego anew and format the sources")

const fixture = policies.Fixture

// TestFixture holds the document that the unit tests of the policies change to what the engine says of the clean home.
func TestFixture(t *testing.T) {
	doc := cleanDocument(t)
	b, err := json.MarshalIndent(doc, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	src := fmt.Sprintf(`# METADATA
# description: >-
#   The facts about a home that follows every recommendation (testdata/homes/clean), which the tests of the rules change where
#   they need a fault. Made by go test ./policies -run TestFixture -update.
package mikscheck.fixture

changed(patches) := json.patch(clean, patches)

set(path, value) := {"op": "replace", "path": path, "value": value}

clean := %s
`, b)
	want, err := format.SourceWithOpts(fixture, []byte(src), format.Opts{RegoVersion: ast.RegoV1})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(fixture, want, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := packed.Write("fixture.gz", map[string]string{fixture: string(want)}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.ReadFile("fixture.gz")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) || !bytes.Equal(packed.New(held).Read(fixture), want) {
		t.Errorf("%s or fixture.gz is not what the engine says today: go test ./policies -run TestFixture -update", fixture)
	}
}

func cleanDocument(t *testing.T) *facts.Document {
	t.Helper()
	committed := filepath.Join("..", "testdata", "homes", "clean")
	env, err := os.ReadFile(committed + ".env")
	if err != nil {
		t.Fatal(err)
	}
	home := copied(t, committed)
	values := checker.Values{Env: map[string]secret.Value{}}
	for line := range strings.Lines(string(env)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			values.Env[name] = secret.New(value)
		}
	}
	folder, err := source.OpenFolder(home)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close() //nolint:errcheck // read-only
	targets, problems := checker.Targets(context.Background(), []source.Opened{{Source: folder, Paths: []string{"."}}}, layout.Options{})
	if len(targets) != 1 || len(problems) > 0 {
		t.Fatalf("want one target, have %d and %v", len(targets), problems)
	}
	var doc *facts.Document
	o := checker.Options{Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Settings: facts.DefaultSettings, Values: values}
	if err := checker.Run(context.Background(), targets, o, func(out checker.Outcome) error {
		doc = out.Document
		return out.Err
	}); err != nil {
		t.Fatal(err)
	}
	return doc
}

// copied puts a home where neither git nor the umask of a checkout says anything of its files.
func copied(t *testing.T, dir string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.CopyFS(home, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chmod(path, 0o600)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return home
}
