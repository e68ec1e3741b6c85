package policies_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/policies"
)

// all gives every module, tests included, by path.
func all(t *testing.T) map[string]string {
	t.Helper()
	sources := map[string]string{}
	tree := os.DirFS(".")
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".rego" {
			return err
		}
		b, err := fs.ReadFile(tree, p)
		sources[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func parse(t *testing.T, sources map[string]string) map[string]*ast.Module {
	t.Helper()
	modules := map[string]*ast.Module{}
	for p, s := range sources {
		m, err := ast.ParseModuleWithOpts(p, s, ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true})
		if err != nil {
			t.Fatal(err)
		}
		modules[p] = m
	}
	return modules
}

// TestRego runs the unit tests of the policies.
func TestRego(t *testing.T) {
	results, err := tester.NewRunner().SetDefaultRegoVersion(ast.RegoV1).SetModules(parse(t, all(t))).SetTimeout(time.Minute).
		RunTests(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r := range results {
		n++
		switch {
		case r.Error != nil:
			t.Errorf("%s.%s: %v", r.Package, r.Name, r.Error)
		case r.Fail:
			t.Errorf("%s.%s failed (%s)", r.Package, r.Name, r.Location)
		}
	}
	if n == 0 {
		t.Error("no test ran")
	}
	t.Logf("%d tests", n)
}

// TestSchema compiles the policies with every stage of the compiler and against the published schema, so that a misspelt
// field is an error here.
//
// A policy on the run as a whole has a document of its own.
func TestSchema(t *testing.T) {
	ofTarget, ofRun := map[string]string{}, map[string]string{}
	for p, s := range all(t) {
		switch {
		case strings.HasSuffix(p, "_test.rego"):
		case strings.Contains(s, "\npackage mikscheck.fleet."):
			ofRun[p] = s
		default:
			ofTarget[p] = s
		}
	}
	compiles(t, facts.JSONSchema(), ofTarget, "input.target.pased")
	compiles(t, facts.FleetSchema(), ofRun, "input.keys[_].sha265")
}

// compiles holds modules to a schema; misspelt is a field that the schema does not have.
func compiles(t *testing.T, published []byte, sources map[string]string, misspelt string) {
	t.Helper()
	var schema any
	d := json.NewDecoder(bytes.NewReader(published))
	d.UseNumber()
	if err := d.Decode(&schema); err != nil {
		t.Fatal(err)
	}
	compile := func(modules map[string]*ast.Module) error {
		set := ast.NewSchemaSet()
		set.Put(ast.SchemaRootRef, schema)
		c := ast.NewCompiler().WithStrict(true).WithSchemas(set).WithUseTypeCheckAnnotations(true)
		if c.Compile(modules); c.Failed() {
			return c.Errors
		}
		return nil
	}
	if len(sources) == 0 {
		t.Error("no policy has this schema")
	}
	if err := compile(parse(t, sources)); err != nil {
		t.Error(err)
	}
	sources["x.rego"] = "package x\nfindings contains 1 if " + misspelt + "\n"
	if err := compile(parse(t, sources)); err == nil {
		t.Error("a misspelt field of the document compiles: the schema is not in force")
	}
}

// TestFormat holds the sources to `opa fmt`.
func TestFormat(t *testing.T) {
	for p, s := range all(t) {
		b, err := format.SourceWithOpts(p, []byte(s), format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Error(err)
		} else if string(b) != s && *update {
			if err := os.WriteFile(p, b, 0o600); err != nil {
				t.Error(err)
			}
		} else if string(b) != s {
			t.Errorf("%s is not formatted: opa fmt -w policies", p)
		}
	}
}

// TestNoNegationOfFacts forbids `not`: a fact that is unknown is undefined or false in places, and `not` would turn it into a
// finding. A policy asks for the state instead.
func TestNoNegationOfFacts(t *testing.T) {
	for p, m := range parse(t, all(t)) {
		if strings.HasSuffix(p, "_test.rego") {
			continue
		}
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			if e.Negated {
				t.Errorf("%s:%d: `not` on facts; ask for the state, since unknown is not no", p, e.Location.Row)
			}
			return false
		})
	}
}

// TestComplete demands a policy and its tests in every rule's folder, and of the tests that they show it firing, silent, and
// not judging what is unknown.
func TestComplete(t *testing.T) {
	modules := parse(t, all(t))
	folders := map[string][]string{}
	for p := range modules {
		folders[path.Dir(p)] = append(folders[path.Dir(p)], path.Base(p))
	}
	for dir, files := range folders {
		if dir == "lib" {
			continue
		}
		name := strings.ReplaceAll(path.Base(dir), "-", "_")
		for _, want := range []string{name + ".rego", name + "_test.rego"} {
			if !slices.Contains(files, want) {
				t.Errorf("%s lacks %s", dir, want)
			}
		}
		m := modules[dir+"/"+name+"_test.rego"]
		if m == nil {
			continue
		}
		for _, prefix := range []string{"test_fires", "test_silent", "test_not_judged"} {
			if !slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool { return strings.HasPrefix(string(r.Head.Name), prefix) }) {
				t.Errorf("%s: no test named %s…", dir, prefix)
			}
		}
	}
}

// Every policy that lies here is in the program, and no test of a rule is.
func TestEmbedded(t *testing.T) {
	in := map[string]bool{}
	for _, m := range policies.Modules() {
		in[m.Path] = true
	}
	for _, pattern := range []string{"lib/*.rego", "*/*/*.rego"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%v, %d names", err, len(names))
		}
		for _, name := range names {
			if want := !strings.HasSuffix(name, "_test.rego"); in[filepath.ToSlash(name)] != want {
				t.Errorf("%s is in the program: %v", name, !want)
			}
		}
	}
}
