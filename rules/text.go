package rules

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Text is the page for a terminal: without the comment between its head and its prose.
func (r *Rule) Text() string {
	return strings.Replace(r.Markdown(), headEnd+"\n", "", 1)
}

// Nearest suggests a rule for a word that names none; empty where nothing is near.
func Nearest(word string) string {
	if len(word) > 100 {
		return ""
	}
	best, at := "", 4
	for _, r := range All() {
		for _, name := range []string{r.ID, r.Name} {
			if n := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(name)); n < at {
				best, at = name, n
			}
		}
	}
	return best
}
