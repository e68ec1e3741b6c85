package facts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestPacked holds the schemas that are embedded to those that people read.
func TestPacked(t *testing.T) {
	for name, got := range map[string][]byte{"schema.json": facts.JSONSchema(), "fleet.json": facts.FleetSchema()} {
		if want, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("what is embedded is not %s (%v): run go generate ./checker/facts", name, err)
		}
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return compiled(t, facts.JSONSchema())
}

func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("input.json", v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("input.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents gives the input of every target below a folder.
func documents(t *testing.T, dir string) []*facts.Document {
	t.Helper()
	opened, err := source.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close() //nolint:errcheck // read-only
	targets, _ := checker.Targets(context.Background(), []source.Opened{opened}, layout.Options{})
	var docs []*facts.Document
	o := checker.Options{Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Settings: facts.DefaultSettings}
	if err := checker.Run(context.Background(), targets, o, func(out checker.Outcome) error {
		docs = append(docs, out.Document)
		return out.Err
	}); err != nil {
		t.Fatal(err)
	}
	return docs
}

// TestSchemaHolds validates the documents of all kinds of homes against the published schema.
func TestSchemaHolds(t *testing.T) {
	s := schema(t)
	dirs := []string{filepath.Join("..", "..", "testdata", "demo"), filepath.Join("..", "..", "testdata", "homes", "clean")}
	shared := filepath.Join("..", "..", "..", "shared", "incidents")
	entries, err := os.ReadDir(shared)
	if err != nil {
		t.Log("the incidents beside the project are not there: only its own fixtures are validated")
	}
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(shared, e.Name(), "home"))
		}
	}
	n := 0
	for _, dir := range dirs {
		for _, doc := range documents(t, dir) {
			n++
			b, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Errorf("%s: %v", dir, err)
			}
			if strings.Contains(string(b), ":null") {
				t.Errorf("%s: a list is null instead of empty: %s", dir, around(b, ":null"))
			}
		}
	}
	if n < 2 {
		t.Errorf("only %d documents were validated", n)
	}
}

func around(b []byte, what string) string {
	i := bytes.Index(b, []byte(what))
	return string(b[max(0, i-60):min(len(b), i+20)])
}

// TestFleetSchemaHolds validates the document of a run in which two environments share their keys.
func TestFleetSchemaHolds(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dev", "prod"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("..", "..", "testdata", "demo"))); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := source.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close() //nolint:errcheck // read-only
	targets, _ := checker.Targets(context.Background(), []source.Opened{opened}, layout.Options{})
	keys := 0
	o := checker.Options{
		Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Terms: func(uri string) checker.Terms {
			return checker.Terms{Settings: facts.DefaultSettings, Environment: strings.Split(uri, "/")[0]}
		},
		Fleet: func(doc *facts.Fleet) error {
			keys = len(doc.Keys)
			b, err := json.Marshal(doc)
			if err != nil {
				return err
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
			if err != nil {
				return err
			}
			if bytes.Contains(b, []byte(":null")) {
				t.Errorf("a list is null instead of empty: %s", b)
			}
			return compiled(t, facts.FleetSchema()).Validate(v)
		},
	}
	if err := checker.Run(context.Background(), targets, o, func(out checker.Outcome) error { return out.Err }); err != nil {
		t.Fatal(err)
	}
	if keys == 0 {
		t.Error("the document holds no key")
	}
}

// TestSchemaIsClosed holds the schemas to `additionalProperties: false` throughout, so that policies can be checked against it.
func TestSchemaIsClosed(t *testing.T) {
	objects := closed(t, facts.JSONSchema())
	if objects < 10 {
		t.Errorf("only %d objects: is this the schema?", objects)
	}
	if closed(t, facts.FleetSchema()) < 4 {
		t.Error("is this the schema of the fleet document?")
	}
	s := schema(t)
	if err := s.Validate(map[string]any{"schema": 1, "pasword": "x"}); err == nil {
		t.Error("a document with an unknown property is valid")
	}
}

// closed counts the objects of a schema, all of which allow no other properties.
func closed(t *testing.T, text []byte) (objects int) {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if v["type"] == "object" {
				objects++
				if v["additionalProperties"] != false {
					t.Errorf("%s allows other properties", path)
				}
			}
			for k, x := range v {
				walk(path+"/"+k, x)
			}
		case []any:
			for _, x := range v {
				walk(path, x)
			}
		}
	}
	walk("", root)
	return objects
}
