package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

const (
	defaultWidth = 100
	minWidth     = 40
	indent       = "  "
	maxCommand   = 2000 // bytes; a command that is cut would be a wrong one, so a longer one is not shown
)

// text writes for a reader at a terminal: the findings of each file, then what they add up to.
type text struct {
	out   *output
	run   Run
	width int
	palette
	story
	printed bool // something stands above, so the next block keeps a distance
}

func newText(w io.Writer) *text { return &text{out: newOutput(w)} }

func (t *text) Begin(run Run) error {
	t.run = run
	t.palette = newPalette(run.Color)
	t.width = max(run.Width, minWidth)
	if run.Width == 0 {
		t.width = defaultWidth
	}
	return t.out.err
}

func (t *text) Target(r finding.Result) error {
	t.story.add(&t.run, &r)
	shown := make([]*finding.Finding, 0, len(r.Findings))
	for i := range r.Findings {
		f := &r.Findings[i]
		if t.run.shows(f) && (f.Suppressed == nil || t.run.Verbose) {
			shown = append(shown, f)
		}
	}
	switch {
	case t.run.Quiet:
		for _, f := range shown {
			t.line("", t.headline(f))
		}
	case len(shown) == 0 && t.run.Verbose:
		t.header(r.URI, &r, nil)
	default:
		for len(shown) > 0 {
			n := 1
			for n < len(shown) && shown[n].URI == shown[0].URI {
				n++
			}
			t.header(shown[0].URI, &r, shown[:n])
			for _, f := range shown[:n] {
				t.finding(f)
			}
			shown = shown[n:]
		}
	}
	// A reader at a terminal sees a target as soon as it is judged.
	return t.out.flush()
}

func (t *text) End(sum Summary) error {
	t.story.notices.add(sum.Notifications)
	if !t.run.Quiet {
		t.tell(&sum)
	}
	return t.out.flush()
}

// header names a file and what was found in it.
func (t *text) header(path string, r *finding.Result, findings []*finding.Finding) {
	t.gap()
	var about []string
	if path == r.URI && r.Version != "" {
		version := "MI " + CleanValue(r.Version)
		switch r.VersionFrom {
		case "":
		case "assumed":
			version += ", assumed"
		default:
			version += ", from " + CleanValue(r.VersionFrom)
		}
		about = append(about, version)
	}
	var c finding.Counts
	for _, f := range findings {
		c.Add(f)
	}
	about = append(about, countsOf(c))
	t.line("", t.path.Sprint(cleanPath(path))+t.faint.Sprint("  "+strings.Join(about, "; ")))
}

// headline is the one line that scripts and editors read: place, level, rule.
func (t *text) headline(f *finding.Finding) string {
	place := cleanPath(f.URI)
	if f.Region.StartLine > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, f.Region.StartLine, max(f.Region.StartColumn, 1))
	}
	s := t.bold.Sprint(place) + "  " + t.palette.level(f.Level, string(f.Level)) + "  " + ruleName(f.Rule)
	if f.Suppressed != nil {
		s += t.faint.Sprint("  (waived)")
	}
	return s
}

func (t *text) finding(f *finding.Finding) {
	t.gap()
	t.line("", t.headline(f))
	t.paragraph("", withoutFix(f.Message, f.Fix))
	t.quote(f)
	if f.Fix != "" {
		t.labelled("fix", f.Fix)
	}
	for _, c := range f.Commands {
		t.command(&c)
	}
	for _, r := range f.Related {
		t.labelled("see", relatedText(&r))
	}
	if len(f.Origin) > 1 {
		for i, h := range f.Origin {
			label := "from"
			if i > 0 {
				label = ""
			}
			t.labelled(label, h.Text+placeOf(h))
		}
	}
	for _, a := range f.Also {
		t.labelled("also", ruleName(a.Rule)+": "+a.Message)
	}
	if f.FollowsFrom != "" {
		t.paragraph("", "follows from "+f.FollowsFrom+", and ends when that is repaired")
	}
	if w := f.Suppressed; w != nil && w.Justification != "" {
		t.labelled("waived", w.Justification)
	}
}

