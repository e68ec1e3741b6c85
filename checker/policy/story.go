package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// What a story holds at most.
const (
	maxAttempts = 1000 // that are told apart
	maxShown    = 3    // that are shown of those which end in the same line
	maxShort    = 100  // bytes of a value
)

// story follows an evaluation through the rules of some files and keeps how each attempt to satisfy one ended: an attempt is one
// way through the conditions, with one choice for each `some`.
type story struct {
	sources map[string][]byte // of the files that are followed
	// library are the files of the library. How its rules ended is told where a condition that names one failed.
	library map[string][]byte
	shared  map[string][]attempt // by the name of the library's rule
	input   *ast.Term
	frames  map[uint64]*frame
	ended   []attempt
	dropped int
}

type frame struct {
	rule    *ast.Rule
	steps   []step
	origins map[ast.Var]ast.Ref // of the compiler's own variables
	calls   map[ast.Var]string
}

type step struct{ index, row int }

// attempt is one way through a rule.
type attempt struct {
	rule   string
	file   string
	rows   []int // of the conditions that were reached, in order
	held   bool  // all of them held
	expr   *ast.Expr
	locals map[string]*ast.Term // by the name that the policy gives
	names  map[ast.Var]string
	bound  *ast.ValueMap
	// origins are what the compiler's own variables stand for.
	origins map[ast.Var]ast.Ref
	calls   map[ast.Var]string
	pkg     ast.Ref // that the rule is in
}

func newStory(sources map[string][]byte, input *ast.Term) *story {
	return &story{sources: sources, input: input, frames: map[uint64]*frame{}, shared: map[string][]attempt{}}
}

// Enabled is of topdown.QueryTracer.
func (s *story) Enabled() bool { return true }

// Config is of topdown.QueryTracer.
func (s *story) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent is of topdown.QueryTracer.
func (s *story) TraceEvent(e topdown.Event) {
	if r, ok := e.Node.(*ast.Rule); ok && e.Op == topdown.EnterOp {
		if l := r.Loc(); l != nil && (s.sources[l.File] != nil || s.library[l.File] != nil) {
			s.frames[e.QueryID] = &frame{rule: r}
		}
		return
	}
	f := s.frames[e.QueryID]
	if f == nil {
		return
	}
	expr, isExpr := e.Node.(*ast.Expr)
	switch {
	case e.Op == topdown.EvalOp && isExpr:
		f.cut(expr.Index)
		f.follow(expr)
		if expr.Location != nil {
			f.steps = append(f.steps, step{expr.Index, expr.Location.Row})
		}
	case e.Op == topdown.RedoOp && isExpr:
		f.cut(expr.Index + 1)
	case e.Op == topdown.FailOp && isExpr:
		s.end(f, &e, expr)
	case e.Op == topdown.ExitOp:
		s.end(f, &e, nil)
	}
}

// follow remembers what the compiler put into a variable of its own, as it does for the arguments of each call: a reference, or what
// another call gave.
func (f *frame) follow(expr *ast.Expr) {
	if expr.IsCall() && !expr.IsEquality() {
		operands := expr.Operands()
		if len(operands) == 0 {
			return
		}
		if name, ok := operands[len(operands)-1].Value.(ast.Var); ok && name.IsGenerated() && f.origins[name] == nil {
			if f.calls == nil {
				f.calls = map[ast.Var]string{}
			}
			f.calls[name] = strings.TrimPrefix(expr.Operator().String(), "data.mikscheck.") + "(…)"
		}
		return
	}
	if !expr.IsEquality() {
		return
	}
	for i := range 2 {
		name, isVar := expr.Operand(i).Value.(ast.Var)
		ref, isRef := expr.Operand(1 - i).Value.(ast.Ref)
		if isVar && isRef && name.IsGenerated() {
			if f.origins == nil {
				f.origins = map[ast.Var]ast.Ref{}
			}
			f.origins[name] = ref
		}
	}
}

func (f *frame) cut(index int) {
	f.steps = slices.DeleteFunc(f.steps, func(x step) bool { return x.index >= index })
}

