package deployment

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// fault is one syntax error: where the broken expression starts, where the parser stopped, and what it said. The parser's
// words name bytes and code points of the text, which could be a password, so none of them is passed on.
type fault struct {
	r       *reader
	start   int
	at      int
	message string
}

const typographic = "“”„‟″＂«»"
const typographicSingle = "‘’‚‛′＇"

// problem names the fault in the user's terms.
func (f fault) problem() Problem {
	if p, ok := f.template(); ok {
		return p
	}
	if f.at < len(f.r.data) && f.r.data[f.at] >= utf8.RuneSelf {
		if c, n := utf8.DecodeRune(f.r.data[f.at:]); c == utf8.RuneError && n <= 1 {
			return f.new(Syntax, f.at, f.at+1, "A byte here is no UTF-8 text: save the file as UTF-8.")
		}
	}
	if p, ok := f.escape(); ok {
		return p
	}
	if p, ok := f.quotes(); ok {
		return p
	}
	return f.plain()
}

//go:noinline
func (f fault) new(kind ProblemKind, start, end int, detail string) Problem {
	return Problem{Kind: kind, Span: source.Span{Start: start, End: max(start, min(end, len(f.r.data)))}, Detail: detail}
}

// template recognises a Helm, Go or Jinja template on the line of the fault.
func (f fault) template() (Problem, bool) {
	from, to := f.lineStart(f.at), f.lineEnd(f.at)
	text := f.r.data[from:to]
	for _, marks := range [][2]string{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}} {
		i := bytes.Index(text, []byte(marks[0]))
		if i < 0 {
			continue
		}
		end := to
		if j := bytes.Index(text[i:], []byte(marks[1])); j >= 0 {
			end = from + i + j + 2
		} else if marks[0] == "{#" {
			continue // an inline table that a comment follows
		}
		return f.new(Template, from+i, end, "The file is a template that was not rendered yet ('"+marks[0]+" … "+marks[1]+"'): render it (for instance with 'helm template') and check the result."), true
	}
	return Problem{}, false
}

// escape recognises a backslash that TOML reads as an escape.
func (f fault) escape() (Problem, bool) {
	switch {
	case strings.HasPrefix(f.message, "invalid escape character"),
		strings.HasPrefix(f.message, "invalid hexadecimal digit"),
		strings.HasPrefix(f.message, "unicode escape sequence"),
		strings.HasPrefix(f.message, "escape sequence is not"),
		strings.HasPrefix(f.message, "need a character after"):
	case strings.Contains(f.message, "basic string"):
		// A folder that ends with a backslash: "C:\esb\" takes the closing quote with it.
		end := f.trim(f.start, f.lineEnd(f.start))
		if end-2 < f.start || string(f.r.data[end-2:end]) != `\"` {
			return Problem{}, false
		}
		return f.new(Backslash, end-2, end, "The backslash takes the closing quote with it: write '/' or a doubled backslash, or put the text in single quotes."), true
	default:
		return Problem{}, false
	}
	at := min(f.at, len(f.r.data)-1)
	from := f.lineStart(at)
	for at > from && f.r.data[at] != '\\' {
		at--
	}
	end := at + 1
	if end < len(f.r.data) {
		_, n := utf8.DecodeRune(f.r.data[end:])
		end += n
	}
	return f.new(Backslash, at, end, "In double quotes TOML reads a backslash as the start of an escape, and this is none: in a path write '/' or a doubled backslash, or put the text in single quotes."), true
}

// quotes recognises typographic quotes: where the parser stopped, or anywhere on the line, when what the parser says may
// come from a string that one of them should have opened or closed.
func (f fault) quotes() (Problem, bool) {
	if f.at < len(f.r.data) {
		if c, n := utf8.DecodeRune(f.r.data[f.at:]); strings.ContainsRune(typographic+typographicSingle, c) {
			return f.quote(f.at, n), true
		}
	}
	if !f.sameLine() {
		return Problem{}, false
	}
	from, to := f.start, f.lineEnd(f.start)
	for i := from; i < to; {
		c, n := utf8.DecodeRune(f.r.data[i:to])
		if strings.ContainsRune(typographic, c) {
			return f.quote(i, n), true
		}
		i += n
	}
	return Problem{}, false
}

