package rules

import "strings"

// Text is the page for a terminal: without the comment between its head and its prose.
func (r *Rule) Text() string {
	return strings.Replace(r.Markdown(), headEnd+"\n", "", 1)
}

// Nearest suggests a built-in rule for a word that names none; empty where nothing is near.
func Nearest(word string) string { return BuiltIn().Nearest(word) }
