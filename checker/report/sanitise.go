package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is shown, in code points. A word (an alias, a distinguished name) may be as long as the file that it came
// from; what is left of it still tells which one it is, since both ends stay.
const (
	maxValue = 200
	maxText  = 3000
)

// Clean makes one line of text fit for a terminal, a log of a CI system and a SARIF message. Whatever cannot be seen or would
// steer the reader becomes a visible escape: control characters and terminal escapes (\x1b), bidirectional marks (\u202e),
// zero-width and other invisible characters, line breaks (\n), bytes that are no UTF-8 (\xff). Workflow commands of CI systems
// are broken up. A word of more than 200 code points is cut in its middle, a text of more than 3,000 likewise.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	return shorten(shortenWords(disarm(escape(enough(s, maxText)))), maxText)
}

// CleanValue is Clean for a single value, which is cut at 200 code points even where it holds spaces.
func CleanValue(s string) string {
	if len(s) <= maxValue {
		return Clean(s)
	}
	return shorten(disarm(escape(enough(s, maxValue))), maxValue)
}

// enough is so much of a string that a cut to max code points cannot tell the difference by much: a name may be as long as the
// file that it stands in, and escaping all of it to throw nearly all away would cost more than the rest of the report.
func enough(s string, max int) string { return shorten(s, 4*max) }

// plain reports whether Clean leaves s as it is; nearly all texts are, and they cost no allocation.
func plain(s string) bool {
	word := 0
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == '#' || (c == ':' && i+1 < len(s) && s[i+1] == ':') {
			return false
		}
		if word++; c == ' ' {
			word = 0
		}
		if word > maxValue {
			return false
		}
	}
	return len(s) <= maxText
}

// escape replaces every code point that is not plainly visible.
func escape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		b.WriteString(visible(r, s[i:i+n]))
		i += n
	}
	return b.String()
}

// visible is how one code point, or one byte that is none, is shown.
func visible(r rune, raw string) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r >= ' ' && r <= '~':
		return raw
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case shown(r):
		return raw
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}

// shown reports whether a reader sees a code point as what it is. Unassigned and private code points are not; nor are the
// letters and marks that fonts leave blank, and the spaces that look like the common one.
func shown(r rune) bool {
	switch {
	case !unicode.IsGraphic(r), unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return false
	case unicode.Is(unicode.Zs, r):
		return r == '\u3000' // the ideographic space is wide, and common in Japanese names
	case r == '\u2800', r == '\u180e': // blank Braille pattern, Mongolian vowel separator
		return false
	}
	return true
}

// shortenWords cuts every overlong run without a space. It works on escaped text, so the only white space is the space and
// the ideographic one.
func shortenWords(s string) string {
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		end := strings.IndexAny(s, " \u3000")
		if end < 0 {
			b.WriteString(shorten(s, maxValue))
			break
		}
		_, n := utf8.DecodeRuneInString(s[end:])
		b.WriteString(shorten(s[:end], maxValue))
		b.WriteString(s[end : end+n])
		s = s[end+n:]
	}
	return b.String()
}

// shorten cuts a string to max code points: nine tenths from its beginning, the rest from its end, where a file's extension,
// a closing quotation mark or the advice of a message stands.
func shorten(s string, max int) string {
	if len(s) <= max {
		return s
	}
	count := utf8.RuneCountInString(s)
	if count <= max {
		return s
	}
	tail := max / 10
	head := max - tail - 1
	return s[:offset(s, head)] + "…" + s[offset(s, count-tail):]
}

// offset is the byte at which the nth code point of s begins.
func offset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// disarm breaks up what a CI system takes for a command when it stands in a log: "::name::" at the start of a line (GitHub),
// so at the start of any word, since texts are wrapped; "##[name]", "##vso[name]" and "##teamcity[name]" anywhere (GitHub,
// Azure Pipelines, TeamCity). The second character becomes an escape, so what stood there can still be read.
func disarm(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") {
		return s
	}
	var b strings.Builder
	start := true
	for i := 0; i < len(s); i++ {
		switch {
		case start && strings.HasPrefix(s[i:], "::"):
			b.WriteString(`:\x3a`)
			i++
		case s[i] == '#' && bracketCommand(s[i:]):
			b.WriteString(`#\x23`)
			i++
		default:
			b.WriteByte(s[i])
		}
		start = s[i] == ' ' || strings.HasSuffix(s[:i+1], "\u3000")
	}
	return b.String()
}

// bracketCommand reports whether s begins with ## and a command's name in front of a bracket.
func bracketCommand(s string) bool {
	name, ok := strings.CutPrefix(s, "##")
	if !ok {
		return false
	}
	name = strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
	return strings.HasPrefix(name, "[")
}
