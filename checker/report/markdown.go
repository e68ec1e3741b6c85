package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// What a reader takes: a comment on a pull request holds 65,536 characters, a job summary 1 MiB. One report fits both. It is counted
// in bytes, of which a text never has fewer than characters.
const (
	markdownMax      = 65_536
	markdownFindings = 48_000 // of them for findings
	markdownRest     = 12_000 // for what could not be judged and what the run says; the head and the titles take the rest
)

// markdown writes a page for a job summary or a comment: what was found, the most severe first, then what could not be judged and
// why. What does not fit is counted. What is waived is counted too.
type markdown struct {
	out      *output
	run      Run
	rules    lookup
	findings worst
	story
}

func newMarkdown(w io.Writer) *markdown {
	return &markdown{out: newOutput(w), findings: worst{room: markdownFindings}}
}

func (m *markdown) Begin(run Run) error {
	m.run, m.rules = run, newLookup(run.Rules)
	return m.out.err
}

func (m *markdown) Target(r finding.Result) error {
	m.story.add(&m.run, &r)
	for i := range r.Findings {
		if f := &r.Findings[i]; m.run.counts(f) {
			text := m.finding(f)
			m.findings.add(f.Level, m.rules.severity(f.Rule.ID), len(text), text)
		}
	}
	return m.out.err
}

// finding is one item of the list.
func (m *markdown) finding(f *finding.Finding) string {
	var b strings.Builder
	name := CleanMarkdown(ruleName(f.Rule))
	if r := m.rules[f.Rule.ID]; r != nil && helpURI(r) != "" {
		name = "[" + name + "](" + helpURI(r) + ")"
	}
	place := cleanPath(f.URI)
	if f.Region.StartLine > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, f.Region.StartLine, max(f.Region.StartColumn, 1))
	}
	fmt.Fprintf(&b, "- **%s** in %s\n\n  %s\n", name, codeSpan(place), CleanMarkdown(withoutFix(f.Message, f.Fix)))
	if f.Fix != "" {
		fmt.Fprintf(&b, "\n  **Fix:** %s\n", CleanMarkdown(f.Fix))
	}
	for _, c := range f.Commands {
		if line := ShellQuote(c.Argv); len(line) <= maxCommand {
			fmt.Fprintf(&b, "\n  ```sh\n  %s\n  ```\n", line)
		}
	}
	if f.FollowsFrom != "" {
		fmt.Fprintf(&b, "\n  It ends when %s is repaired.\n", CleanMarkdown(f.FollowsFrom))
	}
	return b.String()
}

func (m *markdown) End(sum Summary) error {
	m.notices.add(sum.Notifications)
	m.head(&sum)
	last := finding.Level("")
	for _, f := range m.findings.sorted() {
		if f.level != last {
			last = f.level
			m.out.writeString("\n## " + markdownTitles[level(f.level)] + "\n\n")
		}
		m.out.writeString(f.text)
	}
	if n := m.findings.dropped; n > 0 {
		m.out.writeString(fmt.Sprintf("\n**%s left out**, the less severe, since a comment takes no more than %d characters. Another format has all.\n", more(n, "finding"), markdownMax))
	}
	m.rest()
	return m.out.flush()
}

var markdownTitles = map[string]string{"error": "Errors", "warning": "Warnings", "note": "Notes", "none": "Other"}

func (m *markdown) head(sum *Summary) {
	c := m.counts
	found := c.Errors + c.Warnings + c.Notes
	title := "no findings"
	if found > 0 {
		title = countsOf(finding.Counts{Errors: c.Errors, Warnings: c.Warnings, Notes: c.Notes})
	}
	if m.targets > 1 {
		title += fmt.Sprintf(" in %d of %d targets", m.hit, m.targets)
	}
	m.out.writeString("# mi-kscheck: " + title + "\n")
	if !sum.Successful {
		m.out.writeString("\n**" + notDone + "**\n")
	}
	if found > 0 {
		m.rootCauses()
	}
	if m.hidden > 0 {
		m.out.writeString(fmt.Sprintf("\n%d of them %s below the level '%s' and not shown.\n", m.hidden, are(m.hidden), m.run.MinLevel))
	}
	if c.Suppressed > 0 {
		m.out.writeString(fmt.Sprintf("\n%s %s waived or in the baseline.\n", plural(c.Suppressed, "finding"), are(c.Suppressed)))
	}
}

