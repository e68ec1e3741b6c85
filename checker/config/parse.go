package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Error is one fault of the configuration, with the line that it is in.
type Error struct {
	File string
	Line int
	Text string // without a full stop
}

func (e *Error) Error() string { return fmt.Sprintf("%s, line %d: %s", e.File, e.Line, e.Text) }

// Limits of a configuration, which someone else may have written: what it lists is held against every file and finding.
const (
	maxSize = 1 << 20 // bytes
	maxList = 1000    // elements of a list
)

// maxFaults is how many faults are told; one typing error may lead to many.
const maxFaults = 10

// Parse reads a configuration. Name is how messages call it. The error joins all faults, each an Error. Now decides whether a
// waiver goes beyond max_waiver_days.
func Parse(name string, data []byte, now time.Time) (*Config, error) {
	return ParseWith(name, data, now, rules.BuiltIn())
}

// ParseWith is Parse where there are custom rules, too: the catalogue holds all that the configuration may name.
func ParseWith(name string, data []byte, now time.Time, catalogue *rules.Catalogue) (*Config, error) {
	return ParseAll([]Layer{{Name: name, Data: data}}, now, catalogue)
}

// Layer is one file of a configuration.
type Layer struct {
	Name string // as messages call it
	Dir  string // its folder, relative to that of the first layer, slash-separated; empty: the same
	Data []byte
}

// ParseAll reads a configuration with those that it extends: the first layer is the configuration itself, each other one is what
// the one before extends. What is nearer wins; lists add up.
func ParseAll(layers []Layer, now time.Time, catalogue *rules.Catalogue) (*Config, error) {
	base := &Config{Rules: Rules{}, catalogue: catalogue}
	for i, l := range slices.Backward(layers) {
		r, root, err := read(l.Name, l.Data)
		if err != nil {
			return nil, err
		}
		r.now, r.catalogue, r.c.catalogue, r.dir, r.base = now, catalogue, catalogue, l.Dir, base
		r.top(root)
		if err := r.err(); err != nil {
			return nil, err
		}
		r.c.places(r)
		if i == len(layers)-1 {
			base = r.c
			continue
		}
		base = r.c.over(base)
	}
	return base, nil
}

// Extends gives the file that a configuration extends, relative to its folder, with the line that says so; empty: none.
func Extends(name string, data []byte) (base string, line int, err error) {
	r, root, err := read(name, data)
	if err != nil {
		return "", 0, err
	}
	s := r.only(root, "extends")
	return s.extends(), r.line("extends"), r.err()
}

// extends gives the file that the configuration extends; empty: none.
func (s *section) extends() string {
	base := s.text("extends")
	if _, ok := s.values["extends"]; ok && (base == "" || strings.ContainsAny(base, "\\\x00") || strings.HasPrefix(base, "/") || filepath.IsAbs(base)) {
		s.r.fault("extends", "'extends' names a file by its path relative to this one, with '/' between folders")
	}
	return base
}

// only looks at some keys of a configuration alone.
func (r *reader) only(root map[string]any, keys ...string) section {
	s := section{r: r, fields: topFields, values: map[string]any{}}
	for i := range topFields {
		f := &topFields[i]
		if v, ok := root[f.name]; ok && slices.Contains(keys, f.name) && s.fits(f, v) {
			s.values[f.name] = v
		}
	}
	return s
}

// Policies gives only the policies that a configuration names, and the key that they must be signed with: what it says of rules
// can't be understood without them. The names are relative to the folder of the first layer.
func Policies(l Layer) (paths []string, key string, err error) {
	r, root, err := read(l.Name, l.Data)
	if err != nil {
		return nil, "", err
	}
	r.dir = l.Dir
	s := r.only(root, "policy", "policy_key")
	paths, key = s.folders("policy"), s.file("policy_key")
	return paths, key, r.err()
}

// read parses the TOML of a configuration.
func read(name string, data []byte) (*reader, map[string]any, error) {
	if len(data) > maxSize {
		return nil, nil, &Error{File: name, Line: 1, Text: fmt.Sprintf("it is larger than %d MiB; no configuration is", maxSize>>20)}
	}
	var root map[string]any
	if err := toml.Unmarshal(data, &root); err != nil {
		return nil, nil, syntax(name, err)
	}
	r := &reader{name: name, lines: positions(data), c: &Config{Name: name, Rules: Rules{}}, base: &Config{}, offs: map[string]int{}}
	return r, root, nil
}

// err joins the faults.
func (r *reader) err() error {
	if len(r.faults) > maxFaults {
		r.faults = append(r.faults[:maxFaults], fmt.Errorf("%s: %d more faults", r.name, len(r.faults)-maxFaults))
	}
	return errors.Join(r.faults...)
}

