package facts_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

var addFields = flag.Bool("add-fields", false, "add new fields of the documents to the snapshots in testdata")

// TestSchemaIsCompatible holds the documents to the snapshot of their version: policies of others rely on each field's name and type.
// A field may be added. Who removes, renames or retypes one gives the document a new version (facts.SchemaVersion or FleetVersion)
// with a snapshot of its own, and tells of it in docs/input.md.
func TestSchemaIsCompatible(t *testing.T) {
	for _, d := range []struct {
		name    string
		version int
		schema  []byte
	}{{"input", facts.SchemaVersion, facts.JSONSchema()}, {"fleet", facts.FleetVersion, facts.FleetSchema()}} {
		t.Run(d.name, func(t *testing.T) {
			file := filepath.Join("testdata", fmt.Sprintf("%s-%d.txt", d.name, d.version))
			have := fieldTypes(t, d.schema)
			if len(have) < 10 {
				t.Fatalf("only %d fields: is this the schema?", len(have))
			}
			b, err := os.ReadFile(file)
			if err != nil && !*addFields {
				t.Fatalf("version %d of the document has no snapshot: go test ./checker/facts -run TestSchemaIsCompatible -add-fields", d.version)
			}
			want := map[string]string{}
			for line := range strings.Lines(string(b)) {
				path, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
				want[path] = kind
			}
			broken := incompatible(want, have)
			for _, x := range broken {
				t.Errorf("%s: policies of others rely on it; a change like this needs a new version, its snapshot, and a line in docs/input.md", x)
			}
			if *addFields && len(broken) == 0 {
				var out strings.Builder
				for _, path := range slices.Sorted(maps.Keys(have)) {
					fmt.Fprintf(&out, "%s %s\n", path, have[path])
				}
				if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for path := range have {
				if want[path] == "" {
					t.Errorf("%s is new: go test ./checker/facts -run TestSchemaIsCompatible -add-fields", path)
				}
			}
			doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "input.md"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(doc), fmt.Sprintf("\n| %d | ", d.version)) {
				t.Errorf("docs/input.md says nothing of version %d", d.version)
			}
			// That the test can fail.
			some := slices.Sorted(maps.Keys(have))[3]
			for _, change := range []func(m map[string]string){
				func(m map[string]string) { delete(m, some) },
				func(m map[string]string) { m[some] = "else" },
				func(m map[string]string) { m[some+"_renamed"] = m[some]; delete(m, some) },
			} {
				changed := maps.Clone(have)
				change(changed)
				if len(incompatible(have, changed)) != 1 {
					t.Errorf("a change of %s is not noticed", some)
				}
			}
		})
	}
}

// incompatible tells the fields of one schema that another lacks or has with another type.
func incompatible(want, have map[string]string) []string {
	var out []string
	for _, path := range slices.Sorted(maps.Keys(want)) {
		switch kind := have[path]; kind {
		case want[path]:
		case "":
			out = append(out, path+" is gone")
		default:
			out = append(out, fmt.Sprintf("%s is %s, and was %s", path, kind, want[path]))
		}
	}
	return out
}

// fieldTypes gives the type of each field by its path; the elements of a list are under "[]".
func fieldTypes(t *testing.T, schema []byte) map[string]string {
	t.Helper()
	type node struct {
		Type       string           `json:"type"`
		Properties map[string]*node `json:"properties"`
		Items      *node            `json:"items"`
		Required   []string         `json:"required"`
	}
	var root node
	if err := json.Unmarshal(schema, &root); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(path string, n *node)
	walk = func(path string, n *node) {
		for name, p := range n.Properties {
			at := path + "/" + name
			out[at] = p.Type
			if p.Type == "" {
				t.Errorf("%s has no type", at)
			}
			if !slices.Contains(n.Required, name) {
				out[at] += " optional"
			}
			walk(at, p)
		}
		if n.Items != nil {
			out[path+"/[]"] = n.Items.Type
			walk(path+"/[]", n.Items)
		}
	}
	walk("", &root)
	return out
}