// quote prints the line of the file with a marker under the span.
func (t *text) quote(f *finding.Finding) {
	if f.Quote == nil || strings.TrimSpace(f.Quote.Text) == "" {
		return
	}
	number := fmt.Sprintf("%4d", f.Quote.Line)
	s := newSnippet(f.Quote, t.width-len(indent)-len(number)-len(" | "))
	t.line(indent, t.faint.Sprint(number+" |")+" "+s.text)
	marker := strings.Repeat(" ", s.column) + t.palette.level(f.Level, strings.Repeat("^", s.width))
	t.line(indent, t.faint.Sprint(strings.Repeat(" ", len(number))+" |")+" "+marker)
}

func (t *text) command(c *finding.Command) {
	line := ShellQuote(c.Argv)
	if len(line) > maxCommand {
		t.labelled("run", "a command that is too long to be shown")
		return
	}
	if c.Comment != "" {
		// Every line of it is a comment to the shell that it is pasted into.
		for i, l := range wrap(Clean(c.Comment), t.width-len(indent)-labelWidth-len("# ")) {
			head := strings.Repeat(" ", labelWidth)
			if i == 0 {
				head = t.faint.Sprint(label("run"))
			}
			t.line(indent, head+"# "+l)
		}
		t.line(indent+strings.Repeat(" ", labelWidth), line)
		return
	}
	// Never wrapped: it is there to be copied.
	t.line(indent, t.faint.Sprint(label("run"))+line)
}

// labelWidth is the room for "fix:" and the like; what follows is aligned.
const labelWidth = 6

func label(s string) string {
	if s == "" {
		return strings.Repeat(" ", labelWidth)
	}
	return fmt.Sprintf("%-*s", labelWidth, s+":")
}

// labelled prints a wrapped text behind a label.
func (t *text) labelled(name, s string) {
	head := label(name)
	if !strings.HasSuffix(head, " ") {
		head += " "
	}
	for i, l := range wrap(Clean(strings.TrimSpace(s)), t.width-len(indent)-len(head)) {
		if i == 0 {
			t.line(indent, t.faint.Sprint(head)+l)
			continue
		}
		t.line(indent+strings.Repeat(" ", len(head)), l)
	}
}

// paragraph prints a wrapped text.
func (t *text) paragraph(prefix, s string) {
	for _, l := range wrap(Clean(strings.TrimSpace(s)), t.width-len(indent)-len(prefix)) {
		t.line(indent+prefix, l)
	}
}

func (t *text) line(prefix, s string) {
	t.out.writeString(prefix + s + "\n")
	t.printed = true
}

func (t *text) gap() {
	if t.printed {
		t.out.writeString("\n")
	}
}

// withoutFix takes the advice off the end of a message, since it has a line of its own.
func withoutFix(message, fix string) string {
	message, fix = strings.TrimSpace(message), strings.TrimSpace(fix)
	if short, ok := strings.CutSuffix(message, fix); ok && strings.TrimSpace(short) != "" {
		return strings.TrimSpace(short)
	}
	return message
}

func relatedText(r *finding.Related) string {
	if r.URI == "" {
		return r.Message
	}
	place := r.URI
	if r.Region != nil && r.Region.StartLine > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, r.Region.StartLine, max(r.Region.StartColumn, 1))
	}
	if r.Message == "" {
		return place
	}
	return place + " (" + strings.TrimSuffix(r.Message, ".") + ")"
}

func placeOf(h finding.Hop) string {
	switch {
	case h.URI == "":
		return ""
	case h.Region == nil || h.Region.StartLine < 1:
		return " (" + h.URI + ")"
	}
	return fmt.Sprintf(" (%s:%d:%d)", h.URI, h.Region.StartLine, max(h.Region.StartColumn, 1))
}

func ruleName(r finding.Rule) string { return strings.TrimSpace(Clean(r.ID) + " " + Clean(r.Name)) }

// cleanPath cleans a path and keeps it whole, as far as file systems go.
func cleanPath(path string) string {
	if plain(path) {
		return path
	}
	return shorten(disarm(escape(enough(path, maxPath))), maxPath)
}