func (f fault) quote(at, n int) Problem {
	return f.new(Quotes, at, at+n, "A typographic quote stands where TOML wants a straight one: write \" instead.")
}

// plain sorts all other faults by what the parser said.
func (f fault) plain() Problem {
	eol := f.lineEnd(f.at)
	token := f.token(f.at)
	found := f.found(f.at)
	m := f.message
	if f.runaway() {
		return f.unclosed("array or inline table", "]' or '}", found, token)
	}
	switch {
	case f.at < len(f.r.data) && f.r.data[f.at] == '\r':
		return f.new(Syntax, f.at, f.at+1, "A carriage return stands without a line feed behind it: end lines with \\n or \\r\\n.")
	case strings.Contains(m, "nested more than"):
		return f.new(Limit, f.start, f.start, "The file nests deeper than the checker reads.")
	case strings.HasPrefix(m, "unexpected character"), strings.HasPrefix(m, "expected value, not"), strings.HasPrefix(m, "expected keyword"):
		return f.new(Syntax, f.at, token, "Expected a quoted string, a number, true or false, an array or an inline table, found "+found+".")
	case strings.HasPrefix(m, "expected '=' after key"):
		return f.new(Syntax, f.start, max(f.start, f.trim(f.start, f.lineEnd(f.start))), "Expected '=' after the key, found "+found+".")
	case strings.HasPrefix(m, "invalid character at start of key"), strings.HasPrefix(m, "expected key but"):
		return f.new(Syntax, f.at, token, "Expected a key (letters, digits, '_' and '-', or quoted text), found "+found+".")
	case strings.HasPrefix(m, "expected newline"):
		return f.new(Syntax, f.at, f.trim(f.at, eol), "Expected the end of the line, found more text behind what is complete.")
	case strings.Contains(m, "new line"), strings.HasPrefix(m, "unterminated"):
		return f.new(Syntax, f.opening(), f.trim(f.opening(), f.lineEnd(f.opening())), "A quoted text is not closed on its line: the closing quote is missing.")
	case strings.Contains(m, "not terminated by"):
		return f.new(Syntax, f.opening(), f.opening()+3, "A text in triple quotes is never closed.")
	case strings.HasPrefix(m, "array is incomplete"), strings.HasPrefix(m, "expected ',' or ']'"), strings.HasPrefix(m, "expected value but got"):
		return f.unclosed("array", "]", found, token)
	case strings.HasPrefix(m, "inline table is incomplete"), strings.HasPrefix(m, "expected ',' or '}'"), strings.HasPrefix(m, "unexpected comma"):
		return f.unclosed("inline table", "}", found, token)
	case strings.HasPrefix(m, "expected ']"):
		return f.new(Syntax, f.start, f.trim(f.start, f.lineEnd(f.start)), "The header is not closed: expected ']', found "+found+".")
	case strings.Contains(m, "control character"), strings.Contains(m, "carriage return"):
		return f.new(Syntax, f.at, f.at+1, "A control character stands here, which TOML does not take: delete it.")
	case strings.HasPrefix(m, "strings must be quoted"):
		return f.new(Syntax, f.word(), token, "Expected a quoted string, a number, true or false, an array or an inline table, found text without quotes.")
	case strings.HasPrefix(m, "too many quotes"):
		return f.new(Syntax, f.at, token, "More than five quotes end a text in triple quotes.")
	case strings.Contains(m, "digit"), strings.Contains(m, "number"), strings.Contains(m, "radix"), strings.Contains(m, "leading zero"), strings.Contains(m, "expected \""):
		return f.new(Syntax, f.at, token, "This is no number as TOML writes them: put a text in double quotes.")
	default:
		return f.new(Syntax, f.at, token, "The line is no TOML here: found "+found+" where something else is expected.")
	}
}

