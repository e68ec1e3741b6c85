package report

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// columns measures as terminals outside East Asian locales do, whatever the environment says: the same input gives the same bytes.
var columns = &runewidth.Condition{}

// textWidth is the number of terminal columns that s takes.
func textWidth(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return columns.StringWidth(s)
		}
	}
	return len(s)
}

// wrap breaks a cleaned text into lines of at most width columns, at spaces. A longer word keeps its line for itself and stays
// whole: it is a path or a name that somebody may want to copy, and the sanitiser has bounded it.
func wrap(s string, width int) []string {
	width = max(width, 16)
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		w := textWidth(word)
		switch {
		case line == "":
			line, used = word, w
		case used+1+w > width:
			lines = append(lines, line)
			line, used = word, w
		default:
			line += " " + word
			used += 1 + w
		}
	}
	return append(lines, line)
}