func (s *story) end(f *frame, e *topdown.Event, failed *ast.Expr) {
	file, name := f.rule.Loc().File, f.rule.Head.Ref().String()
	shared := s.library[file] != nil
	switch {
	case shared && (failed == nil || len(s.shared[name]) == maxShown):
		return
	case !shared && len(s.ended) == maxAttempts:
		s.dropped++
		return
	}
	a := attempt{rule: name, file: file, held: failed == nil, expr: failed, locals: map[string]*ast.Term{}, names: map[ast.Var]string{}, bound: e.Locals, origins: f.origins, calls: f.calls, pkg: f.rule.Module.Package.Path}
	for _, x := range f.steps {
		if len(a.rows) == 0 || a.rows[len(a.rows)-1] != x.row {
			a.rows = append(a.rows, x.row)
		}
	}
	if failed != nil && failed.Location != nil && (len(a.rows) == 0 || a.rows[len(a.rows)-1] != failed.Location.Row) {
		a.rows = append(a.rows, failed.Location.Row)
	}
	if e.Locals != nil {
		e.Locals.Iter(func(k, v ast.Value) bool {
			if name, ok := k.(ast.Var); ok {
				if n := string(e.LocalMetadata[name].Name); !strings.HasPrefix(n, "__local") {
					a.names[name] = n
				}
				if n := a.names[name]; n != "" && !strings.HasPrefix(n, "$") && !strings.HasPrefix(n, "__local") && n != "_" {
					a.locals[n] = ast.NewTerm(v)
				}
			}
			return false
		})
	}
	if shared {
		s.shared[name] = append(s.shared[name], a)
		return
	}
	s.ended = append(s.ended, a)
}

// named gives the library's rules that the condition names which failed.
func (a *attempt) named() []string {
	var out []string
	look := func(ref ast.Ref) bool {
		if len(ref) > len(libraryRef) && ref.HasPrefix(libraryRef) {
			if name, ok := ref[len(libraryRef)].Value.(ast.String); ok && !slices.Contains(out, string(name)) {
				out = append(out, string(name))
			}
		}
		return false
	}
	if a.expr != nil {
		ast.WalkRefs(a.expr, look)
		ast.WalkVars(a.expr, func(name ast.Var) bool { return a.origins[name] != nil && look(a.origins[name]) })
	}
	return out
}

var libraryRef = ast.MustParseRef("data.mikscheck.lib")

// lines tells the attempts; those that end in the same line are told once with their number.
func (s *story) lines() []string {
	var out []string
	shown := map[string]int{}
	for _, a := range s.ended {
		key := a.key()
		if shown[key]++; shown[key] <= maxShown {
			out = append(out, s.tell(&a)...)
		}
		for _, name := range a.named() {
			for i := range s.shared[name] {
				out = append(out, s.tell(&s.shared[name][i])...)
			}
			delete(s.shared, name) // once
		}
	}
	more := s.dropped
	for _, n := range shown {
		more += max(0, n-maxShown)
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("  and %d more that ended in the same lines", more))
	}
	return out
}

func (a *attempt) key() string {
	if len(a.rows) == 0 {
		return fmt.Sprintf("%s:%s:%t", a.file, a.rule, a.held)
	}
	return fmt.Sprintf("%s:%d:%t", a.file, a.rows[len(a.rows)-1], a.held)
}

func (s *story) tell(a *attempt) []string {
	head := fmt.Sprintf("  %s: every condition holds", a.rule)
	if !a.held && len(a.rows) > 0 {
		head = fmt.Sprintf("  %s: ends in line %d", a.rule, a.rows[len(a.rows)-1])
	}
	out := []string{head}
	text := s.sources[a.file]
	if text == nil {
		text = s.library[a.file]
		out[0] = strings.Replace(out[0], "  ", "  "+a.file+", ", 1)
	}
	source := strings.Split(string(text), "\n")
	for i, row := range a.rows {
		mark := "holds"
		if i == len(a.rows)-1 && !a.held {
			mark = "FAILS"
		}
		if row > 0 && row <= len(source) {
			out = append(out, fmt.Sprintf("    %4d  %s  %s", row, mark, strings.TrimSpace(source[row-1])))
		}
	}
	for _, v := range s.values(a) {
		out = append(out, "          "+v)
	}
	return out
}

