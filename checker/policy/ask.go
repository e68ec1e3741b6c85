package policy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Limits on the evaluation of custom policies. Both are best effort: a call of a built-in function is not stopped once it runs.
const (
	deadline = 5 * time.Second // of all custom rules for one target
	memory   = 512 << 20       // bytes of the process's heap while custom rules are asked
	// compileDeadline bounds the compilation of all custom policies.
	compileDeadline = 10 * time.Second
	grace           = 500 * time.Millisecond
	look            = 10 * time.Millisecond // how often the limits are looked at
	maxResult       = 1 << 20               // parts and bytes of what one rule returns for one target
)

// Errors of custom policies that ran into a limit; they wrap ErrEvaluate.
var (
	// ErrDeadline: the custom rules took too long for a target.
	ErrDeadline = fmt.Errorf("%w: the custom rules did not end within %s for one target", ErrEvaluate, deadline)
	// ErrMemory: the custom rules took too much memory.
	ErrMemory = fmt.Errorf("%w: the custom rules took more than %d MiB of memory", ErrEvaluate, memory>>20)
	// ErrStuck joins one of the two where a call could not be stopped: it goes on in the background, so that the process has to end.
	ErrStuck = errors.New("it could not be stopped")
)

// custom are the compiled custom policies.
type custom struct {
	source   *Custom
	compiler *ast.Compiler
	store    storage.Store
	txn      storage.Transaction
	rules    []*rules.Rule
	bodies   []ast.Body // of the question to each rule

	mu  sync.Mutex
	out map[*rules.Rule]bool // rules that ran into a limit, and are not asked again
	end bool                 // one could not be stopped: none is asked again

	bounds bounds
}

// newCustom compiles the custom rules among those that are asked.
func newCustom(ctx context.Context, c *Custom, chosen []*rules.Rule) (*custom, []error) {
	e := &custom{source: c, out: map[*rules.Rule]bool{}, bounds: bounds{deadline, memory}}
	for _, r := range chosen {
		if r.Custom {
			e.rules = append(e.rules, r)
		}
	}
	if c == nil || len(e.rules) == 0 {
		return nil, nil
	}
	var faults []error
	if e.compiler, faults = c.compile(false); faults != nil {
		return nil, faults
	}
	var err error
	if e.store, e.txn, err = c.store(ctx); err != nil {
		return nil, []error{err}
	}
	for _, r := range e.rules {
		body, err := question(e.compiler, r)
		if err != nil {
			return nil, worded(err)
		}
		e.bodies = append(e.bodies, body)
	}
	return e, nil
}

// answer is the variable that holds what a rule found.
const answer = ast.Var("x")

// question compiles the query for what one rule finds.
func question(c *ast.Compiler, r *rules.Rule) (ast.Body, error) {
	ref := ast.MustParseRef("data." + r.Package + ".findings")
	return c.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(ast.NewTerm(ref), ast.NewTerm(answer))))
}

// ask asks the custom rules one by one, under a deadline and a limit on memory. What one does wrong costs nothing of the others.
// own are the parameters that the configuration sets, by rule.
func (e *custom) ask(ctx context.Context, input ast.Value, own map[string]map[string]any) ([]Raw, []error) {
	e.mu.Lock()
	end := e.end
	e.mu.Unlock()
	if end {
		return nil, nil
	}
	s := &session{engine: e}
	err := watched(ctx, e.bounds, func(ctx context.Context, cancel topdown.Cancel) error {
		s.run(ctx, cancel, withSettings(input, e.rules, own))
		return nil
	})
	if err != nil {
		return s.stopped(err)
	}
	return s.raws, s.errs
}

// session is the evaluation of all custom rules for one target.
type session struct {
	engine *custom

	mu     sync.Mutex
	raws   []Raw
	errs   []error
	asking *rules.Rule
	over   bool // nobody waits any more
}

// stopped gives what a session has that did not come to its end.
func (s *session) stopped(why error) ([]Raw, []error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if errors.Is(why, context.Canceled) || errors.Is(why, context.DeadlineExceeded) {
		return nil, []error{why}
	}
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if errors.Is(why, ErrStuck) {
		e.end = true
		e.source.runaway()
		why = fmt.Errorf("%w, so that no custom rule is asked any more", why)
	}
	if s.asking != nil {
		e.out[s.asking] = true
		why = fmt.Errorf("%s: %w", s.asking.ID, why)
	}
	return s.raws, append(s.errs, why)
}

