package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Check compiles the policies and their tests as strictly as the compiler can: against the schema of the document, and refusing
// imports and variables that nothing uses. It does not ask whether there are tests.
func (c *Custom) Check() error {
	_, faults := c.compile(true)
	if len(faults) == 0 {
		_, _, faults = c.compileTests()
	}
	return joined(faults)
}

// Untested gives the rules of which no test speaks: whose package no test module imports or names.
func (c *Custom) Untested() []*rules.Rule {
	var out []*rules.Rule
	for _, r := range c.Rules {
		path := ast.MustParseRef("data." + r.Package)
		spoken := false
		for _, m := range c.tests {
			if m.Package.Path.HasPrefix(path) {
				spoken = true
			}
			ast.WalkRefs(m, func(ref ast.Ref) bool {
				spoken = spoken || ref.HasPrefix(path)
				return false
			})
		}
		if !spoken {
			out = append(out, r)
		}
	}
	return out
}

// compileTests gives a compiler for the tests, which the tester uses, and the modules that it has to compile.
func (c *Custom) compileTests() (*ast.Compiler, map[string]*ast.Module, []error) {
	modules, err := library(true)
	if err != nil {
		return nil, nil, []error{err}
	}
	for _, m := range modules {
		c.setDefaults(m)
	}
	for name, m := range c.modules {
		modules[name] = m
	}
	for name, m := range c.tests {
		modules[name] = m
	}
	fresh := func() *ast.Compiler {
		return ast.NewCompiler().WithCapabilities(capabilities()).WithDefaultRegoVersion(ast.RegoV1).WithEnablePrintStatements(true)
	}
	trial := fresh()
	if trial.Compile(modules); trial.Failed() {
		return nil, nil, worded(trial.Errors)
	}
	return fresh(), modules, nil
}

// setDefaults puts the parameters of custom rules into the document that tests begin with.
func (c *Custom) setDefaults(m *ast.Module) {
	for _, r := range m.Rules {
		if r.Head.Name != "clean" || r.Head.Value == nil {
			continue
		}
		if _, ok := r.Head.Value.Value.(ast.Object); ok {
			r.Head.Value = withSettings(r.Head.Value.Value, c.Rules, nil)
		}
	}
}

// TestResult is what became of one test.
type TestResult struct {
	Package, Name string
	File          string
	Line          int
	Pass, Skip    bool
	Detail        []string // why it failed: the conditions with their values, and the difference where two values should be equal
	Output        string   // what it printed
}

// Coverage is how much of a policy the tests reach.
type Coverage struct {
	File    string
	Percent float64
	Missed  []int // lines
}

// Test runs the tests, in the order of their packages and names. Filter, a regular expression on the full name, leaves out the
// others; empty: none is left out. The coverage is that of policies, not of tests.
func (c *Custom) Test(ctx context.Context, filter string) ([]TestResult, []Coverage, error) {
	if _, faults := c.compile(false); len(faults) > 0 {
		return nil, nil, joined(faults)
	}
	covered := cover.New()
	results, err := c.run(ctx, filter, func(r *tester.Runner) { r.SetCoverageQueryTracer(covered) })
	switch {
	case errors.Is(err, ErrMemory):
		return nil, nil, fmt.Errorf("the tests took more than %d MiB of memory; --run runs some of them", memory>>20)
	case err != nil:
		return nil, nil, err
	}
	var out []TestResult
	for _, r := range results {
		x := TestResult{Package: strings.TrimPrefix(r.Package, "data."), Name: r.Name, Pass: r.Pass(), Skip: r.Skip, Output: string(r.Output)}
		if r.Location != nil {
			x.File, x.Line = r.Location.File, r.Location.Row
		}
		switch {
		case errors.Is(r.Error, &topdown.Error{Code: topdown.CancelErr}):
			x.Detail = append(x.Detail, fmt.Sprintf("  it did not end within %s", testTimeout))
		case r.Error != nil:
			x.Detail = append(x.Detail, "  "+oneLine(r.Error.Error()))
		case r.Fail:
			x.Detail = c.why(ctx, r)
		}
		out = append(out, x)
	}
	report := covered.Report(c.modules)
	var cs []Coverage
	for name, f := range report.Files {
		if c.modules[name] == nil {
			continue
		}
		one := Coverage{File: name, Percent: f.Coverage}
		for _, missed := range f.NotCovered {
			for row := missed.Start.Row; row <= missed.End.Row; row++ {
				one.Missed = append(one.Missed, row)
			}
		}
		cs = append(cs, one)
	}
	sort.Slice(cs, func(i, j int) bool {
		a, b := &cs[i], &cs[j]
		return strings.Compare(a.File, b.File) < 0
	})
	return out, cs, nil
}

