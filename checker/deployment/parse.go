package deployment

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// What one file may hold. A real deployment.toml has some hundred keys; the limits keep a hostile one from taking memory
// that grows faster than the file.
const (
	// MaxKeys is how many keys, and how many tables, a file may have unless Options say otherwise.
	MaxKeys     = 150_000
	maxDepth    = 100       // segments of a key, and arrays and inline tables in each other
	maxNames    = 64 << 20  // bytes of all flat names together: a long header counts again for each key below it
	maxElements = 500_000   // commas of a file: the parser keeps a whole array in memory
	maxSegments = 1_000_000 // dots of a file: it keeps all keys of an array of inline tables as well
	maxProblems = 50        // problems that are told
)

// reader walks the expressions of one file and keeps what it finds with its place.
type reader struct {
	doc   *Document
	data  []byte
	root  *scope
	here  place
	names int
	keys  slab[Key]
	// starts are the offsets at which the parser was sure to be at the start of an expression, in file order: where the file
	// does not parse, only there may a key be shown.
	starts []int
	// full tells that a limit was met and the rest of the file is not read.
	full bool
}

// place is where keys go: the table under the last header.
type place struct {
	table  string // flat name of the header
	prefix string // flat name that keys are joined to: the table, or an inline table below it
	array  string // the array of tables that the place is an element of, else ""
	index  int
	buried bool // in a list inside an element, which stays one value
	scope  *scope
	header []string // segments of the header, until a key stands below it
}

// parse reads all expressions; it gives the problems of the text, and those of duplicates apart, since duplicates count only
// where the text is sound.
func (r *reader) parse() (text, duplicates []Problem) {
	r.data = readable(r.data)
	data := r.data
	base := 0
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		text = append(text, Problem{Kind: Syntax, Span: source.Span{Start: 0, End: 3}, Detail: "The file begins with a byte order mark, which the product's TOML parser refuses: save it as UTF-8 without a byte order mark."})
		base = 3
	}
	if p, ok := tooLarge(data); ok {
		return append(text, p), nil
	}
	r.root = &scope{kind: headed, children: map[string]*scope{}}
	r.here = place{scope: r.root}
	for len(text) < maxProblems {
		next, problem := r.expressions(base, &text, &duplicates)
		if problem == nil {
			break
		}
		text = append(text, *problem)
		if next <= base || next >= len(data) {
			break
		}
		base = next
	}
	return text, duplicates
}

// expressions reads from an offset until the end or the first syntax error; of an error it gives the problem and where
// reading can go on (0: nowhere, what follows can't be told reliably).
func (r *reader) expressions(base int, text, duplicates *[]Problem) (next int, problem *Problem) {
	var p unstable.Parser
	p.Reset(r.data[base:len(r.data):len(r.data)])
	end := base // of the last expression that parsed
	for !r.full && p.NextExpression() {
		e := expression{r: r, node: p.Expression(), base: base}
		found := e.read()
		r.starts = append(r.starts, e.start)
		end = e.end
		for _, f := range found {
			list := text
			if f.Kind == Duplicate {
				list = duplicates
			}
			if len(*list) < maxProblems {
				*list = append(*list, f)
			}
		}
	}
	err := p.Error()
	if err == nil || r.full {
		return 0, nil
	}
	at, message := len(r.data), err.Error()
	var perr *unstable.ParserError
	if errors.As(err, &perr) {
		message = perr.Message
		// A highlight is a slice of the input, so the capacities tell its offset; an empty one of another array does not.
		if at = cap(r.data[base:len(r.data):len(r.data)]) - cap(perr.Highlight) + base; at < base || at > len(r.data) {
			at = len(r.data)
		}
	}
	if strings.Contains(message, "end of input") {
		at = len(r.data) // the parser moves such errors to the last byte
	}
	f := fault{r: r, start: min(skipBlank(r.data, end), at), at: at, message: message}
	made := f.problem()
	r.starts = append(r.starts, f.start)
	if !f.sameLine() {
		return 0, &made
	}
	return f.lineEnd(f.start), &made
}

// skipBlank goes on to the next byte that is neither white space, nor a line end, nor in a comment.
func skipBlank(data []byte, at int) int {
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\r', '\n', ']':
			at++
		case '#':
			eol := bytes.IndexByte(data[at:], '\n')
			if eol < 0 {
				return len(data)
			}
			at += eol
		default:
			return at
		}
	}
	return at
}

