package deployment

import "github.com/mi-kscheck/mi-kscheck/checker/source"

// Text is a file that values stand in, as findings show it: the deployment.toml, or a file of SSL profiles that it names.
type Text interface {
	// URI is how reports name the file.
	URI() string
	// Region is the place of a span.
	Region(s source.Span) source.Region
	// Quote is the line of a span with all masked that could be secret.
	Quote(s source.Span) Quote
}

// URI is how reports name the file.
func (d *Document) URI() string { return d.File.URI }

// Region is the place of a span.
func (d *Document) Region(s source.Span) source.Region { return d.Lines.Region(s) }

// quoteLine gives the line of a span with the parts masked that hide finds on it, sorted and without overlap.
func quoteLine(data []byte, lines *source.Lines, s source.Span, hide func(line source.Span) []hidden) Quote {
	n := lines.LineAt(s.Start)
	text := lines.Line(n)
	from := lines.Offset(n, 1)
	line := source.Span{Start: from, End: from + len(text)}
	w := writer{span: source.Span{Start: max(s.Start, from), End: min(max(s.End, s.Start), line.End)}}
	at := line.Start
	for _, p := range hide(line) {
		w.plain(data[at:max(at, p.Start)], at)
		w.masked(p)
		at = max(at, p.End)
	}
	w.plain(data[at:line.End], at)
	return w.quote(lines.Region(s).StartLine)
}