// values says what the parts of an attempt are: those of the condition that failed first, then the variables.
func (s *story) values(a *attempt) []string {
	var out []string
	add := func(line string) {
		if line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	if a.expr != nil {
		ast.WalkRefs(a.expr, func(ref ast.Ref) bool {
			add(s.value(a, ref))
			return false
		})
		ast.WalkVars(a.expr, func(name ast.Var) bool {
			add(s.origin(a, name))
			return false
		})
	}
	var names []string
	for n := range a.locals {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		out = append(out, n+" is "+short(a.locals[n].Value))
	}
	return out
}

// origin says what one of the compiler's own variables stands for. The policy's are shown by their names.
func (s *story) origin(a *attempt, name ast.Var) string {
	if n := a.names[name]; n != "" && !strings.HasPrefix(n, "__local") {
		return ""
	}
	ref, what := a.origins[name], a.calls[name]
	if ref != nil {
		what = a.own(ref)
	}
	if what != "" && a.bound != nil && a.bound.Get(name) != nil {
		return what + " is " + short(a.bound.Get(name))
	}
	if ref == nil {
		return ""
	}
	return s.value(a, ref)
}

// own writes a reference to what the rule's own package defines, as the policy does; empty where it is none.
func (a *attempt) own(ref ast.Ref) string {
	if !ref.HasPrefix(a.pkg) || len(ref) == len(a.pkg) || a.bound == nil {
		return ""
	}
	shown := ref[len(a.pkg):].Copy()
	for i, t := range shown {
		if name, ok := t.Value.(ast.Var); ok && a.bound.Get(name) != nil {
			shown[i] = ast.NewTerm(a.bound.Get(name))
		}
	}
	if head, ok := shown[0].Value.(ast.String); ok {
		shown[0] = ast.VarTerm(string(head))
	}
	return shown.String()
}

// value says what a reference leads to: from a variable or from the document.
func (s *story) value(a *attempt, ref ast.Ref) string {
	head, ok := ref[0].Value.(ast.Var)
	if !ok || len(ref) < 2 {
		return ""
	}
	shown := ref.Copy()
	for i, t := range shown {
		v, ok := t.Value.(ast.Var)
		if !ok {
			continue
		}
		if name := a.names[v]; i == 0 && name != "" {
			if strings.HasPrefix(name, "__local") {
				return ""
			}
			shown[0] = ast.VarTerm(name)
		} else if i > 0 && a.bound != nil {
			bound := a.bound.Get(v)
			if bound == nil { // no element fits: what is asked for one is shown
				shown = shown[:i]
				break
			}
			shown[i] = ast.NewTerm(bound)
		}
	}
	if len(shown) < 2 {
		return ""
	}
	var from ast.Value
	switch {
	case head.Equal(ast.InputRootDocument.Value) && s.input != nil:
		from = s.input.Value
	case a.bound != nil && a.bound.Get(head) != nil:
		from = a.bound.Get(head)
	default:
		return ""
	}
	v, err := from.Find(shown[1:])
	if err != nil {
		return shown.String() + " is not there"
	}
	return shown.String() + " is " + short(v)
}

// telling are fields that tell what an object is about, in this order.
var telling = []string{"section", "role", "key", "alias", "name", "id", "uri", "subject", "shown", "text", "at", "state", "reason", "value"}

// short writes a value on one line: a large one by what tells it from others.
func short(v ast.Value) string {
	switch v := v.(type) {
	case ast.Object:
		var parts []string
		for _, name := range telling {
			x := v.Get(ast.StringTerm(name))
			if x == nil || len(parts) == 4 {
				continue
			}
			switch x.Value.(type) {
			case ast.String, ast.Boolean, ast.Number:
				if x.Value.Compare(ast.String("")) != 0 {
					parts = append(parts, name+": "+cut(x.String()))
				}
			}
		}
		if v.Len() > len(parts) {
			parts = append(parts, "…")
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *ast.Array:
		return collection("[", v.Len(), "]", func(yield func(*ast.Term)) { v.Foreach(yield) })
	case ast.Set:
		return collection("{", v.Len(), "}", func(yield func(*ast.Term)) { v.Foreach(yield) })
	}
	return cut(v.String())
}

// collection writes a short list of scalars, and of any other the number of its elements.
func collection(open string, n int, end string, each func(func(*ast.Term))) string {
	var parts []string
	scalar := n <= 5
	if scalar {
		each(func(t *ast.Term) {
			switch t.Value.(type) {
			case ast.Object, *ast.Array, ast.Set:
				scalar = false
			default:
				parts = append(parts, cut(t.String()))
			}
		})
	}
	if !scalar {
		return fmt.Sprintf("%s%d elements%s", open, n, end)
	}
	return open + strings.Join(parts, ", ") + end
}

func cut(s string) string {
	if len(s) <= maxShort {
		return s
	}
	return strings.ToValidUTF8(s[:maxShort], "") + "…"
}
