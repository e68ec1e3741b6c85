package deployment

import (
	"bytes"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// What the parser takes and the product's parser (cava-toml 0.5.0, TOML 0.5) refuses: mi-semantics section 1, point 1. All
// of it is told on the raw text.

func (e *expression) refuse(kind ProblemKind, at source.Span, detail string) {
	e.found = append(e.found, Problem{Kind: kind, Span: at, Detail: detail})
}

// laterEscapes finds \e and \xHH in a basic string or quoted key.
func (e *expression) laterEscapes(span source.Span) {
	raw := e.r.data[span.Start:span.End]
	if len(raw) == 0 || raw[0] != '"' || bytes.IndexByte(raw, '\\') < 0 {
		return
	}
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		if raw[i] == 'e' || raw[i] == 'x' {
			at := source.Span{Start: span.Start + i - 1, End: span.Start + i + 1}
			e.refuse(Mixed, at, "The product's TOML 0.5 parser knows no escape '\\"+string(raw[i])+"': in a path write '/' or a doubled backslash, or put the text in single quotes.")
			return
		}
	}
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

// scalar holds numbers, dates and times to their form, which the parser's first stage leaves open.
func (e *expression) scalar(v *unstable.Node, span source.Span) {
	raw := e.r.data[span.Start:span.End]
	switch v.Kind {
	case unstable.Integer:
		if len(raw) < 18 && (raw[0] >= '1' && raw[0] <= '9') && !bytes.ContainsAny(raw, "_") {
			return
		}
	case unstable.Bool:
		return
	}
	if !wellFormed(raw) {
		e.refuse(Syntax, span, "This is no number, date or time as TOML writes them: put a text in double quotes.")
		return
	}
	switch v.Kind {
	case unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		if bytes.Count(raw, []byte{':'})-zoneColon(raw) == 1 {
			e.refuse(Mixed, span, "A time stands without seconds: the product's TOML 0.5 parser wants hh:mm:ss.")
		}
	}
}

// zoneColon counts the colon of a time zone ("+05:30").
func zoneColon(raw []byte) int {
	t := bytes.IndexAny(raw, "Tt ")
	if t < 0 {
		return 0
	}
	if zone := bytes.LastIndexAny(raw[t:], "+-"); zone >= 0 {
		return bytes.Count(raw[t+zone:], []byte{':'})
	}
	return 0
}

// wellFormed asks the library's second stage.
func wellFormed(raw []byte) bool {
	var into map[string]any
	return toml.Unmarshal(append([]byte("x="), raw...), &into) == nil
}
