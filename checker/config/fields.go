package config

import (
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// field is one key of the file. The tables of fields are what the parser knows, what the JSON Schema is made of, and what
// docs/configuration.md has to explain.
type field struct {
	name string
	kind kind
	one  []string // the words that a text may be
	doc  string
}

// kind is the type of a value, in words.
type kind string

const (
	text    kind = "a text"
	texts   kind = "a list of texts"
	number  kind = "a whole number"
	boolean kind = "true or false"
	date    kind = "a date like 2027-03-31"
	table   kind = "a table"
	tables  kind = "a list of tables, [[…]]"
)

var (
	levelWords   = []string{"error", "warning", "note"}
	profileWords = []string{Production, Development}
)

var topFields = []field{
	{name: "version", kind: number, doc: "version of the format (default: 1, the only one there is)"},
	{name: "fail_on", kind: text, one: append(slices.Clone(levelWords), "never"), doc: "findings from this level on fail the run (default: error); --fail-on wins"},
	{name: "profile", kind: text, one: profileWords, doc: "production (default), or development: what is normal on a developer's machine is a note"},
	{name: "exclude", kind: texts, doc: "globs of files and folders to leave out, beside those of --exclude"},
	{name: "known_keys", kind: text, doc: "file with the organisation's own burnt keys: a line each, the SHA-256 of the public key in hex and a comment"},
	{name: "forbidden_passwords", kind: text, doc: "file with passwords that are too common, a line each, beside the built-in list"},
	{name: "unwaivable", kind: texts, doc: "rules that nothing can waive, not even the baseline"},
	{name: "max_waiver_days", kind: number, doc: "how far away the end of a waiver may be, in days from now; then every waiver needs an end"},
	{name: "ruleset", kind: texts, doc: "rule sets: of the built-in rules only theirs are asked (default: all); --ruleset wins"},
	{name: "rules", kind: table, doc: "rules that are off, and levels and parameters of single rules"},
	{name: "environment", kind: tables, doc: "parts of the files with a profile or rules of their own"},
	{name: "mount", kind: tables, doc: "stores that exist only at run time"},
	{name: "waiver", kind: tables, doc: "findings that are accepted for a time, with the reason"},
	{name: "policy", kind: texts, doc: "folders and bundles (.tar.gz) with policies of your own, beside those of --policy"},
	{name: "policy_key", kind: text, doc: "file with the public key (PEM) that bundles of policies must be signed with"},
	{name: "extends", kind: text, doc: "another configuration that this one builds on, by its path relative to this file; inside the repository"},
}

var mountFields = []field{
	{name: "path", kind: text, doc: "file or folder, absolute or relative to MI home; all below a folder counts"},
}

var environmentFields = []field{
	{name: "name", kind: text, doc: "what the environment is called"},
	{name: "paths", kind: texts, doc: "globs of the files that belong to it; the first environment that matches a file is its own"},
	{name: "profile", kind: text, one: profileWords, doc: "its profile"},
	{name: "rules", kind: table, doc: "as [rules], for this environment alone"},
}

var waiverFields = []field{
	{name: "rule", kind: text, doc: "ID or name of the rule"},
	{name: "path", kind: text, doc: "glob of the files that it holds for (default: all)"},
	{name: "store", kind: text, doc: "glob of the store that the finding is about (default: any)"},
	{name: "until", kind: date, doc: "last day on which it holds, as 2027-03-31 (default: without end)"},
	{name: "reason", kind: text, doc: "why; it stands in the reports"},
}

var ruleFields = []field{
	{name: "level", kind: text, one: levelWords, doc: "level of all findings of the rule"},
	{name: "off", kind: boolean, doc: "true: the rule is not asked; false: it is, where another setting leaves it out"},
}

func names(fs []field) []string {
	var ns []string
	for _, f := range fs {
		ns = append(ns, f.name)
	}
	return ns
}

// ruleNames are the words that name rules which can be set.
func ruleNames(c *rules.Catalogue) []string {
	var ns []string
	for _, r := range c.Policies() {
		ns = append(ns, strings.ToLower(r.ID), r.Name)
	}
	return ns
}

// categories are the words that stand for all rules of a kind.
func categories(c *rules.Catalogue) []string {
	var cs []string
	for _, r := range c.Policies() {
		if !slices.Contains(cs, r.Category) {
			cs = append(cs, r.Category)
		}
	}
	return cs
}
