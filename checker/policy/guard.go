package policy

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A call of a built-in function can't be stopped once it runs, and some make much out of little: a text that is doubled thirty
// times, a replacement that is longer than what it replaces, a number with a billion digits. So custom policies call such
// functions through guards that look at the arguments first. They are put in place of the calls when a policy is compiled.

const guardPrefix = "guarded."

// What one call may work on.
const (
	maxText     = 4 << 20 // bytes of a text that a function makes
	maxElements = 1 << 20 // elements of a collection, those within counted too
	maxDigits   = 400     // digits of a number
)

// guards says what each function's arguments must be.
var guards = map[string]func(args []*ast.Term) string{
	"concat":            func(a []*ast.Term) string { return texts2(size(a[0])*(1+length(a[1])) + size(a[1])) },
	"sprintf":           guardSprintf,
	"replace":           func(a []*ast.Term) string { return texts2(replaced(a[0], a[1], a[2])) },
	"strings.replace_n": guardReplaceN,
	"hex.encode":        func(a []*ast.Term) string { return texts2(2 * size(a[0])) },
	"upper":             func(a []*ast.Term) string { return texts2(2 * size(a[0])) },
	"lower":             func(a []*ast.Term) string { return texts2(2 * size(a[0])) },
	"split":             func(a []*ast.Term) string { return elements(strings.Count(text(a[0]), text(a[1])) * 8) },
	"indexof_n":         func(a []*ast.Term) string { return elements(strings.Count(text(a[0]), text(a[1])) * 8) },
	"array.concat":      func(a []*ast.Term) string { return elements(length(a[0]) + length(a[1])) },
	"object.union":      func(a []*ast.Term) string { return elements(nodes(a[0]) + nodes(a[1])) },
	"object.union_n":    func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"union":             func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"intersection":      func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"object.subset":     func(a []*ast.Term) string { return elements(nodes(a[0]) + nodes(a[1])) },
	"json.patch":        func(a []*ast.Term) string { return elements(nodes(a[0]) + nodes(a[1])) },
	"json.filter":       func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"json.remove":       func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"walk":              func(a []*ast.Term) string { return elements(nodes(a[0])) },
	"plus":              numbers,
	"minus":             numbers,
	"mul":               numbers,
	"div":               numbers,
	"rem":               numbers,
	"round":             numbers,
	"ceil":              numbers,
	"floor":             numbers,
	"abs":               numbers,
	"format_int":        numbers,
	"sum":               func(a []*ast.Term) string { return numbersIn(a[0]) },
	"product":           func(a []*ast.Term) string { return numbersIn(a[0]) },
	"to_number":         func(a []*ast.Term) string { return digits(text(a[0])) },
	"time.date":         numbers,
	"time.weekday":      numbers,
	"time.diff":         numbers,
	"array.slice":       numbers,
	"substring":         numbers,
}

// guarded are the functions behind the guards, by the name that they are called by.
var guarded = sync.OnceValue(func() map[string]*topdown.Builtin {
	out := map[string]*topdown.Builtin{}
	for name, check := range guards {
		original, decl := topdown.GetBuiltin(name), ast.BuiltinMap[name]
		if original == nil || decl == nil {
			continue // TestGuards finds it
		}
		out[guardPrefix+name] = &topdown.Builtin{
			Decl: &ast.Builtin{Name: guardPrefix + name, Decl: decl.Decl},
			Func: func(b topdown.BuiltinContext, args []*ast.Term, iter func(*ast.Term) error) error {
				if why := check(args); why != "" {
					return topdown.Halt{Err: &topdown.Error{Code: topdown.BuiltinErr, Location: b.Location, Message: name + ": " + why}}
				}
				return original(b, args, iter)
			},
		}
	}
	return out
})

// customCapabilities are those of built-in policies, with guards in place of what is guarded. Template strings are left out: they
// are a call that is written by the compiler, where no guard can be put.
var customCapabilities = sync.OnceValue(func() *ast.Capabilities {
	base := capabilities()
	c := &ast.Capabilities{FutureKeywords: base.FutureKeywords, Features: base.Features, AllowNet: []string{}}
	for _, b := range base.Builtins {
		if guards[b.Name] == nil && b.Name != "internal.template_string" {
			c.Builtins = append(c.Builtins, b)
		}
	}
	for _, b := range guarded() {
		c.Builtins = append(c.Builtins, b.Decl)
	}
	slices.SortFunc(c.Builtins, func(a, b *ast.Builtin) int { return strings.Compare(a.Name, b.Name) })
	return c
})

