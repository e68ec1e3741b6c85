package deployment

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// What the parser takes and the product's parser (cava-toml 0.5.0, TOML 0.5) refuses: mi-semantics section 1, point 1. All
// of it is told on the raw text.

func (e *expression) refuse(kind ProblemKind, at source.Span, detail string) {
	e.found = append(e.found, Problem{Kind: kind, Span: at, Detail: detail})
}

// quoted holds a string or a quoted key to what the product's parser takes in quotes: no \e and \xHH, no tab in double quotes, no
// control character at all, and no quote that leans on the three that close a text.
func (e *expression) quoted(span source.Span) {
	raw := e.r.data[span.Start:span.End]
	if len(raw) == 0 || raw[0] != '"' && raw[0] != '\'' {
		return
	}
	quote, long := raw[0], len(raw) >= 6 && raw[1] == raw[0] && raw[2] == raw[0]
	for i := 1; i < len(raw); i++ {
		at := source.Span{Start: span.Start + i, End: span.Start + i + 1}
		switch c := raw[i]; {
		case c == '\\' && quote == '"' && i+1 < len(raw):
			i++
			if raw[i] == 'e' || raw[i] == 'x' {
				at.End++
				e.refuse(Mixed, at, "The product's TOML 0.5 parser knows no escape '\\"+string(raw[i])+"': in a path write '/' or a doubled backslash, or put the text in single quotes.")
				return
			}
		case c == '\t' && quote == '"':
			e.refuse(Mixed, at, "A tab stands in double quotes, which the product's TOML 0.5 parser does not take: write \\t.")
			return
		case c == 0x7f || c < ' ' && c != '\t' && (!long || c != '\n' && c != '\r'):
			e.refuse(Mixed, at, "A control character stands in a text, which the product's TOML 0.5 parser does not take: delete it.")
			return
		case long && c == quote && i > 2 && i == len(raw)-4:
			at.End += 3
			e.refuse(Mixed, at, "More than three quotes end a text in triple quotes, which the product's TOML 0.5 parser does not take: escape those of the text.")
			return
		}
	}
}

// fits tells whether a key survives the mapper, which joins its segments in double quotes, makes those single ones, and looks
// the key up by the result: a quote inside a segment breaks that look-up, so that the server does not start.
func (e *expression) fits(segments []string, span source.Span) {
	for _, s := range segments {
		if strings.ContainsAny(s, `'"`) {
			e.refuse(Refused, span, "A quote is part of the key, which the product's configuration mapper can't look up.")
			return
		}
	}
}

// reopened tells of a header whose table was implied before.
func (e *expression) reopened(name string, span, first source.Span) {
	line := strconv.Itoa(e.r.doc.Lines.Region(first).StartLine)
	e.refuse(Refused, span, "The table ["+short(name)+"] begins after line "+line+" already implied it by a longer name, which sends the product's parser into an endless recursion: move this header above that line.")
}

// mixed finds an array of more than one type.
func (e *expression) mixed(v *unstable.Node, span source.Span) {
	var first unstable.Kind
	it := v.Children()
	for it.Next() {
		n := it.Node()
		switch {
		case n.Kind == unstable.Comment:
		case first == unstable.Invalid:
			first = n.Kind
		case n.Kind != first:
			at := span
			if n.Kind != unstable.Array {
				at = e.elementSpan(n, span)
			}
			mixture := noun(first)
			if other := noun(n.Kind); other != mixture {
				mixture += " and " + other
			}
			e.refuse(Mixed, at, "The array mixes "+mixture+": the product's TOML 0.5 parser takes one type per array.")
			return
		}
	}
}

func noun(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "strings"
	case unstable.Integer:
		return "whole numbers"
	case unstable.Float:
		return "floating-point numbers"
	case unstable.Bool:
		return "booleans"
	case unstable.Array:
		return "arrays"
	case unstable.InlineTable:
		return "inline tables"
	default:
		return "dates or times of several kinds"
	}
}

// laterInline finds line breaks and a trailing comma in an inline table: only between its keys, not inside their values.
func (e *expression) laterInline(v *unstable.Node, span source.Span) {
	at := span.Start + 1
	keys := 0
	it := v.Children()
	for it.Next() {
		n := it.Node()
		if n.Kind != unstable.KeyValue {
			continue
		}
		keys++
		key := e.span(n.Raw)
		if e.brokenLine(at, key.Start) {
			return
		}
		at = key.End
	}
	comma := -1
	for i := at; i < len(e.r.data); i++ {
		switch e.r.data[i] {
		case ',':
			comma = i
		case '}':
			if !e.brokenLine(at, i) && comma >= 0 && keys > 0 {
				e.refuse(Mixed, source.Span{Start: comma, End: comma + 1}, "An inline table ends with a comma: the product's TOML 0.5 parser takes none before '}'.")
			}
			return
		case '\n', '#':
			e.brokenLine(at, i+1)
			return
		}
	}
}

func (e *expression) brokenLine(from, to int) bool {
	i := bytes.IndexAny(e.r.data[from:to], "\n#")
	if i < 0 {
		return false
	}
	e.refuse(Mixed, source.Span{Start: from + i, End: from + i}, "An inline table is spread over several lines: the product's TOML 0.5 parser wants it on one; write a table with a header instead.")
	return true
}

// scalar holds numbers, dates and times to the form that the product's parser takes.
func (e *expression) scalar(v *unstable.Node, span source.Span) {
	raw := e.r.data[span.Start:span.End]
	var ok bool
	switch v.Kind {
	case unstable.Bool:
		return
	case unstable.Integer:
		if len(raw) < 18 && raw[0] >= '1' && raw[0] <= '9' && bytes.IndexByte(raw, '_') < 0 {
			return
		}
		_, ok = integer(string(raw))
	case unstable.Float:
		_, ok = floating(string(raw))
	default:
		_, ok = moment(string(raw))
	}
	if ok {
		return
	}
	if !wellFormed(raw) {
		e.refuse(Syntax, span, "This is no number, date or time as TOML writes them: put a text in double quotes.")
		return
	}
	switch v.Kind {
	case unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		e.refuse(Mixed, span, "The product's TOML 0.5 parser wants a time as hh:mm:ss, at most nine digits behind the seconds, and a zone as Z or +hh:mm.")
	default:
		e.refuse(Mixed, span, "The product's TOML 0.5 parser does not take this number.")
	}
}

// wellFormed asks the library's second stage.
func wellFormed(raw []byte) bool {
	var into map[string]any
	return toml.Unmarshal(append([]byte("x="), raw...), &into) == nil
}