// maxRoots is how many rules are named whose repair ends other findings.
const maxRoots = 10

func (m *markdown) rootCauses() {
	named := 0
	for _, r := range m.roots {
		if r.ends == 0 || r.own == 0 || named == maxRoots {
			continue
		}
		named++
		m.out.writeString(fmt.Sprintf("\n%d of them end when %s is repaired.\n", r.ends+r.own, CleanMarkdown(ruleName(r.rule))))
	}
}

// rest lists what could not be judged and what the run says, as far as there is room.
func (m *markdown) rest() {
	room := markdownRest
	list := func(title string, items []string, dropped int) {
		if len(items) == 0 {
			return
		}
		m.out.writeString("\n## " + title + "\n\n")
		for i, item := range items {
			item = "- " + item + "\n"
			if room -= len(item); room < 0 {
				dropped += len(items) - i
				break
			}
			m.out.writeString(item)
		}
		if dropped > 0 {
			m.out.writeString(fmt.Sprintf("- and %d more\n", dropped))
		}
	}
	var said []string
	for i := range m.notices.list {
		n := &m.notices.list[i]
		said = append(said, level(n.Level)+": "+CleanMarkdown(noticeText(n)))
	}
	list("About the run", said, m.notices.dropped)
	// Many rules wait for one fact, so each reason stands once.
	var reasons []string
	names, times := map[string][]string{}, map[string]int{}
	for _, e := range m.unjudged.entries {
		if names[e.reason] == nil {
			reasons = append(reasons, e.reason)
		}
		names[e.reason] = append(names[e.reason], CleanMarkdown(ruleName(e.rule)))
		times[e.reason] = max(times[e.reason], e.count)
	}
	var waiting []string
	for _, reason := range reasons {
		item := CleanMarkdown(sentence(reason))
		if n := times[reason]; n > 1 {
			item += fmt.Sprintf(" That holds for %d files.", n)
		}
		waiting = append(waiting, item+" Not judged for that: "+strings.Join(names[reason], ", ")+".")
	}
	list("Not judged", waiting, m.unjudged.dropped)
}

// more is "1 more finding was" or "3 more findings were".
func more(n int, word string) string {
	if n == 1 {
		return "1 more " + word + " was"
	}
	return fmt.Sprintf("%d more %ss were", n, word)
}

// codeSpan shows a value in fixed width. Within a code span nothing is markup but the mark of its end.
func codeSpan(s string) string {
	if s == "" || strings.Contains(s, "`") {
		return CleanMarkdown(s)
	}
	return "`" + s + "`"
}

// CleanMarkdown is Clean for a place that is rendered as Markdown: nothing in s makes a link, an image, markup or HTML.
func CleanMarkdown(s string) string {
	s = Clean(s)
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; c {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case ':', '@', '.':
			// Renderers make links of bare addresses ("https://…", "www.…", "a@b.c"); an entity is no part of one.
			if c == '.' && !strings.HasSuffix(strings.ToLower(s[:i]), "www") || c == ':' && !strings.HasPrefix(s[i:], "://") {
				b.WriteByte(c)
				continue
			}
			b.WriteString(map[byte]string{':': "&#58;", '@': "&#64;", '.': "&#46;"}[c])
		case '\\', '`', '*', '_', '{', '}', '[', ']', '(', ')', '#', '+', '-', '!', '|', '~', '$':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
