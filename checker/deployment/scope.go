package deployment

import (
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// scope is a name of the file as the product's parser sees it: a table, an array of tables, or a value. What may be defined
// again is what cava-toml 0.5.0 takes, which is not what TOML says: dotted keys reach into every table, inline ones too; and a
// header that names a table which so far only a longer header or a dotted key implied puts that table into itself, so that the
// mapper runs into an endless recursion (seen with the published jars; TestMapper).
type scope struct {
	kind     scopeKind
	first    source.Span // where it was defined
	children map[string]*scope
	last     *scope // of a list: the element that headers below it go to
	count    int    // of a list: its elements
}

type scopeKind uint8

const (
	leaf    scopeKind = iota // a value, a written array too
	inline                   // an inline table
	implied                  // a table that only a longer header or a dotted key names, or an empty inline table
	headed                   // a table with a header of its own (or the root)
	list                     // an array of tables
)

func (s *scope) table() bool { return s.kind == inline || s.kind == implied || s.kind == headed }

func (s *scope) child(name string) *scope { return s.children[name] }

func (s *scope) add(name string, kind scopeKind, first source.Span) *scope {
	c := &scope{kind: kind, first: first}
	if kind != leaf {
		c.children = map[string]*scope{}
	}
	if s.children == nil {
		s.children = map[string]*scope{}
	}
	s.children[name] = c
	return c
}

// landing is where the keys below a header go.
type landing struct {
	scope *scope
	array string // the outermost array of tables on the way
	index int
}

// header defines a table or an element of an array of tables. A clash is the earlier definition that forbids it; the keys
// below then go to a scope of their own, so that one mistake is told once.
func (s *scope) header(segments []string, array bool, span source.Span) (at landing, clash *scope) {
	for i, name := range segments[:len(segments)-1] {
		next := s.child(name)
		switch {
		case next == nil:
			next = s.add(name, implied, span)
		case next.kind == leaf:
			return landing{scope: &scope{kind: headed}, array: at.array, index: at.index}, next
		case next.kind == list:
			if at.array == "" {
				at.array, at.index = flat(segments[:i+1]), next.count-1
			}
			next = next.last
		}
		s = next
	}
	name := segments[len(segments)-1]
	known := s.child(name)
	if array {
		if known == nil {
			known = s.add(name, list, span)
		}
		if known.kind != list {
			return landing{scope: &scope{kind: headed}, array: flat(segments)}, known
		}
		known.last = &scope{kind: headed, first: span}
		known.count++
		at.scope = known.last
		if at.array == "" {
			at.array, at.index = flat(segments), known.count-1
		}
		return at, nil
	}
	if known == nil {
		at.scope = s.add(name, headed, span)
		return at, nil
	}
	at.scope = &scope{kind: headed}
	if known.kind == implied {
		// What was implied is known to be so; a third header of that name is told as a duplicate of this one.
		earlier := *known
		known.kind, known.first = headed, span
		at.scope = known
		known = &earlier
	}
	return at, known
}

// key defines a dotted key in the table and gives its scope, for an inline table to fill.
func (s *scope) key(segments []string, span source.Span) (sub, clash *scope) {
	for _, name := range segments[:len(segments)-1] {
		next := s.child(name)
		if next == nil {
			next = s.add(name, implied, span)
		} else if !next.table() {
			return &scope{}, next
		}
		s = next
	}
	name := segments[len(segments)-1]
	if known := s.child(name); known != nil {
		return &scope{}, known
	}
	return s.add(name, leaf, span), nil
}

// duplicate tells of a second definition.
func duplicate(name string, table, array bool, span source.Span, first *scope) Problem {
	full := name
	name = short(name)
	what := "The key '" + name + "'"
	if table {
		what = "The table [" + name + "]"
		if array {
			what = "The array of tables [[" + name + "]]"
		}
	}
	p := Problem{Kind: Duplicate, Span: span, Key: full, Table: table, First: first.first}
	switch {
	case table && !array && (first.kind == headed):
		p.Detail = what + " is written a second time: move its keys below the first header and delete this one."
	case table && first.kind == list:
		p.Detail = what + " was already written as an array of tables [[…]]."
	case table && (first.kind == leaf || first.kind == inline):
		p.Detail = what + " can't be opened: its name, or the beginning of it, is already a key with a value."
	case table:
		p.Detail = what + " was already defined as a table with a single header."
	case first.kind == leaf:
		p.Detail = what + " is written a second time: delete one of the two."
	case first.kind == inline:
		p.Detail = what + " is already defined by an inline table."
	default:
		p.Detail = what + " is already defined as a table: write it below that table's header."
	}
	return p
}

// short cuts a name that fills the screen.
func short(name string) string {
	const most = 100
	n := 0
	for i := range name {
		if n++; n > most {
			return name[:i] + "…"
		}
	}
	return name
}
