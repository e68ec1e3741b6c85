package deployment

import (
	"slices"

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
	}
	return d
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