// tooLarge finds what would take the parser much more memory than the file has bytes.
func tooLarge(data []byte) (Problem, bool) {
	if len(data) > source.MaxFile {
		return Problem{Kind: Limit, Detail: "The file is larger than the checker reads."}, true
	}
	if bytes.Count(data, []byte{','}) > maxElements {
		return Problem{Kind: Limit, Detail: "The file has more list elements than the checker reads."}, true
	}
	if bytes.Count(data, []byte{'.'}) > maxSegments {
		return Problem{Kind: Limit, Detail: "The keys of the file have more parts than the checker reads."}, true
	}
	return Problem{}, false
}

// expression is one header or key-value at the top of the file.
type expression struct {
	r     *reader
	node  *unstable.Node
	base  int
	start int
	end   int
	found []Problem
}

func (e *expression) read() []Problem {
	segments, span := e.key(e.node.Key())
	e.start, e.end = span.Start, span.End
	switch e.node.Kind {
	case unstable.Table, unstable.ArrayTable:
		e.header(segments, span)
	case unstable.KeyValue:
		e.end = e.span(e.node.Raw).End
		e.keyValue(e.node, segments, span, e.r.here, 0)
	}
	return e.found
}

func (e *expression) span(raw unstable.Range) source.Span {
	start := e.base + int(raw.Offset)
	return source.Span{Start: start, End: start + int(raw.Length)}
}

// key reads the segments of a key and the span from the first to the last.
func (e *expression) key(it unstable.Iterator) (segments []string, span source.Span) {
	first := true
	for it.Next() {
		n := it.Node()
		s := e.span(n.Raw)
		if first {
			span.Start = s.Start
			first = false
		}
		span.End = s.End
		segments = append(segments, string(n.Data))
		e.quoted(s)
	}
	return segments, span
}

func (e *expression) header(segments []string, span source.Span) {
	array := e.node.Kind == unstable.ArrayTable
	name := flat(segments)
	if !e.r.count(name, len(segments), span, &e.found) {
		return
	}
	e.r.doc.Tables = append(e.r.doc.Tables, Table{Name: name, Array: array, Span: span})
	at, clash := e.r.root.header(segments, array, span)
	if array {
		e.fits(segments, span)
	}
	switch {
	case clash == nil:
	case clash.kind == implied && !array:
		e.reopened(name, span, clash.first)
	default:
		e.found = append(e.found, duplicate(name, true, array, span, clash))
	}
	e.r.here = place{table: name, prefix: name, array: at.array, index: at.index, scope: at.scope}
	if !array {
		e.r.here.header = segments
	}
}

// keyValue keeps one key and what is in its value. Depth counts arrays and inline tables around it.
func (e *expression) keyValue(n *unstable.Node, segments []string, span source.Span, at place, depth int) {
	name := flat(segments)
	if at.prefix != "" {
		name = at.prefix + "." + name
	}
	if !e.r.count(name, len(segments)+depth, span, &e.found) {
		return
	}
	e.fits(segments, span)
	if at.header != nil {
		e.fits(at.header, span)
		e.r.here.header = nil
	}
	sub, clash := at.scope.key(segments, span)
	if clash != nil {
		e.found = append(e.found, duplicate(name, false, false, span, clash))
	}
	value := e.valueSpan(n)
	k := e.r.keys.new()
	*k = Key{Written: name, Mapped: name, Table: at.table, Array: at.array, Index: at.index, Span: span, Value: value, buried: at.buried}
	v := n.Value()
	k.Type = typeOf(v.Kind)
	if k.Type == String {
		k.Raw = secret.New(e.text(v, value))
	} else {
		k.Raw = secret.New(string(e.r.data[value.Start:value.End]))
	}
	e.r.doc.Keys = append(e.r.doc.Keys, k)
	e.value(v, value, place{table: at.table, prefix: name, array: at.array, index: at.index, buried: at.buried, scope: sub}, depth)
}

