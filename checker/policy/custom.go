package policy

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

var (
	idWord   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{1,31}$`)
	nameWord = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

// ownPrefix begins the IDs of built-in rules.
const ownPrefix = "MIKS"

// addModule parses a policy or a test and holds it to what is asked of custom ones.
func (c *Custom) addModule(f file, page string) []error {
	isTest := kindOf(f.rel) == test
	m, err := ast.ParseModuleWithOpts(f.name, string(f.data), ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: !isTest, Capabilities: capabilities()})
	if err != nil {
		return worded(err)
	}
	if m == nil {
		return []error{&Error{File: f.name, Text: "it is empty; a policy begins with its package"}}
	}
	c.sources[f.name] = f.data
	parts, ok := packageParts(m)
	switch {
	case !ok || parts[0] == "mikscheck":
		return []error{&Error{File: f.name, Line: m.Package.Location.Row, Text: "nothing of a custom policy may live under data.mikscheck; its package is custom.<category>.<name>"}}
	case parts[0] != "custom":
		return []error{&Error{File: f.name, Line: m.Package.Location.Row, Text: fmt.Sprintf("the package of a custom policy is custom.<category>.<name>, not %s", strings.Join(parts, "."))}}
	}
	faults := c.forbidden(f.name, m, isTest)
	if isTest {
		c.tests[f.name] = m
		return faults
	}
	c.modules[f.name] = m
	return append(faults, c.rule(f, m, parts, page)...)
}

// packageParts gives the path of a module's package without "data".
func packageParts(m *ast.Module) ([]string, bool) {
	var parts []string
	for _, t := range m.Package.Path[1:] {
		s, ok := t.Value.(ast.String)
		if !ok {
			return nil, false
		}
		parts = append(parts, string(s))
	}
	return parts, len(parts) > 0
}

// forbidden finds what a custom policy must not do and the compiler would let pass.
func (c *Custom) forbidden(name string, m *ast.Module, isTest bool) []error {
	var faults []error
	fault := func(loc *ast.Location, format string, args ...any) {
		row := 0
		if loc != nil {
			row = loc.Row
		}
		faults = append(faults, &Error{File: name, Line: row, Text: fmt.Sprintf(format, args...)})
	}
	allowedRoots := []string{"lib"}
	if isTest {
		allowedRoots = append(allowedRoots, "fixture")
	}
	call := func(loc *ast.Location, terms []*ast.Term) {
		operator, ok := terms[0].Value.(ast.Ref)
		if !ok || isTest || !strings.HasPrefix(operator.String(), "regex.") || len(terms) < 2 {
			return
		}
		if _, ok := terms[1].Value.(ast.String); !ok {
			fault(loc, "the pattern of %s is no text; a pattern made of data could cost any time, so that it must stand in the call", operator)
		}
	}
	v := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			if terms, ok := x.Terms.([]*ast.Term); ok && len(terms) > 0 {
				call(x.Location, terms)
			}
			for _, w := range x.With {
				if ref, ok := w.Value.Value.(ast.Ref); ok && !isTest && !ref.HasPrefix(ast.DefaultRootRef) && !ref.HasPrefix(ast.InputRootRef) && builtIn(ref.String()) {
					fault(w.Location, "'with' puts the built-in function %s in place of another, which only tests may", ref)
				}
			}
		case *ast.Term:
			switch t := x.Value.(type) {
			case ast.Call:
				call(x.Location, t)
			case ast.Ref:
				if len(t) > 1 && t[0].Equal(ast.DefaultRootDocument) && t[1].Equal(ast.StringTerm("mikscheck")) && !reaches(t, allowedRoots) {
					fault(x.Location, "%s is not for custom policies; of data.mikscheck they may use data.mikscheck.lib", t)
				}
			}
		}
		return false
	})
	v.Walk(m)
	return faults
}

func builtIn(name string) bool { return slices.Contains(allowed, name) }

func reaches(ref ast.Ref, roots []string) bool {
	if len(ref) < 3 {
		return false
	}
	s, ok := ref[2].Value.(ast.String)
	return ok && slices.Contains(roots, string(s))
}

// rule makes the rule of a module out of its METADATA. A module without any is what policies share.
func (c *Custom) rule(f file, m *ast.Module, parts []string, page string) []error {
	a := metadata(m)
	fault := func(key, format string, args ...any) []error {
		line := m.Package.Location.Row
		if a != nil {
			line = lineOf(f.data, a.Location.Row, key)
		}
		return []error{&Error{File: f.name, Line: line, Text: fmt.Sprintf(format, args...)}}
	}
	if a == nil || len(a.Custom) == 0 {
		if defines(m, "findings") {
			return fault("", "the policy has findings but no METADATA with scope package, whose custom holds id, name and level")
		}
		return nil
	}
	r, err := rules.FromMetadata(a.Custom, strings.TrimSuffix(a.Title, "."), a.Description)
	if err != nil {
		key, text := unfit(err)
		return fault(key, "%s", text)
	}
	if faults := describe(r, a.Title, parts, fault); faults != nil {
		return faults
	}
	if !defines(m, "findings") {
		return fault("", "the policy of %s defines no findings: findings contains finding if { … }", r.ID)
	}
	if other := c.packages[r.Package]; other != nil {
		return fault("id", "package %s has METADATA of a rule in two files", r.Package)
	}
	r.Custom, r.Prose = true, page
	c.packages[r.Package], c.places[r] = r, Error{File: f.name, Line: a.Location.Row}
	c.Rules = append(c.Rules, r)
	return nil
}

// describe holds METADATA to its contract, and fills what it leaves out.
func describe(r *rules.Rule, title string, parts []string, fault func(key, format string, args ...any) []error) []error {
	levels := []string{"error", "warning", "note"}
	for _, x := range []struct{ key, value string }{{"id", r.ID}, {"name", r.Name}, {"level", r.Level}, {"title", title}} {
		if strings.TrimSpace(x.value) == "" {
			return fault("", "METADATA needs %s", x.key)
		}
	}
	want := []string{"custom", "", strings.ReplaceAll(r.Name, "-", "_")}
	switch {
	case strings.HasPrefix(strings.ToUpper(r.ID), ownPrefix):
		return fault("id", "the ID %.40q begins with %s, which is for built-in rules; take a prefix of your own", r.ID, ownPrefix)
	case !idWord.MatchString(r.ID):
		return fault("id", "the ID %.40q is none: letters, digits, '-' and '_', a letter first, at most 32", r.ID)
	case !nameWord.MatchString(r.Name) || len(r.Name) > 80:
		return fault("name", "the name %.80q is none: words of small letters and digits with '-' between them", r.Name)
	case len(parts) != 3 || parts[2] != want[2]:
		return fault("name", "package %s does not fit the name %s: want custom.<category>.%s", strings.Join(parts, "."), r.Name, want[2])
	case !slices.Contains(levels, r.Level):
		return fault("level", "the level is one of error, warning, note, not %.40q", r.Level)
	case r.PointsAt != "definition" && r.PointsAt != "use":
		return fault("points_at", "'points_at' is definition or use, not %.40q", r.PointsAt)
	case r.Severity < 0 || r.Severity > 10:
		return fault("severity", "'severity' goes from 0 to 10")
	}
	for name, v := range r.Variants {
		if v.Level != "" && !slices.Contains(levels, v.Level) {
			return fault(name, "the level of the variant %.40q is one of error, warning, note", name)
		}
	}
	for name, p := range r.Parameters {
		if !slices.Contains([]string{"integer", "string", "boolean", "list"}, p.Type) {
			return fault(name, "the type of the parameter %.40q is one of integer, string, boolean, list", name)
		}
		if name == "level" || name == "off" {
			return fault(name, "a parameter can't be called %q, which every rule has", name)
		}
	}
	r.Package, r.Category = strings.Join(parts, "."), parts[1]
	r.Fleet = ""
	if r.Precision == "" {
		r.Precision = "high"
	}
	if r.Message == "" {
		r.Message = r.Title + "."
	}
	return nil
}

// check finds what only all modules together show.
func (c *Custom) check() []error {
	var faults []error
	seen := map[string]*rules.Rule{}
	for _, r := range c.Rules {
		at := c.places[r]
		for _, x := range []struct{ field, word string }{{"id", r.ID}, {"name", r.Name}} {
			word, key := x.word, strings.ToLower(x.word)
			line := lineOf(c.sources[at.File], at.Line, x.field)
			if other, ok := rules.Find(word); ok {
				faults = append(faults, &Error{File: at.File, Line: line, Text: fmt.Sprintf("%q is the built-in rule %s; a custom rule needs an ID and a name of its own", word, other.ID)})
			} else if other := seen[key]; other != nil && other != r {
				faults = append(faults, &Error{File: at.File, Line: line, Text: fmt.Sprintf("%q is already a rule in %s", word, c.places[other].File)})
			}
			seen[key] = r
		}
	}
	return faults
}

// metadata gives the annotation of a module's package.
func metadata(m *ast.Module) *ast.Annotations {
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			return a
		}
	}
	return nil
}

func defines(m *ast.Module, name string) bool {
	return slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool {
		return len(r.Head.Ref()) > 0 && r.Head.Ref()[0].Value.Compare(ast.Var(name)) == 0
	})
}

// lineOf gives the line of a key in the comment that begins in a line; that line where it is not found.
func lineOf(data []byte, from int, key string) int {
	if key == "" {
		return from
	}
	for i, line := range strings.Split(string(data), "\n") {
		text, ok := strings.CutPrefix(line, "#")
		if i+1 < from {
			continue
		}
		if !ok {
			break
		}
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, key+":") || strings.HasPrefix(text, `"`+key+`":`) {
			return i + 1
		}
	}
	return from
}

// unfit words what is wrong with a field of METADATA.
func unfit(err error) (key, text string) {
	if rest, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		key = strings.Trim(rest, `"`)
		text = fmt.Sprintf("METADATA has no field %.40q", key)
		if n := nearest(key, metadataFields()); n != "" {
			text += fmt.Sprintf("; did you mean '%s'?", n)
		}
		return key, text
	}
	var t interface{ Error() string } = err
	return "", "METADATA does not fit: " + strings.TrimPrefix(oneLine(t.Error()), "json: ")
}