// syntax words a fault of TOML itself. What stands in the file is not repeated.
func syntax(name string, err error) error {
	var d *toml.DecodeError
	if !errors.As(err, &d) {
		return &Error{File: name, Line: 1, Text: "it is no TOML"}
	}
	line, column := d.Position()
	return &Error{File: name, Line: line, Text: fmt.Sprintf("it is no TOML: %s (column %d)", strings.TrimPrefix(d.Error(), "toml: "), column)}
}

// reader turns values into a Config and gathers what is wrong with them.
type reader struct {
	name  string
	lines map[string]int // by path, see at
	now   time.Time
	c     *Config
	base  *Config        // what the file extends, which its waivers are held to as well
	dir   string         // of the file, as in Layer
	offs  map[string]int // lines of what is set of rules, by ID whatever the file calls them
	// catalogue holds the rules that may be named.
	catalogue *rules.Catalogue
	faults    []error
}

// fault notes what is wrong at a path.
func (r *reader) fault(path, format string, args ...any) {
	r.faults = append(r.faults, &Error{File: r.name, Line: r.line(path), Text: fmt.Sprintf(format, args...)})
}

// line gives the line of a path, or of the nearest thing around it.
func (r *reader) line(path string) int { return lineAt(r.lines, path) }

func lineAt(lines map[string]int, path string) int {
	for {
		if n, ok := lines[path]; ok {
			return n
		}
		i := strings.LastIndex(path, separator)
		if i < 0 {
			return 1
		}
		path = path[:i]
	}
}

// separator joins the parts of a path; no key can hold it (TOML forbids control characters).
const separator = "\x00"

// at makes a path of keys and indices.
func at(path string, parts ...any) string {
	for _, p := range parts {
		if n, ok := p.(int); ok {
			p = fmt.Sprintf("#%d", n)
		}
		if path != "" {
			path += separator
		}
		path += fmt.Sprint(p)
	}
	return path
}

// positions gives the line of every table, key and element of a file that toml.Unmarshal accepts.
func positions(data []byte) map[string]int {
	var p unstable.Parser
	p.Reset(data)
	s := &scanner{p: &p, lines: map[string]int{}, count: map[string]int{}}
	prefix := ""
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			prefix = s.header(e)
		case unstable.KeyValue:
			s.keyValue(prefix, e)
		default: // a comment
		}
	}
	return s.lines
}

type scanner struct {
	p     *unstable.Parser
	lines map[string]int
	count map[string]int // of arrays of tables: how many elements there were
}

func (s *scanner) header(e *unstable.Node) string {
	path := ""
	for it := e.Key(); it.Next(); {
		path = at(path, string(it.Node().Data))
		n := s.count[path]
		if e.Kind == unstable.ArrayTable && it.IsLast() {
			s.mark(path, it.Node())
			s.count[path]++
			path = at(path, n)
		} else if n > 0 {
			path = at(path, n-1)
		}
		s.mark(path, it.Node())
	}
	return path
}

func (s *scanner) keyValue(path string, e *unstable.Node) {
	for it := e.Key(); it.Next(); {
		path = at(path, string(it.Node().Data))
		s.mark(path, it.Node())
	}
	s.value(path, e.Value())
}

func (s *scanner) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				s.keyValue(path, it.Node())
			}
		}
	case unstable.Array:
		n := 0
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			if it.Node().Raw.Length > 0 {
				s.mark(at(path, n), it.Node())
			}
			s.value(at(path, n), it.Node())
			n++
		}
	default: // a value has the line of its key
	}
}

// mark notes where a path begins first.
func (s *scanner) mark(path string, n *unstable.Node) {
	if _, ok := s.lines[path]; !ok {
		s.lines[path] = s.p.Shape(n.Raw).Start.Line
	}
}

// unknown words the fault of a key that there is not.
func (r *reader) unknown(path, key, where string, known []string) {
	r.fault(path, "there is no key '%.60s'%s%s", key, where, didYouMean(key, known))
}

func didYouMean(word string, known []string) string {
	if n := nearest(word, known); n != "" {
		return fmt.Sprintf("; did you mean '%s'?", n)
	}
	return ""
}

// nearest gives the word that is most like another; empty where none is.
func nearest(word string, known []string) string {
	best, least := "", 4
	if len(word) > 100 {
		return "" // a distance costs the product of both lengths
	}
	for _, k := range known {
		if n := levenshtein.ComputeDistance(strings.ToLower(word), k); n < least && n < len(k) {
			best, least = k, n
		}
	}
	return best
}