// text is what a string holds: the product's parser ends every line of a text in triple quotes with a line feed alone.
func (e *expression) text(v *unstable.Node, span source.Span) string {
	text := string(v.Data)
	raw := e.r.data[span.Start:span.End]
	if original := e.r.doc.File.Data[span.Start:span.End]; len(text) == len(raw)-2 && !utf8.Valid(original) {
		return strings.ToValidUTF8(string(original[1:len(original)-1]), "\uFFFD")
	}
	if len(raw) > 6 && raw[0] == '"' && raw[1] == raw[0] && continued.Match(raw) {
		text = unfolded(raw[3 : len(raw)-3])
	}
	if len(raw) > 6 && raw[1] == raw[0] && bytes.Contains(raw, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return text
}

// continued is a backslash at the end of a line.
var continued = regexp.MustCompile(`\\\r?\n`)

// unfolded is a text in triple quotes as the product's parser has it: of a backslash at the end of a line it drops the backslash
// alone, while TOML drops what follows up to the next letter too.
func unfolded(raw []byte) string {
	raw = bytes.TrimPrefix(bytes.TrimPrefix(raw, []byte("\r")), []byte("\n"))
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			b.WriteByte(raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'b', 't', 'n', 'f', 'r':
			b.WriteByte("\b\t\n\f\r"[strings.IndexByte("btnfr", c)])
		case 'u', 'U':
			digits := 4
			if c == 'U' {
				digits = 8
			}
			end := min(i+1+digits, len(raw))
			if n, err := strconv.ParseUint(string(raw[i+1:end]), 16, 32); err == nil {
				b.WriteRune(rune(n)) //nolint:gosec // 32 bits; what is no character becomes U+FFFD
			}
			i = end - 1
		default: // a quote, a backslash, the end of the line
			b.WriteByte(c)
		}
	}
	return b.String()
}

// value looks into a value: what TOML 0.5 refuses, the keys of inline tables, and those of tables in arrays.
func (e *expression) value(v *unstable.Node, span source.Span, at place, depth int) {
	if depth > maxDepth {
		e.r.count("", depth, span, &e.found)
		return
	}
	switch v.Kind {
	case unstable.String:
		e.quoted(span)
	case unstable.InlineTable:
		e.inline(v, span, at, depth)
	case unstable.Array:
		e.array(v, span, at, depth)
	default:
		e.scalar(v, span)
	}
}

func (e *expression) inline(v *unstable.Node, span source.Span, at place, depth int) {
	if at.scope == nil {
		at.scope = &scope{}
	}
	at.scope.kind, at.scope.children = implied, map[string]*scope{}
	e.laterInline(v, span)
	it := v.Children()
	for it.Next() && !e.r.full {
		n := it.Node()
		if n.Kind != unstable.KeyValue {
			continue
		}
		at.scope.kind = inline
		segments, key := e.key(n.Key())
		e.keyValue(n, segments, key, at, depth+1)
	}
}

func (e *expression) array(v *unstable.Node, span source.Span, at place, depth int) {
	e.mixed(v, span)
	index := 0
	it := v.Children()
	for it.Next() && !e.r.full {
		n := it.Node()
		element := at
		element.scope = nil
		if n.Kind == unstable.InlineTable && at.array == "" {
			element.array, element.index = at.prefix, index
		} else if at.array != "" {
			element.buried = true
		}
		e.value(n, e.elementSpan(n, span), element, depth+1)
		index++
	}
}

// elementSpan is where an element stands: arrays in arrays have no place of their own in the tree, so theirs is that of the
// whole array.
func (e *expression) elementSpan(n *unstable.Node, array source.Span) source.Span {
	if n.Raw.Length == 0 {
		return array
	}
	return e.span(n.Raw)
}

// valueSpan is the value of a key-value: what its own span holds behind the "=".
func (e *expression) valueSpan(n *unstable.Node) source.Span {
	v := n.Value()
	if v.Kind != unstable.Array && v.Kind != unstable.InlineTable {
		return e.span(v.Raw)
	}
	all := e.span(n.Raw)
	it := n.Key()
	for it.Next() {
		all.Start = e.span(it.Node().Raw).End
	}
	for all.Start < all.End && strings.IndexByte(" \t=", e.r.data[all.Start]) >= 0 {
		all.Start++
	}
	return all
}

func typeOf(k unstable.Kind) Type {
	switch k {
	case unstable.String:
		return String
	case unstable.Integer:
		return Integer
	case unstable.Float:
		return Float
	case unstable.Bool:
		return Boolean
	case unstable.Array:
		return Array
	case unstable.InlineTable:
		return Inline
	default:
		return Time
	}
}

// most is how many keys the file may have.
func (r *reader) most() int { return cmp.Or(r.doc.options.Keys, MaxKeys) }

// count holds the file to its limits; the first one that is passed is told and ends the reading.
func (r *reader) count(name string, depth int, at source.Span, found *[]Problem) bool {
	r.names += len(name)
	var detail string
	switch {
	case depth > maxDepth:
		detail = "The file nests deeper than the checker reads."
	case len(r.doc.Keys) >= r.most() || len(r.doc.Tables) >= r.most():
		detail = "The file has more keys than the checker reads."
	case r.names > maxNames:
		detail = "The names of the file's keys are longer than the checker reads."
	default:
		return true
	}
	if !r.full {
		*found = append(*found, Problem{Kind: Limit, Span: at, Detail: detail})
	}
	r.full = true
	return false
}
