package rules

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

//go:embed pages.gz
var packedPages []byte

// pages are the files of the folder of this name.
var pages = packed.New(packedPages)

// Page gives the prose of a rule's page; empty sections where the page lacks them (TestPages fails on that).
func (r *Rule) Page() Page {
	text := r.Markdown()
	section := func(title string) string {
		_, rest, ok := strings.Cut(text, "\n## "+title+"\n")
		if !ok {
			return ""
		}
		body, _, _ := strings.Cut(rest, "\n## ")
		return strings.TrimSpace(body)
	}
	return Page{Why: section("Why it matters"), Bad: section("Bad"), Good: section("Good"), Repair: section("Repair"), References: section("References")}
}

// Markdown is the whole page: its head, which the generator writes from the catalogue, and the prose.
func (r *Rule) Markdown() string {
	if r.Custom {
		return r.Head() + "\n" + strings.TrimLeft(r.Prose, "\n")
	}
	b := pages.Read(r.ID + ".md")
	if b == nil {
		return r.Head()
	}
	return string(b)
}

// The head of a page ends with this line; what follows is written by hand.
const headEnd = "<!-- The head above is generated from the rule's METADATA; write below. -->"

// Head is the generated part of the page.
func (r *Rule) Head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n%s.\n\n", r.ID, r.Name, r.Title)
	if r.Description != "" {
		b.WriteString(r.Description + "\n\n")
	}
	fmt.Fprintf(&b, "| | |\n|---|---|\n| level | %s |\n", strings.Join(r.Levels, ", "))
	if r.Severity > 0 {
		fmt.Fprintf(&b, "| security severity | %.1f |\n", r.Severity)
	}
	fmt.Fprintf(&b, "| category | %s |\n| precision | %s |\n", r.Category, r.Precision)
	if r.Since != "" {
		fmt.Fprintf(&b, "| since | %s |\n", r.Since)
	}
	if len(r.CWE) > 0 {
		var s []string
		for _, n := range r.CWE {
			s = append(s, fmt.Sprintf("[CWE-%d](https://cwe.mitre.org/data/definitions/%d.html)", n, n))
		}
		fmt.Fprintf(&b, "| weakness | %s |\n", strings.Join(s, ", "))
	}
	for _, c := range r.Requirements {
		fmt.Fprintf(&b, "| %s | %s: “%s” |\n", c.Name, c.Number, c.Words)
	}
	if len(r.Standards) > 0 {
		fmt.Fprintf(&b, "| standards | %s |\n", strings.Join(r.Standards, "; "))
	}
	if len(r.Supersedes) > 0 {
		fmt.Fprintf(&b, "| replaces, on the same key | %s |\n", links(r.Supersedes))
	}
	if len(r.Consequences) > 0 {
		fmt.Fprintf(&b, "| explains | %s |\n", links(r.Consequences))
	}
	for _, name := range sortedKeys(r.Parameters) {
		p := r.Parameters[name]
		fmt.Fprintf(&b, "| parameter `%s` | %s (%s, default %v) |\n", name, p.Description, p.Type, p.Default)
	}
	return b.String() + "\n" + headEnd + "\n"
}

// WithHead replaces the head of a page.
func (r *Rule) WithHead(page string) string {
	_, prose, ok := strings.Cut(page, headEnd+"\n")
	if !ok {
		prose = "\n" + page
	}
	return r.Head() + prose
}

func links(ids []string) string {
	var s []string
	for _, id := range ids {
		s = append(s, fmt.Sprintf("[%s](%s.md)", id, id))
	}
	return strings.Join(s, ", ")
}

func sortedKeys[V any](m map[string]V) []string {
	ks := make([]string, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
