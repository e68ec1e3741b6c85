// Package policy asks the Rego policies about one document of facts. The policies are parsed side by side and compiled once
// a run, under an allow-list of built-in functions that leaves nothing to the network, the clock, the environment, or to work
// without bounds. It knows the catalogue and the document, nothing of TOML or stores.
package policy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"golang.org/x/sync/errgroup"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/repair"
	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Errors that callers tell apart.
var (
	// ErrCompile: a policy does not parse or compile.
	ErrCompile = errors.New("a policy does not compile")
	// ErrEvaluate: a policy fails when it is asked, or returns what is no finding.
	ErrEvaluate = errors.New("a policy failed")
)

// Raw is a finding as a policy returns it: pointers instead of places, arguments instead of a message.
type Raw struct {
	Rule     *rules.Rule       `json:"-"`
	At       string            `json:"at"`
	Variant  string            `json:"variant"`
	Related  []Related         `json:"related"`
	Args     map[string]string `json:"args"`
	Causes   []string          `json:"causes"`
	Repair   *repair.Repair    `json:"repair"` // the commands that repair, in a word; nil: none
	Commands []repair.Command  `json:"commands"`
	Edits    []Edit            `json:"edits"`
}

// Edit is a change of the file's text that repairs; what the words mean stands at deployment.Change.
type Edit struct {
	At   string `json:"at"` // pointer of the value, key, header or problem
	Kind string `json:"change"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// Related is another place of a Raw finding.
type Related struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

// Engine holds the compiled policies. It is safe for concurrent use.
type Engine struct {
	rules    map[string]*rules.Rule // the built-in ones that judge a target, by package
	fleet    map[string]*rules.Rule // those that judge the run as a whole, by the package that does
	compiler *ast.Compiler
	query    rego.PreparedEvalQuery
	custom   *custom // nil: no custom rule is asked
}

// New parses and compiles the policies of the rules: the built-in ones, and those of c that are among rs (c may be nil). Errors
// wrap ErrCompile. Where custom policies alone do not compile, the engine comes with the error and asks the built-in ones.
func New(ctx context.Context, rs []*rules.Rule, c *Custom) (*Engine, error) {
	e := &Engine{rules: make(map[string]*rules.Rule, len(rs)), fleet: map[string]*rules.Rule{}}
	for _, r := range rs {
		if r.Custom {
			continue
		}
		if r.Fleet != "" {
			e.fleet[r.Fleet] = r
		}
		if !r.OfRun() {
			e.rules[r.Package] = r
		}
	}
	compiled := make(chan []error, 1)
	go func() {
		var faults []error
		e.custom, faults = newCustom(ctx, c, rs)
		compiled <- faults
	}()
	err := e.builtIn(ctx)
	faults := <-compiled
	if err != nil {
		return nil, err
	}
	if err := joined(faults); err != nil {
		return e, fmt.Errorf("%w: %w", ErrCompile, err)
	}
	return e, nil
}

// builtIn compiles the built-in rules.
func (e *Engine) builtIn(ctx context.Context) error {
	if len(e.rules)+len(e.fleet) == 0 {
		return nil
	}
	modules, err := parse(ctx, e.rules, e.fleet)
	if err != nil {
		return err
	}
	c := ast.NewCompiler().WithCapabilities(capabilities()).WithDefaultRegoVersion(ast.RegoV1).WithKeepModules(false).WithSkipStages(checkedByTests...)
	if c.Compile(modules); c.Failed() {
		return fmt.Errorf("%w: %w", ErrCompile, c.Errors)
	}
	e.compiler = c
	e.query, err = rego.New(
		rego.Compiler(c),
		rego.ParsedQuery(ast.MustParseBody("data.mikscheck.main.verdicts = x")),
	).PrepareForEval(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCompile, err)
	}
	return nil
}

// JudgeFleet asks the policies that judge a run as a whole; it is called once, at the end. The findings come as Judge gives
// them. Their pointers begin with /targets/N, N being the target's number, and go on in the target's own document. Errors wrap
// ErrEvaluate, or are the context's.
func (e *Engine) JudgeFleet(ctx context.Context, doc *facts.Fleet) ([]Raw, error) {
	if len(e.fleet) == 0 || len(doc.Keys) == 0 {
		return nil, nil // what they judge are keys
	}
	input, err := value(doc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvaluate, err)
	}
	rs, err := rego.New(
		rego.Compiler(e.compiler),
		rego.ParsedQuery(ast.MustParseBody("data.mikscheck.main.fleet = x")),
		rego.ParsedInput(input), rego.GenerateJSON(func(t *ast.Term, _ *rego.EvalContext) (any, error) { return t, nil }),
	).Eval(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrEvaluate, err)
	case len(rs) == 0:
		return nil, fmt.Errorf("%w: the query gave nothing", ErrEvaluate)
	}
	t, ok := rs[0].Bindings["x"].(*ast.Term)
	if !ok {
		return nil, fmt.Errorf("%w: the query gave no object", ErrEvaluate)
	}
	raws, err := rawsOf(e.fleet, t)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvaluate, err)
	}
	return raws, nil
}

// parse reads the modules of the chosen rules and the library on all cores, and adds the one that asks them all.
func parse(ctx context.Context, chosen, fleet map[string]*rules.Rule) (map[string]*ast.Module, error) {
	var wanted []policies.Module
	for _, m := range policies.Modules() {
		if strings.HasPrefix(m.Path, "lib/") || chosen[packageOf(m.Path)] != nil || fleet[fleetPackageOf(m.Path)] != nil {
			wanted = append(wanted, m)
		}
	}
	wanted = append(wanted, entry(chosen, fleet))
	parsed := make([]*ast.Module, len(wanted))
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range wanted {
		g.Go(func() error {
			mod, err := ast.ParseModuleWithOpts(m.Path, m.Source, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities()})
			if err != nil {
				return fmt.Errorf("%w: %w", ErrCompile, err)
			}
			parsed[i] = mod
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	modules := make(map[string]*ast.Module, len(parsed))
	for i, m := range wanted {
		modules[m.Path] = parsed[i]
	}
	return modules, nil
}

// packageOf gives the package of a policy by its folder; the generator of the catalogue holds both to one name.
func packageOf(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	return "mikscheck.rules." + parts[0] + "." + strings.ReplaceAll(parts[1], "-", "_")
}

// fleetPackageOf gives the package of a policy on the run as a whole by its folder.
func fleetPackageOf(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	return rules.FleetPackage(parts[1])
}

// entry holds the two rules that collect what all say, so that a target is one evaluation, and the run as a whole another.
func entry(chosen, fleet map[string]*rules.Rule) policies.Module {
	var b strings.Builder
	b.WriteString("package mikscheck.main\n")
	// Object literals: a partial object with a rule a package would be merged rule by rule.
	for name, of := range map[string]map[string]*rules.Rule{"verdicts": chosen, "fleet": fleet} {
		fmt.Fprintf(&b, "%s := {\n", name)
		for _, p := range slices.Sorted(maps.Keys(of)) {
			fmt.Fprintf(&b, "%q: data.%s.findings,\n", p, p)
		}
		b.WriteString("}\n")
	}
	return policies.Module{Path: "main.rego", Source: b.String()}
}

// Judge asks all policies about a document; own are the parameters of custom rules that are set, by ID. The findings come in the
// order of rule ID and then of their text, so that equal documents give equal results. Where a policy failed, the findings of the
// others come with the error, which joins all that failed and wraps ErrEvaluate; it is the context's where that has ended.
func (e *Engine) Judge(ctx context.Context, doc *facts.Document, own map[string]map[string]any) ([]Raw, error) {
	input, err := value(doc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvaluate, err)
	}
	raws, errs := e.askBuiltIn(ctx, input)
	if ctx.Err() == nil && e.custom != nil {
		more, faults := e.custom.ask(ctx, input, own)
		raws, errs = append(raws, more...), append(errs, faults...)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	slices.SortStableFunc(raws, func(a, b Raw) int { return strings.Compare(a.Rule.ID, b.Rule.ID) })
	return raws, errors.Join(errs...)
}

// askBuiltIn asks the built-in rules by one query, and one by one where that fails.
func (e *Engine) askBuiltIn(ctx context.Context, input ast.Value) ([]Raw, []error) {
	if len(e.rules) == 0 {
		return nil, nil
	}
	rs, err := e.query.Eval(ctx, rego.EvalParsedInput(input), terms)
	if err == nil && len(rs) > 0 {
		if t, ok := rs[0].Bindings["x"].(*ast.Term); ok {
			var raws []Raw
			if raws, err = rawsOf(e.rules, t); err == nil {
				return raws, nil
			}
		}
	}
	if ctx.Err() != nil {
		return nil, nil
	}
	var raws []Raw
	var errs []error
	for _, r := range e.rules {
		found, err := e.askOne(ctx, r, input)
		raws = append(raws, found...)
		if err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", ErrEvaluate, r.ID, err))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return raws, errs
}

// terms leaves what was found in OPA's own form.
var terms = rego.EvalGenerateJSON(func(t *ast.Term, _ *rego.EvalContext) (any, error) { return t, nil })

func (e *Engine) askOne(ctx context.Context, r *rules.Rule, input ast.Value) ([]Raw, error) {
	q, err := rego.New(rego.Compiler(e.compiler), rego.Query("data."+r.Package+".findings = x")).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	rs, err := q.Eval(ctx, rego.EvalParsedInput(input), terms)
	if err != nil || len(rs) == 0 {
		return nil, err
	}
	t, ok := rs[0].Bindings["x"].(*ast.Term)
	if !ok {
		return nil, errors.New("it returns no findings")
	}
	return decodeAll(r, t)
}

// rawsOf converts only what was found, so that a clean target costs no conversion.
func rawsOf(of map[string]*rules.Rule, t *ast.Term) ([]Raw, error) {
	byPackage, ok := t.Value.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("%w: the query gave no object", ErrEvaluate)
	}
	var out []Raw
	err := byPackage.Iter(func(k, v *ast.Term) error {
		name, _ := k.Value.(ast.String)
		r := of[string(name)]
		set, ok := v.Value.(ast.Set)
		if !ok || r == nil {
			return fmt.Errorf("%w: %s: findings is no set", ErrEvaluate, name)
		}
		return set.Sorted().Iter(func(f *ast.Term) error {
			raw, err := decode(r, f)
			out = append(out, raw)
			return err
		})
	})
	return out, err
}