// unclosed tells of an array or inline table; where the rest of the file was read in search of its end, it is shown where it
// begins.
func (f fault) unclosed(what, closing, found string, token int) Problem {
	if !f.sameLine() {
		return f.new(Syntax, f.start, f.trim(f.start, f.lineEnd(f.start)), "The "+what+" that begins here is broken or never closed by '"+closing+"'.")
	}
	return f.new(Syntax, f.at, token, "Expected ',' or '"+closing+"' in the "+what+", found "+found+".")
}

// runaway tells whether the search for the end of an array or inline table ran into the next key or header: then not the
// place where it stopped is broken, but the one where it began.
func (f fault) runaway() bool {
	if f.sameLine() {
		return false
	}
	line := bytes.TrimSpace(f.r.data[f.lineStart(f.at):f.lineEnd(f.at)])
	i := 0
	for i < len(line) && (bare(string(line[i])) || strings.IndexByte(". \t\"'", line[i]) >= 0) {
		i++
	}
	key := i > 0 && i < len(line) && line[i] == '='
	value := bytes.TrimLeft(f.r.data[f.start:f.lineEnd(f.start)], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.\"' \t")
	value = bytes.TrimLeft(value, "= \t")
	return key && len(value) > 0 && (value[0] == '[' || value[0] == '{')
}

// found describes what stands at an offset without quoting it, unless it is punctuation.
func (f fault) found(at int) string {
	if at >= len(f.r.data) {
		return "the end of the file"
	}
	switch c := f.r.data[at]; {
	case c == '\n' || c == '\r' || c == '#':
		return "the end of the line"
	case strings.IndexByte("=[]{},.:;", c) >= 0:
		return "'" + string(c) + "'"
	case c == '"' || c == '\'':
		return "a quoted text"
	case c == '\\':
		return "a backslash"
	case c >= '0' && c <= '9':
		return "a number or a text without quotes"
	default:
		return "text without quotes"
	}
}

// opening is the quote that opens the value of the broken expression, or its start.
func (f fault) opening() int {
	from, to := f.start, f.lineEnd(f.start)
	i := bytes.IndexByte(f.r.data[from:to], '=')
	if i < 0 {
		return from
	}
	if j := bytes.IndexAny(f.r.data[from+i:to], `"'`); j >= 0 {
		return from + i + j
	}
	return from
}

// token is the end of what stands at an offset: up to white space or punctuation.
func (f fault) token(at int) int {
	end := f.lineEnd(at)
	if at >= end {
		return min(at, len(f.r.data))
	}
	if i := bytes.IndexAny(f.r.data[at:end], " \t,]}#"); i > 0 {
		return at + i
	}
	if _, n := utf8.DecodeRune(f.r.data[at:end]); at+n == end || f.r.data[at] == ',' || f.r.data[at] == ']' || f.r.data[at] == '}' {
		return at + n
	}
	return end
}

// word is where the text without quotes begins that the parser stopped in.
func (f fault) word() int {
	from := f.lineStart(f.at)
	return from + bytes.LastIndexAny(f.r.data[from:f.at], " \t=[{,") + 1
}

// trim gives the end of a range without white space.
func (f fault) trim(from, to int) int {
	return from + len(bytes.TrimRight(f.r.data[from:max(from, to)], " \t\r"))
}

func (f fault) sameLine() bool {
	return bytes.IndexByte(f.r.data[f.start:f.at], '\n') < 0
}

func (f fault) lineStart(at int) int {
	return bytes.LastIndexByte(f.r.data[:at], '\n') + 1
}

func (f fault) lineEnd(at int) int {
	if i := bytes.IndexByte(f.r.data[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(f.r.data)
}
