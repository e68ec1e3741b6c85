package fix

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// around is how many lines around a change are shown.
const around = 3

// Diff writes what the repair changes as a unified diff for people: what may be secret is masked, as where a report quotes a
// line, so that it can't be applied as a patch. clean is what each text goes through.
func (f *File) Diff(w io.Writer, clean func(string) string) error {
	before, after := string(f.Old), string(f.New)
	d, err := udiff.ToUnifiedDiff(f.URI, f.URI, before, udiff.Lines(before, after), around)
	if err != nil {
		return err
	}
	was, is := f.shown(f.Old), f.shown(f.New)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "--- %s\n+++ %s (repaired)\n", clean(f.URI), clean(f.URI)) //nolint:errcheck // Flush tells
	for _, h := range d.Hunks {
		from, to := h.FromLine, h.ToLine
		olds, news := 0, 0
		var lines strings.Builder
		for _, l := range h.Lines {
			switch l.Kind {
			case udiff.Delete:
				lines.WriteString("-" + clean(was(from)) + "\n")
				from, olds = from+1, olds+1
			case udiff.Insert:
				lines.WriteString("+" + clean(is(to)) + "\n")
				to, news = to+1, news+1
			case udiff.Equal:
				lines.WriteString(" " + clean(is(to)) + "\n")
				from, to, olds, news = from+1, to+1, olds+1, news+1
			}
		}
		fmt.Fprintf(b, "@@ -%d,%d +%d,%d @@\n%s", h.FromLine, olds, h.ToLine, news, lines.String()) //nolint:errcheck // Flush tells
	}
	return b.Flush()
}

// shown gives the lines of a text as a report would quote them.
func (f *File) shown(text []byte) func(line int) string {
	d := deployment.Read(&source.File{Name: f.target.Path, URI: f.URI, Data: text}, deployment.Options{Version: f.target.Version.Number})
	starts := []int{0}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		starts = append(starts, at)
	}
	return func(line int) string {
		if line < 1 || line > len(starts) {
			return ""
		}
		at := starts[line-1]
		return d.Quote(source.Span{Start: at, End: at}).Text
	}
}