// run runs tests by OPA's own runner.
func (c *Custom) run(ctx context.Context, filter string, with func(*tester.Runner)) ([]*tester.Result, error) {
	compiler, modules, faults := c.compileTests()
	if err := joined(faults); err != nil {
		return nil, err
	}
	store, txn, err := c.store(ctx)
	if err != nil {
		return nil, err
	}
	r := tester.NewRunner().SetDefaultRegoVersion(ast.RegoV1).SetCompiler(compiler).SetModules(modules).SetStore(store).SetTimeout(testTimeout).
		CapturePrintOutput(true).Filter(filter)
	with(r)
	var all []*tester.Result
	err = watched(ctx, bounds{memory: memory}, func(ctx context.Context, _ topdown.Cancel) error {
		ch, err := r.RunTests(ctx, txn)
		if err != nil {
			return errors.Join(worded(err)...)
		}
		for x := range ch {
			all = append(all, x)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b *tester.Result) int {
		return strings.Compare(a.Package+"."+a.Name, b.Package+"."+b.Name)
	})
	return all, nil
}

// why runs a test that failed once more and tells where it ended.
func (c *Custom) why(ctx context.Context, r *tester.Result) []string {
	filter := "^" + strings.NewReplacer(".", `\.`, "[", `\[`, "]", `\]`).Replace(r.Package+"."+r.Name) + "$"
	again, err := c.run(ctx, filter, func(x *tester.Runner) { x.EnableTracing(true) })
	if err != nil || len(again) == 0 {
		return nil
	}
	s := newStory(c.sources, nil)
	for _, e := range again[0].Trace {
		s.TraceEvent(*e)
	}
	var out []string
	for i := range s.ended {
		a := &s.ended[i]
		if a.held || a.rule != r.Name || r.Location != nil && a.file != r.Location.File {
			continue
		}
		out = append(out, s.tell(a)...)
		out = append(out, difference(a)...)
	}
	return out
}

// difference shows how two values differ that a condition holds to be equal.
func difference(a *attempt) []string {
	if a.expr == nil || !a.expr.IsEquality() && !(a.expr.IsCall() && a.expr.Operator().Equal(ast.Equal.Ref())) {
		return nil
	}
	var sides [2]string
	for i := range sides {
		t := a.expr.Operand(i)
		if t == nil {
			return nil
		}
		v := t.Value
		if name, ok := v.(ast.Var); ok && a.bound != nil {
			v = a.bound.Get(name)
		}
		if v == nil || !ast.NewTerm(v).IsGround() {
			return nil
		}
		b, err := format.Ast(ast.NewTerm(v))
		if err != nil {
			return nil
		}
		sides[i] = strings.TrimSpace(string(b)) + "\n"
	}
	if !strings.Contains(strings.TrimSpace(sides[0]+sides[1]), "\n") {
		return nil
	}
	var out []string
	for line := range strings.Lines(string(diff.Diff("left side", []byte(sides[0]), "right side", []byte(sides[1])))) {
		if !strings.HasPrefix(line, "diff ") {
			out = append(out, "          "+strings.TrimRight(line, "\n"))
		}
	}
	return out
}

// Formatted is a policy that is not written as `opa fmt` writes it.
type Formatted struct {
	Path string // in the folder
	Name string // how messages call it
	New  []byte
	Diff string
}

// Format gives the policies and tests of a folder that are not formatted. Errors join every fault.
func Format(o Origin) ([]Formatted, error) {
	info, err := fs.Stat(o.FS, o.Path)
	if err != nil || !info.IsDir() {
		return nil, &Error{File: o.Name, Text: "it is no folder of policies"}
	}
	files, err := o.read(nil)
	if err != nil {
		return nil, err
	}
	var out []Formatted
	var faults []error
	for _, f := range files {
		if k := kindOf(f.rel); k != policy && k != test {
			continue
		}
		b, err := format.SourceWithOpts(f.name, f.data, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			faults = append(faults, worded(err)...)
			continue
		}
		if !bytes.Equal(b, f.data) {
			out = append(out, Formatted{Path: path.Join(o.Path, f.rel), Name: f.name, New: b, Diff: string(diff.Diff(f.name, f.data, f.name+" (formatted)", b))})
		}
	}
	return out, joined(faults)
}

// Template gives the files of a new rule by its name: the policy, its test and its page. Category is the middle of its package, id its
// ID. Errors say what is wrong with a name.
func Template(name, category, id string) (map[string]string, error) {
	switch {
	case !nameWord.MatchString(name) || len(name) > 80:
		return nil, fmt.Errorf("%q is no name for a rule: words of small letters and digits with '-' between them, as in issuer-allow-list", name)
	case !nameWord.MatchString(strings.ReplaceAll(category, "_", "-")):
		return nil, fmt.Errorf("%q is no category: small letters, digits and '_'", category)
	case !idWord.MatchString(id) || strings.HasPrefix(strings.ToUpper(id), ownPrefix):
		return nil, fmt.Errorf("%q is no ID: letters, digits, '-' and '_', a letter first, and not with %s, which is for built-in rules", id, ownPrefix)
	}
	if r, ok := rules.Find(name); ok {
		return nil, fmt.Errorf("%q is the built-in rule %s; a custom rule needs a name of its own", name, r.ID)
	}
	word := strings.ReplaceAll(name, "-", "_")
	fill := strings.NewReplacer("NAME", name, "WORD", word, "CATEGORY", category, "ID", id)
	return map[string]string{
		word + ".rego":      fill.Replace(newPolicy),
		word + "_test.rego": fill.Replace(newTest),
		word + ".md":        fill.Replace(newPage),
	}, nil
}