// run asks all rules.
func (s *session) run(ctx context.Context, cancel topdown.Cancel, input *ast.Term) {
	shared := topdown.NewVirtualCache() // what rules share is evaluated once a target
	for i, r := range s.engine.rules {
		if !s.begin(r) {
			return
		}
		raws, err := s.one(ctx, i, input, func(q *topdown.Query) { q.WithCancel(cancel).WithVirtualCache(shared) })
		if err != nil {
			shared = topdown.NewVirtualCache()
		}
		if cancel.Cancelled() || !s.finish(r, raws, err) {
			return // what was stopped stays the one that is blamed
		}
	}
}

func (s *session) begin(r *rules.Rule) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking = r
	return !s.over
}

// finish notes what a rule said, while somebody waits for it.
func (s *session) finish(r *rules.Rule, raws []Raw, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	s.asking = nil
	s.raws = append(s.raws, raws...)
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("%w: %s: %w", ErrEvaluate, r.ID, err))
	}
	return true
}

// one asks one rule.
func (s *session) one(ctx context.Context, i int, input *ast.Term, with func(*topdown.Query)) (raws []Raw, err error) {
	e := s.engine
	r := e.rules[i]
	e.mu.Lock()
	out := e.out[r]
	e.mu.Unlock()
	if out {
		return nil, errors.New("it ran into a limit before, and was not asked again")
	}
	defer func() {
		if p := recover(); p != nil {
			raws, err = nil, errors.New("the policy engine failed")
		}
	}()
	t, err := evaluate(ctx, e, e.bodies[i], input, with)
	if err != nil || t == nil {
		return nil, err
	}
	return decodeAll(r, t)
}

// evaluate gives the value of what was asked for; nil where there is none.
func evaluate(ctx context.Context, e *custom, body ast.Body, input *ast.Term, with func(*topdown.Query)) (*ast.Term, error) {
	q := topdown.NewQuery(body).WithCompiler(e.compiler).WithStore(e.store).WithTransaction(e.txn).WithInput(input).WithBuiltins(guarded())
	with(q)
	var found *ast.Term
	err := q.Iter(ctx, func(qr topdown.QueryResult) error {
		found = qr[answer]
		return nil
	})
	var x *topdown.Error
	if errors.As(err, &x) {
		at := Error{Text: oneLine(x.Message)}
		if x.Location != nil {
			at.File, at.Line = x.Location.File, x.Location.Row
			return nil, &at
		}
		return nil, errors.New(at.Text)
	}
	return found, err
}

// decodeAll turns what a custom rule found into findings, as far as it is any.
func decodeAll(r *rules.Rule, t *ast.Term) ([]Raw, error) {
	if bytes, parts := weigh(t, maxResult, maxResult); bytes > maxResult || parts > maxResult {
		return nil, errors.New("it returns more than a report could hold")
	}
	set, ok := t.Value.(ast.Set)
	if !ok {
		return nil, errors.New("findings is no set; write: findings contains finding if { … }")
	}
	var raws []Raw
	err := set.Sorted().Iter(func(f *ast.Term) error {
		raw, err := decode(r, f)
		if err == nil {
			raws = append(raws, raw)
		}
		return err
	})
	return raws, err
}

// Parameters gives what custom rules see under settings.custom, by the rule's name: their parameters as own sets them by ID, else
// their defaults.
func Parameters(rs []*rules.Rule, own map[string]map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, r := range rs {
		if !r.Custom || len(r.Parameters) == 0 {
			continue
		}
		values := parameters(r, func(p rules.Parameter) any { return p.Default })
		maps.Copy(values, own[r.ID])
		all[snake(r)] = values
	}
	return all
}

// withSettings adds the parameters of custom rules to the document, under settings.custom.
func withSettings(input ast.Value, rs []*rules.Rule, own map[string]map[string]any) *ast.Term {
	doc, ok := input.(ast.Object)
	if !ok {
		return ast.NewTerm(input)
	}
	all := ast.NewObject()
	for name, values := range Parameters(rs, own) {
		v, err := ast.InterfaceToValue(values)
		if err != nil {
			continue // METADATA and the configuration hold JSON only
		}
		all.Insert(ast.StringTerm(name), ast.NewTerm(v))
	}
	key := ast.StringTerm("settings")
	settings := doc.Get(key)
	if settings == nil {
		return ast.NewTerm(input)
	}
	object, ok := settings.Value.(ast.Object)
	if !ok {
		return ast.NewTerm(input)
	}
	merged := ast.NewObject([2]*ast.Term{ast.StringTerm("custom"), ast.NewTerm(all)})
	object.Foreach(func(k, v *ast.Term) { merged.Insert(k, v) })
	out := ast.NewObject([2]*ast.Term{key, ast.NewTerm(merged)})
	doc.Foreach(func(k, v *ast.Term) {
		if !k.Equal(key) {
			out.Insert(k, v)
		}
	})
	return ast.NewTerm(out)
}
