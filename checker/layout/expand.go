package layout

import "strings"

// Marks in an expanded word, which no Dockerfile can hold itself: a file with a NUL is not parsed.
const (
	homeMark    = "\x00H" // MI home, known by name only
	unknownMark = "\x00?" // a value that is not known here
)

// Limits of an expansion.
const (
	maxWord    = 4096 // bytes; a longer value counts as not known
	maxNesting = 16
)

// expander replaces variables and takes quotes off, as the builder does with the words of an instruction.
type expander struct {
	escape byte
	lookup func(name string) (value string, known bool)
}

// word expands one word; what is not known comes as a mark in it.
func (e expander) word(s string) string {
	out, _ := e.run(s, 0, "", 0)
	if len(out) > maxWord {
		return unknownMark
	}
	return out
}

// run expands from i to the closing brace of a nested word, or to the end; it gives the place after it.
func (e expander) run(s string, i int, until string, depth int) (string, int) {
	var b strings.Builder
	quote := byte(0)
	for i < len(s) && b.Len() <= maxWord {
		c := s[i]
		switch {
		case quote == 0 && until != "" && c == until[0]:
			return b.String(), i + 1
		case c == e.escape && quote != '\'' && i+1 < len(s):
			if next := s[i+1]; quote == '"' && next != '"' && next != '$' && next != e.escape {
				b.WriteByte(c)
			}
			b.WriteByte(s[i+1])
			i += 2
		case (c == '\'' || c == '"') && (quote == 0 || quote == c):
			if quote == 0 {
				quote = c
			} else {
				quote = 0
			}
			i++
		case c == '$' && quote != '\'':
			var text string
			text, i = e.variable(s, i+1, depth)
			b.WriteString(text)
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), len(s)
}

// variable expands what follows a dollar sign.
func (e expander) variable(s string, i, depth int) (string, int) {
	if i >= len(s) {
		return "$", i
	}
	if s[i] != '{' {
		name := s[i : i+nameLength(s[i:])]
		if name == "" {
			return "$", i
		}
		return e.value(name), i + len(name)
	}
	i++
	name := s[i : i+nameLength(s[i:])]
	i += len(name)
	if i < len(s) && s[i] == '}' {
		return e.value(name), i + 1
	}
	if depth >= maxNesting {
		return unknownMark, len(s)
	}
	op := ""
	for _, o := range []string{":-", ":+", ":?", "-", "+", "?"} {
		if strings.HasPrefix(s[i:], o) {
			op = o
			break
		}
	}
	word, after := e.run(s, i+len(op), "}", depth+1)
	value, known := e.lookup(name)
	set := known && (value != "" || !strings.HasPrefix(op, ":"))
	switch strings.TrimPrefix(op, ":") {
	case "-":
		// Not set here does not mean not set by the base image, but the word is what its author expects then.
		if set {
			return value, after
		}
		return word, after
	case "+":
		if set {
			return word, after
		}
		if known {
			return "", after
		}
	case "?":
		if known {
			return value, after
		}
	}
	return unknownMark, after // patterns and what the builder does not know
}

func (e expander) value(name string) string {
	value, known := e.lookup(name)
	if !known {
		return unknownMark
	}
	return value
}

func nameLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || 'a' <= s[n]|0x20 && s[n]|0x20 <= 'z' || n > 0 && '0' <= s[n] && s[n] <= '9') {
		n++
	}
	return n
}

// split takes a text apart at white space outside quotes; quotes stay for the expansion.
func (e expander) split(s string) []string {
	var words []string
	start, quote := -1, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if quote == 0 && (c == ' ' || c == '\t') {
			if start >= 0 {
				words = append(words, s[start:i])
				start = -1
			}
			continue
		}
		if start < 0 {
			start = i
		}
		switch {
		case c == e.escape && quote != '\'' && i+1 < len(s):
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	if start >= 0 {
		words = append(words, s[start:])
	}
	return words
}