func metadataFields() []string {
	var names []string
	t := reflect.TypeFor[rules.Rule]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" && name != "levels" && name != "category" && name != "package" {
			names = append(names, name)
		}
	}
	return names
}

// nearest gives the word that is most like another; empty where none is.
func nearest(word string, known []string) string {
	best, least := "", 4
	if len(word) > 100 {
		return ""
	}
	for _, k := range known {
		if n := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); n < least && n < len(k) {
			best, least = k, n
		}
	}
	return best
}

// worded turns what OPA says of a module into errors of ours.
func worded(err error) []error {
	var list ast.Errors
	if !errors.As(err, &list) {
		var one *ast.Error
		if !errors.As(err, &one) {
			return []error{err}
		}
		list = ast.Errors{one}
	}
	var out []error
	for _, e := range list {
		x := &Error{Text: strings.ReplaceAll(oneLine(e.Message), guardPrefix, "")}
		if e.Location != nil {
			x.File, x.Line = e.Location.File, e.Location.Row
		}
		if d, ok := e.Details.(*ast.RefErrInvalidDetail); ok && d.Pos < len(d.Ref) {
			x.Text = undefined(d)
		}
		// The parser tells some faults twice, and the second time what it expected.
		if n := len(out); n > 0 {
			if last, ok := out[n-1].(*Error); ok && last.File == x.File && last.Line == x.Line && strings.HasPrefix(x.Text, last.Text) { //nolint:errorlint // made here
				out[n-1] = x
				continue
			}
		}
		out = append(out, x)
	}
	return out
}

// undefined says which field there is not, and which may have been meant.
func undefined(d *ast.RefErrInvalidDetail) string {
	have, ok := d.Ref[d.Pos].Value.(ast.String)
	if !ok {
		return fmt.Sprintf("%s leads nowhere: the document has nothing there", d.Ref)
	}
	text := fmt.Sprintf("there is no '%s' in %s", string(have), d.Ref[:d.Pos])
	var known []string
	for _, v := range d.OneOf {
		if s, ok := v.(ast.String); ok {
			known = append(known, string(s))
		}
	}
	if n := nearest(string(have), known); n != "" {
		text += fmt.Sprintf("; did you mean '%s'?", n)
	}
	return text
}
