package policy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// library parses what custom policies may use of the built-in ones, and for tests the document that tests begin with.
func library(withFixture bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	for _, m := range policies.Library(withFixture) {
		parsed, err := ast.ParseModuleWithOpts(m.Path, m.Source, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities()})
		if err != nil {
			return nil, err
		}
		modules["mikscheck/"+m.Path] = parsed
	}
	return modules, nil
}

// compile compiles the policies against the published schema of the document, with guards in place of what could cost too much.
// Strict also refuses what is only suspicious: imports and variables that nothing uses.
func (c *Custom) compile(strict bool) (*ast.Compiler, []error) {
	// What the compiler infers of a few lines can be larger than any memory, and it can't be stopped.
	var compiler *ast.Compiler
	var faults []error
	most := cmp.Or(c.deadline, compileDeadline)
	err := watched(context.Background(), bounds{most, memory}, func(context.Context, topdown.Cancel) error {
		compiler, faults = c.compileAll(strict)
		return nil
	})
	if errors.Is(err, ErrStuck) {
		c.runaway()
	}
	switch {
	case errors.Is(err, ErrDeadline):
		return nil, []error{fmt.Errorf("the custom policies did not compile within %s", most)}
	case errors.Is(err, ErrMemory):
		return nil, []error{fmt.Errorf("to compile the custom policies took more than %d MiB of memory", memory>>20)}
	case err != nil:
		return nil, []error{errors.New("the policies could not be compiled: the compiler failed")}
	}
	return compiler, faults
}

// runaway watches over what can't be stopped, and ends the process where it takes twice what it may.
func (c *Custom) runaway() {
	if c == nil || c.Abort == nil {
		return
	}
	go func() {
		for range time.Tick(look) {
			if heap() > 2*memory {
				c.Abort(fmt.Errorf("%w, and %w", ErrMemory, ErrStuck))
				return
			}
		}
	}()
}

func (c *Custom) compileAll(strict bool) (*ast.Compiler, []error) {
	modules, err := library(false)
	if err != nil {
		return nil, []error{err}
	}
	for name, m := range c.modules {
		modules[name] = m.Copy()
	}
	for _, m := range modules {
		guard(m)
	}
	schema, err := c.schema()
	if err != nil {
		return nil, []error{err}
	}
	set := ast.NewSchemaSet()
	set.Put(ast.SchemaRootRef, schema)
	compiler := ast.NewCompiler().WithCapabilities(customCapabilities()).WithDefaultRegoVersion(ast.RegoV1).WithKeepModules(false).
		WithStrict(strict).WithSchemas(set).WithUseTypeCheckAnnotations(true).WithSkipStages(neededByOthers...)
	if compiler.Compile(modules); compiler.Failed() {
		return nil, worded(compiler.Errors)
	}
	return compiler, nil
}

// neededByOthers are stages of the compiler whose results nothing here asks for.
var neededByOthers = []ast.StageID{ast.StageParseMetadataBlocks, ast.StageSetAnnotationSet, ast.StageRewriteRegoMetadataCalls, ast.StageBuildRequiredCapabilities}

var published = sync.OnceValues(func() (map[string]any, error) {
	var schema map[string]any
	d := json.NewDecoder(bytes.NewReader(facts.JSONSchema()))
	d.UseNumber()
	err := d.Decode(&schema)
	return schema, err
})

// schema is the published one with the parameters of the custom rules, which stand under input.settings.custom.
func (c *Custom) schema() (map[string]any, error) {
	base, err := published()
	if err != nil {
		return nil, err
	}
	own := map[string]any{}
	for _, r := range c.Rules {
		own[snake(r)] = object(parameters(r, func(p rules.Parameter) any {
			if p.Type == "list" {
				return map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
			}
			return map[string]any{"type": p.Type}
		}))
	}
	properties, _ := base["properties"].(map[string]any)
	settings, _ := properties["settings"].(map[string]any)
	fields, _ := settings["properties"].(map[string]any)
	fields, properties, out := maps.Clone(fields), maps.Clone(properties), maps.Clone(base)
	if fields == nil || properties == nil {
		return base, nil // TestSettingsAreInTheSchema finds it
	}
	fields["custom"] = object(own)
	properties["settings"] = object(fields)
	out["properties"] = properties
	return out, nil
}

func object(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func parameters(r *rules.Rule, of func(rules.Parameter) any) map[string]any {
	out := map[string]any{}
	for name, p := range r.Parameters {
		out[name] = of(p)
	}
	return out
}

// snake is how a rule is called where '-' can't stand.
func snake(r *rules.Rule) string { return strings.ReplaceAll(r.Name, "-", "_") }

// store holds the organisation's data.
func (c *Custom) store(ctx context.Context) (storage.Store, storage.Transaction, error) {
	s := inmem.NewFromObjectWithOpts(c.data, inmem.OptRoundTripOnWrite(true), inmem.OptReturnASTValuesOnRead(true))
	txn, err := s.NewTransaction(ctx)
	return s, txn, err
}