// guard puts guards in place of the calls of a module, which it changes.
func guard(m *ast.Module) {
	call := func(t *ast.Term) {
		if ref, ok := t.Value.(ast.Ref); ok {
			if b := guarded()[guardPrefix+ref.String()]; b != nil {
				t.Value = b.Decl.Ref()
			}
		}
	}
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			if terms, ok := x.Terms.([]*ast.Term); ok && len(terms) > 0 {
				call(terms[0])
			}
		case *ast.Term:
			if c, ok := x.Value.(ast.Call); ok && len(c) > 0 {
				call(c[0])
			}
		}
		return false
	}).Walk(m)
}

func texts2(n int) string {
	if n > maxText {
		return fmt.Sprintf("the text would be longer than %d MiB", maxText>>20)
	}
	return ""
}

func elements(n int) string {
	if n > maxElements {
		return fmt.Sprintf("it would work on more than %d elements", maxElements)
	}
	return ""
}

// weigh adds up the text and the parts of a value, and stops counting where that is too much: what shares its parts may be
// larger than any memory when it is written out.
func weigh(t *ast.Term, mostBytes, mostParts int) (bytes, parts int) {
	if t == nil {
		return 0, 0
	}
	var walk func(t *ast.Term) bool
	walk = func(t *ast.Term) bool {
		parts++
		bytes += 8
		switch v := t.Value.(type) {
		case ast.String:
			bytes += len(v)
		case ast.Number:
			bytes += len(v)
		case *ast.Array:
			for i := range v.Len() {
				if !walk(v.Elem(i)) {
					return false
				}
			}
		case ast.Object:
			return !v.Until(func(k, x *ast.Term) bool { return !walk(k) || !walk(x) })
		case ast.Set:
			return !v.Until(func(x *ast.Term) bool { return !walk(x) })
		}
		return bytes <= mostBytes && parts <= mostParts
	}
	walk(t)
	return bytes, parts
}

// size is that of a value as text, about; nodes counts its parts. Both stop where it is too much.
func size(t *ast.Term) int {
	n, _ := weigh(t, maxText+1, maxText)
	return n
}

func nodes(t *ast.Term) int {
	_, n := weigh(t, math.MaxInt, maxElements+1)
	return n
}

func length(t *ast.Term) int {
	switch v := t.Value.(type) {
	case *ast.Array:
		return v.Len()
	case ast.Set:
		return v.Len()
	case ast.Object:
		return v.Len()
	}
	return 0
}

func text(t *ast.Term) string {
	s, _ := t.Value.(ast.String)
	return string(s)
}

func replaced(s, old, with *ast.Term) int {
	return len(text(s)) + strings.Count(text(s), text(old))*len(text(with))
}

func guardReplaceN(a []*ast.Term) string {
	n := len(text(a[1]))
	if o, ok := a[0].Value.(ast.Object); ok {
		o.Foreach(func(k, v *ast.Term) { n += replaced(a[1], k, v) })
	}
	return texts2(n)
}

var wide = regexp.MustCompile(`%[^a-zA-Z%]*(\*|[0-9]{4})`)

func guardSprintf(a []*ast.Term) string {
	format := text(a[0])
	if wide.MatchString(format) {
		return "the width of a placeholder stands in the format and has at most three digits"
	}
	verbs := strings.Count(format, "%")
	return texts2(len(format) + verbs*(1000+size(a[1])))
}

func numbers(args []*ast.Term) string {
	for _, a := range args {
		if n, ok := a.Value.(ast.Number); ok {
			if why := digits(string(n)); why != "" {
				return why
			}
		}
	}
	return ""
}

func numbersIn(t *ast.Term) string {
	why := ""
	check := func(x *ast.Term) {
		if n, ok := x.Value.(ast.Number); ok && why == "" {
			why = digits(string(n))
		}
	}
	switch v := t.Value.(type) {
	case *ast.Array:
		v.Foreach(check)
	case ast.Set:
		v.Foreach(check)
	}
	return why
}

// digits tells a number that has too many.
func digits(n string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(n), "e")
	e, err := strconv.Atoi(exponent)
	if exponent != "" && (err != nil || e > maxDigits || e < -maxDigits) || len(mantissa) > maxDigits {
		return fmt.Sprintf("a number has more than %d digits", maxDigits)
	}
	return ""
}
