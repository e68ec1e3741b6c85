package policy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Tracer explains how one rule comes to its verdict. It is safe for concurrent use.
type Tracer struct {
	rule    *rules.Rule
	engine  *custom
	body    ast.Body
	sources map[string][]byte
}

// NewTracer compiles one rule, built-in or custom, to be followed. Errors wrap ErrCompile.
func NewTracer(ctx context.Context, r *rules.Rule, c *Custom) (*Tracer, error) {
	t := &Tracer{rule: r, sources: map[string][]byte{}}
	if r.Custom {
		e, faults := newCustom(ctx, c, []*rules.Rule{r})
		if err := joined(faults); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCompile, err)
		}
		t.engine, t.body = e, e.bodies[0]
		for name, m := range c.modules {
			if m.Package.Path.Equal(ast.MustParseRef("data." + r.Package)) {
				t.sources[name] = c.sources[name]
			}
		}
		return t, nil
	}
	e := &Engine{rules: map[string]*rules.Rule{r.Package: r}}
	if err := e.builtIn(ctx); err != nil {
		return nil, err
	}
	var none Custom
	store, txn, err := none.store(ctx)
	if err != nil {
		return nil, err
	}
	t.engine = &custom{compiler: e.compiler, store: store, txn: txn}
	if t.body, err = question(e.compiler, r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCompile, err)
	}
	for _, m := range policies.Modules() {
		if packageOf(m.Path) == r.Package {
			t.sources[m.Path] = []byte(m.Source)
		}
	}
	return t, nil
}

// Trace tells, line by line, what the rule saw in a document and which condition decided: each condition that was reached with its
// line, the first that did not hold, and the values of its parts. own is as for Judge. The texts may hold what stands in the
// document; they have not passed a report's sanitiser.
func (t *Tracer) Trace(ctx context.Context, doc *facts.Document, own map[string]map[string]any) ([]string, error) {
	v, err := value(doc)
	if err != nil {
		return nil, err
	}
	input := withSettings(v, []*rules.Rule{t.rule}, own)
	s := newStory(t.sources, input)
	s.library = map[string][]byte{}
	for _, m := range policies.Library(false) {
		s.library[m.Path] = []byte(m.Source)
	}
	var found *ast.Term
	err = watched(ctx, bounds{deadline, memory}, func(ctx context.Context, cancel topdown.Cancel) error {
		var err error
		found, err = evaluate(ctx, t.engine, t.body, input, func(q *topdown.Query) {
			q.WithCancel(cancel).WithQueryTracer(s).WithEarlyExit(false).WithIndexing(false)
		})
		return err
	})
	switch {
	case errors.Is(err, ErrDeadline), errors.Is(err, ErrMemory):
		return nil, fmt.Errorf("%s: %w", t.rule.ID, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %s: %w", ErrEvaluate, t.rule.ID, err)
	}
	n := 0
	if found != nil {
		if set, ok := found.Value.(ast.Set); ok {
			n = set.Len()
		}
	}
	out := []string{fmt.Sprintf("%s %s: %s in %s", t.rule.ID, t.rule.Name, counted(n, "finding"), doc.Target.URI)}
	for _, name := range slices.Sorted(maps.Keys(t.sources)) {
		out = append(out, "  "+path.Clean(name))
	}
	return append(out, s.lines()...), nil
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Eval gives what a Rego query says about a document, as JSON values, one a result. It sees the custom policies, their data and the
// library.
func (c *Custom) Eval(ctx context.Context, query string, doc *facts.Document, own map[string]map[string]any) ([]any, error) {
	compiler, faults := c.compile(false)
	if err := joined(faults); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCompile, err)
	}
	body, err := ast.ParseBodyWithOpts(query, ast.ParserOptions{RegoVersion: ast.RegoV1, SkipRules: true, Capabilities: capabilities()})
	if err != nil {
		return nil, errors.Join(asQuery(worded(err))...)
	}
	if e := body[0]; len(body) == 1 && !e.Negated && !e.IsEquality() && !e.IsAssignment() && !e.IsSome() && !e.IsEvery() { // its value is the answer
		if t := e.Terms; e.IsCall() {
			if terms, ok := t.([]*ast.Term); ok {
				body = ast.NewBody(ast.Assign.Expr(ast.VarTerm("value"), ast.CallTerm(terms...)))
			}
		} else if term, ok := t.(*ast.Term); ok {
			body = ast.NewBody(ast.Assign.Expr(ast.VarTerm("value"), term))
		}
	}
	guard(&ast.Module{Package: &ast.Package{Path: ast.MustParseRef("data.query")}, Rules: []*ast.Rule{{Head: ast.NewHead("q"), Body: body}}})
	qc := compiler.QueryCompiler()
	compiled, err := qc.Compile(body)
	if err != nil {
		return nil, errors.Join(asQuery(worded(err))...)
	}
	v, err := value(doc)
	if err != nil {
		return nil, err
	}
	store, txn, err := c.store(ctx)
	if err != nil {
		return nil, err
	}
	var out []any
	err = watched(ctx, bounds{deadline, memory}, func(ctx context.Context, cancel topdown.Cancel) error {
		q := topdown.NewQuery(compiled).WithCompiler(compiler).WithStore(store).WithTransaction(txn).WithInput(withSettings(v, c.Rules, own)).
			WithBuiltins(guarded()).WithCancel(cancel)
		return q.Iter(ctx, func(r topdown.QueryResult) error {
			row, err := answerOf(r, qc.RewrittenVars())
			out = append(out, row)
			return err
		})
	})
	switch {
	case errors.Is(err, ErrDeadline):
		return nil, fmt.Errorf("the query did not end within %s", deadline)
	case errors.Is(err, ErrMemory):
		return nil, fmt.Errorf("the query took more than %d MiB of memory", memory>>20)
	case err != nil:
		return nil, fmt.Errorf("the query failed: %s", oneLine(err.Error()))
	}
	return out, nil
}

// answerOf gives the values of a query's variables by the names that they are written with.
func answerOf(r topdown.QueryResult, written map[ast.Var]ast.Var) (map[string]any, error) {
	row := map[string]any{}
	for name, t := range r {
		if as, ok := written[name]; ok {
			name = as
		}
		if name.IsWildcard() || name.IsGenerated() {
			continue
		}
		if bytes, parts := weigh(t, maxResult, maxResult); bytes > maxResult || parts > maxResult {
			return nil, errors.New("the answer is larger than could be shown")
		}
		x, err := ast.JSON(t.Value)
		if err != nil {
			return nil, err
		}
		row[string(name)] = x
	}
	return row, nil
}

// asQuery names the query in faults that have no file.
func asQuery(faults []error) []error {
	for _, f := range faults {
		var e *Error
		if errors.As(f, &e) && e.File == "" {
			e.File = "the query"
		}
	}
	return faults
}

// testTimeout bounds one test.
const testTimeout = 5 * time.Second
