package deployment

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Read parses a file and computes the effective configuration. It never fails: what the product would refuse is in
// Document.Problems. Work and memory are bounded (keys, nesting, placeholder expansion).
func Read(f *source.File, o Options) *Document {
	table := o.Table
	if table == nil {
		table = product.For(o.Version)
	}
	d := &Document{File: f, Lines: f.Lines(), Version: table.Version, table: table, options: o}
	r := &reader{doc: d, data: f.Data}
	text, duplicates := r.parse()
	d.starts = r.starts
	d.Problems = tell(text, duplicates)
	d.sound = !slices.ContainsFunc(text, broken)
	if !d.sound {
		d.Keys, d.Tables = nil, nil
		return d
	}
	d.Parsed = len(d.Problems) == 0
	d.index()
	if d.Parsed {
		d.configure()
		d.templates()
	}
	return d
}

// action is what a Helm template has in the place of a text. A name alone between the braces may be a text of somebody's own.
var action = regexp.MustCompile(`\{\{-?\s*(?:[.$(]|(?:include|tpl|template|required|default|printf|lookup|quote)\s)[^{}\n]*\}\}`)

// rendered tells that a text holds nothing that a template would put something in the place of.
func rendered(text string) bool { return !strings.Contains(text, "{{") || !action.MatchString(text) }

// templates tells of the first value that is to be rendered.
func (d *Document) templates() {
	for _, k := range d.Keys {
		if k.Type == String && !rendered(k.Raw.Reveal()) {
			d.Problems = append(d.Problems, Problem{
				Kind: TemplateText, Span: k.Span,
				Detail: "The file is a template that was not rendered yet ('{{ … }}'): render it (for instance with 'helm template') and check the result.",
			})
			return
		}
	}
}

// broken tells a problem that leaves unsure what the rest of the file says.
func broken(p Problem) bool { return p.Kind != Mixed && p.Kind != Refused }

// tell chooses the problems to report. Duplicates count only where the text is sound. A template is one problem, and what
// else a line of it seems to break may be gone when it is rendered; quotes and backslashes stay.
func tell(text, duplicates []Problem) []Problem {
	if !slices.ContainsFunc(text, broken) {
		text = append(text, duplicates...)
	}
	if slices.ContainsFunc(text, func(p Problem) bool { return p.Kind == Template }) {
		template := false
		text = slices.DeleteFunc(text, func(p Problem) bool {
			again := p.Kind == Template && template
			template = template || p.Kind == Template
			return again || p.Kind == Syntax || p.Kind == Mixed || p.Kind == Refused
		})
	}
	slices.SortStableFunc(text, func(a, b Problem) int { return a.Span.Start - b.Span.Start })
	return text
}
