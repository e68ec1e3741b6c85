package deployment

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape gives the text that an XML parser reads where a template wrote the value without escaping it (mi-semantics
// section 1, point 6), and whether the markup is broken: then the text stays as it is.
func unescape(text string) (result string, broken bool) {
	if !strings.ContainsAny(text, "&<") {
		return text, false
	}
	if strings.Contains(text, "<") {
		return text, true
	}
	var b strings.Builder
	for rest := text; ; {
		before, after, found := strings.Cut(rest, "&")
		b.WriteString(before)
		if !found {
			return b.String(), false
		}
		name, tail, closed := strings.Cut(after, ";")
		c, ok := entity(name)
		if !closed || !ok {
			return text, true
		}
		b.WriteRune(c)
		rest = tail
	}
}

// entity is the character of one of XML's five names or of a number.
func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	c := rune(n) //nolint:gosec // ValidRune refuses what is too large
	return c, ok && err == nil && n != 0 && n <= utf8.MaxRune && utf8.ValidRune(c)
}
