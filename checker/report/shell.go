package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ShellQuote writes an argument vector as one line that a POSIX shell reads back as the same vector. Arguments that the shell
// would take apart stand in single quotes. What must not reach a terminal or a CI system's log as it is (an alias with terminal
// escapes, say) is written by printf's octal escapes.
func ShellQuote(argv []string) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = shellWord(a)
	}
	return strings.Join(words, " ")
}

const shellSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+:,./_-"

func shellWord(s string) string {
	switch {
	case escape(s) != s || (strings.Contains(s, "##") && disarm(s) != s):
		if strings.HasSuffix(s, "\n") {
			// A command substitution loses the newlines at its end. This form is newer, but bash, ksh and zsh know it.
			return "$'" + octal(s, false) + "'"
		}
		return `"$(printf '` + octal(s, true) + `')"`
	case s != "" && strings.Trim(s, shellSafe) == "" && !strings.HasPrefix(s, "::"):
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// octal writes what is not plain as octal escapes; in a format of printf % is special too.
func octal(s string, format bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		raw, first := s[i:i+n], i == 0
		i += n
		switch {
		case r == '-' && first && format: // would be an option of printf
			b.WriteString(`\055`)
		case r == '%' && format:
			b.WriteString("%%")
		case r == '\'' || r == '\\' || r == '#' || visible(r, raw) != raw:
			for _, c := range []byte(raw) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(raw)
		}
	}
	return b.String()
}
