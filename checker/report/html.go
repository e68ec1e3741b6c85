package report

import (
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/sha256"
	_ "embed" // style and script of the page
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

//go:embed assets/report.css
var htmlStyle string

//go:embed assets/report.js
var htmlScript string

// Bounds on what is kept until the verdict can be written, which stands before the findings.
const (
	maxCertificates = 2000  // distinct ones in the list of all
	maxTimeline     = 60    // of them in the picture
	maxWaived       = 5000  // waived findings in the table
	maxIndex        = 20000 // targets in the index
)

// audit writes one HTML page for auditors: it needs nothing from elsewhere, works from disk, and can be printed and signed. The
// findings are held back, compressed, until the verdict above them is known.
type audit struct {
	out output
	run Run
	story
	held  bytes.Buffer
	flate *flate.Writer
	n     int // findings so far
	index []indexEntry
	certs map[string]*heldCertificate
	more  int // certificates beyond the bound
	waive []waivedEntry
	left  int // waived findings beyond the bound
	any   bool
}

type indexEntry struct {
	uri, version string
	id           int
	counts       finding.Counts
}

type heldCertificate struct {
	finding.Certificate
	places []string
	count  int
}

type waivedEntry struct{ rule, place, reason string }

func newHTML(w io.Writer) *audit {
	a := &audit{out: *newOutput(w), certs: map[string]*heldCertificate{}}
	a.flate, _ = flate.NewWriter(&a.held, flate.BestSpeed) // fails for an unknown level only
	return a
}

// WantsUses tells whether a format shows finding.Result's Uses.
func WantsUses(format string) bool { return format == "html" }

func (a *audit) Begin(run Run) error {
	a.run = run
	return a.out.err
}

func (a *audit) Target(r finding.Result) error {
	a.story.add(&a.run, &r)
	var p page
	e := indexEntry{uri: r.URI, version: r.Version, id: len(a.index) + 1}
	for i := range r.Findings {
		e.counts.Add(&r.Findings[i])
	}
	a.section(&p, &r, &e)
	if len(a.index) < maxIndex && !r.Fleet {
		a.index = append(a.index, e)
	}
	a.certificates(&r)
	_, _ = a.flate.Write(p.Bytes()) // a buffer takes all
	a.any = true
	return a.out.err
}

// section is what is said of one target.
func (a *audit) section(p *page, r *finding.Result, e *indexEntry) {
	p.open("section", "aria-labelledby", anchor("t", e.id))
	p.open("h3", "id", anchor("t", e.id))
	p.text(cleanPath(r.URI))
	p.close("h3")
	about := []string{}
	if r.Version != "" {
		v := "Micro Integrator " + r.Version
		if r.VersionFrom == "assumed" {
			v += " (assumed: nothing names a version)"
		} else if r.VersionFrom != "" {
			v += ", as " + r.VersionFrom + " says"
		}
		about = append(about, v)
	}
	if r.Fleet {
		about = append(about, "seen over all deployments of this run")
	}
	p.el("p", "dim", strings.Join(append(about, countsOf(e.counts)), "; "))
	a.findings(p, r.Findings)
	if len(r.Uses) > 0 {
		a.graph(p, r.Uses, cleanPath(r.URI), e.id)
		a.uses(p, r.Uses, cleanPath(r.URI))
	}
	p.close("section")
}

// findings lists those that count, each with the ones that follow from it inside.
func (a *audit) findings(p *page, fs []finding.Finding) {
	follows := map[string][]*finding.Finding{}
	var tops []*finding.Finding
	heads := map[string]bool{}
	for i := range fs {
		f := &fs[i]
		if w := f.Suppressed; w != nil {
			if len(a.waive) < maxWaived {
				a.waive = append(a.waive, waivedEntry{ruleName(f.Rule), positionOf(f), w.Justification})
			} else {
				a.left++
			}
			continue
		}
		if a.run.shows(f) {
			heads[f.Rule.ID] = heads[f.Rule.ID] || f.FollowsFrom == ""
		}
	}
	for i := range fs {
		switch f := &fs[i]; {
		case f.Suppressed != nil || !a.run.shows(f):
		case f.FollowsFrom != "" && heads[f.FollowsFrom]:
			follows[f.FollowsFrom] = append(follows[f.FollowsFrom], f)
		default:
			tops = append(tops, f)
		}
	}
	if len(tops) == 0 {
		return
	}
	slices.SortStableFunc(tops, func(x, y *finding.Finding) int {
		return cmp.Or(cmp.Compare(len(follows[y.Rule.ID]), len(follows[x.Rule.ID])), cmp.Compare(y.Level.Rank(), x.Level.Rank()))
	})
	p.open("div", "class", "findings")
	for _, f := range tops {
		inner := follows[f.Rule.ID]
		delete(follows, f.Rule.ID) // of several causes the first shows what follows
		a.finding(p, f, inner)
	}
	p.close("div")
}

func positionOf(f *finding.Finding) string {
	if f.Region.StartLine > 0 {
		return fmt.Sprintf("%s:%d:%d", cleanPath(f.URI), f.Region.StartLine, max(f.Region.StartColumn, 1))
	}
	return cleanPath(f.URI)
}

func (a *audit) finding(p *page, f *finding.Finding, inner []*finding.Finding) {
	a.n++
	id := anchor("f", a.n)
	number := strings.TrimLeft(f.Rule.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")
	if strings.Trim(number, "0123456789") != "" || number == "" {
		number = "0"
	}
	p.open("article", "class", "finding "+level(f.Level), "data-level", level(f.Level), "data-n", digits(a.n),
		"data-line", digits(f.Region.StartLine), "data-rule", number, "aria-labelledby", id)
	p.open("h4", "id", id)
	p.el("span", "level", level(f.Level))
	p.text(ruleName(f.Rule))
	p.close("h4")
	p.open("p", "class", "where mono dim")
	p.text(positionOf(f))
	p.close("p")
	p.el("p", "", withoutFix(f.Message, f.Fix))
	quoted(p, f.Quote)
	if f.Fix != "" {
		p.open("div", "class", "fix")
		p.open("p")
		p.el("strong", "", "What to do: ")
		p.text(f.Fix)
		p.close("p")
		for _, c := range f.Commands {
			line := ShellQuote(c.Argv)
			if len(line) > maxCommand {
				continue
			}
			p.el("p", "dim", c.Comment)
			p.open("pre")
			p.text(line)
			p.close("pre")
		}
		p.close("div")
	}
	details(p, f)
	if len(inner) > 0 {
		p.el("p", "", fmt.Sprintf("%s when this is repaired:", map[bool]string{true: "One more finding ends", false: fmt.Sprintf("%d more findings end", len(inner))}[len(inner) == 1]))
		for _, g := range inner {
			a.finding(p, g, nil)
		}
	}
	p.close("article")
}

// quoted shows a line with its span marked.
func quoted(p *page, q *finding.Quote) {
	if q == nil || strings.TrimSpace(q.Text) == "" {
		return
	}
	line := []rune(q.Text)
	from := min(max(q.Column, 0), len(line))
	to := min(from+max(q.Width, 0), len(line))
	p.open("pre")
	p.text(digits(q.Line) + " | " + string(line[:from]))
	p.WriteString("<mark>")
	p.text(string(line[from:to]))
	p.WriteString("</mark>")
	p.text(string(line[to:]))
	p.close("pre")
}

// details are what else is known of a finding.
func details(p *page, f *finding.Finding) {
	var items []string
	for i := range f.Related {
		items = append(items, "See "+relatedText(&f.Related[i]))
	}
	if len(f.Origin) > 1 {
		var steps []string
		for _, h := range f.Origin {
			steps = append(steps, h.Text)
		}
		items = append(items, "How the value came about: "+strings.Join(steps, " → "))
	}
	for _, also := range f.Also {
		items = append(items, "Also "+ruleName(also.Rule)+": "+also.Message)
	}
	if f.FollowsFrom != "" {
		items = append(items, "Follows from "+f.FollowsFrom+", and ends when that is repaired")
	}
	if len(items) == 0 {
		return
	}
	p.open("ul", "class", "plain dim")
	for _, i := range items {
		p.el("li", "", i)
	}
	p.close("ul")
}

// End writes the page.
func (a *audit) End(sum Summary) error {
	a.notices.add(sum.Notifications)
	var p page
	a.head(&p)
	a.verdict(&p, &sum)
	a.first(&p)
	a.targetsIndex(&p)
	p.el("h2", "", "Findings and stores")
	a.tools(&p)
	if !a.any {
		p.el("p", "", "Nothing was judged.")
	}
	a.out.write(p.Bytes())
	if err := a.flate.Close(); err != nil {
		return err
	}
	if a.out.err == nil {
		_, err := io.Copy(a.out.w, flate.NewReader(&a.held))
		a.out.fail(err)
	}
	p.Reset()
	a.inventory(&p)
	a.waived(&p)
	a.standards(&p)
	a.rules(&p)
	a.record(&p, &sum)
	p.close("main")
	p.open("script")
	p.WriteString(htmlScript)
	p.close("script", "body", "html")
	a.out.write(p.Bytes())
	return a.out.flush()
}

// policyOf lets the page's own style and script count, and nothing else: no address, no frame, no form.
func policyOf() string {
	sum := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
	}
	return "default-src 'none'; style-src " + sum(htmlStyle) + "; script-src " + sum(htmlScript) + "; base-uri 'none'; form-action 'none'"
}

func (a *audit) head(p *page) {
	p.WriteString("<!DOCTYPE html>\n")
	p.open("html", "lang", "en")
	p.open("head")
	p.open("meta", "charset", "utf-8")
	p.WriteString(`<meta http-equiv="Content-Security-Policy" content="` + policyOf() + `">`)
	p.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
	p.open("meta", "name", "generator", "content", toolName+" "+a.run.Tool.Version)
	p.el("title", "", "Keystore audit, "+a.run.Now.UTC().Format("2006-01-02"))
	p.open("style")
	p.WriteString(htmlStyle)
	p.close("style", "head")
	p.open("body")
	p.open("a", "class", "skip", "href", "#main")
	p.text("Skip to the verdict")
	p.close("a")
	p.open("header")
	p.el("h1", "", "Keystore audit")
	p.el("p", "dim", "WSO2 Micro Integrator. Validity judged as of "+a.run.Now.UTC().Format("2 January 2006, 15:04 UTC")+".")
	p.close("header")
	p.open("main", "id", "main")
}

func (a *audit) verdict(p *page, sum *Summary) {
	c := a.counts
	found := c.Errors + c.Warnings + c.Notes
	waiting := len(a.rulesThat(finding.NotJudged))
	class, title := "", "Nothing was found."
	switch {
	case c.Errors > 0 && a.run.fails(finding.Error), c.Warnings > 0 && a.run.fails(finding.Warning), c.Notes > 0 && a.run.fails(finding.Note):
		class, title = "fails", "This does not pass."
	case !sum.Successful:
		class, title = "partly", "The audit is not complete."
	case found > 0:
		title = "This passes, with findings that do not fail it."
	case a.targets == 0:
		class, title = "partly", "Nothing was judged."
	}
	if class == "" && waiting > 0 {
		class = "partly"
	}
	p.open("div", "class", strings.TrimSpace("verdict "+class))
	p.el("strong", "", title)
	p.open("ul", "class", "counts")
	for _, k := range []struct {
		class, word string
		n           int
	}{{"error", "error", c.Errors}, {"warning", "warning", c.Warnings}, {"note", "note", c.Notes}} {
		p.open("li", "class", k.class)
		p.el("b", "", digits(k.n))
		p.text(strings.TrimPrefix(plural(k.n, k.word), digits(k.n)))
		p.close("li")
	}
	p.el("li", "", plural(c.Suppressed, "finding")+" waived or in the baseline")
	p.el("li", "", plural(a.targets, "deployment"))
	p.close("ul")
	if waiting > 0 {
		p.el("p", "", fmt.Sprintf("%s could not be judged everywhere, because a fact is missing; the reasons stand below. What is not judged has not passed.", plural(waiting, "rule")))
	}
	if !sum.Successful {
		p.el("p", "", "The run did not do all of its work; its messages stand at the end.")
	}
	if a.hidden > 0 {
		p.el("p", "", fmt.Sprintf("%d of them %s below the level '%s' and not shown.", a.hidden, are(a.hidden), a.run.MinLevel))
	}
	p.close("div")
}

// first tells what to do first: the repairs that end most.
func (a *audit) first(p *page) {
	roots := slices.DeleteFunc(slices.Clone(a.roots), func(r *root) bool { return r.own == r.led || r.fix == "" || r.rank < a.run.MinLevel.Rank() })
	begin := a.story.first()
	first := func(r *root) int {
		if r.rule.ID == begin {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(roots, func(x, y *root) int {
		return cmp.Or(cmp.Compare(first(y), first(x)), cmp.Compare(y.ends, x.ends), cmp.Compare(y.rank, x.rank), cmp.Compare(y.own, x.own))
	})
	if len(roots) == 0 {
		return
	}
	p.el("h2", "", "What to do first")
	p.open("ol", "class", "first")
	for _, r := range roots[:min(len(roots), 5)] {
		p.open("li")
		p.el("strong", "", ruleName(r.rule)+": ")
		p.text(r.fix)
		p.text(" This ends " + plural(r.own+r.ends, "finding") + ".")
		p.close("li")
	}
	p.close("ol")
}

func (a *audit) targetsIndex(p *page) {
	if len(a.index) < 2 {
		return
	}
	p.el("h2", "", "Deployments")
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Deployments")
	p.open("table")
	p.open("thead")
	p.row("th", "deployment", "version", "errors", "warnings", "notes", "waived")
	p.close("thead")
	p.open("tbody")
	for _, e := range a.index {
		p.open("tr")
		p.open("td", "class", "wide")
		p.open("a", "href", "#"+anchor("t", e.id))
		p.text(cleanPath(e.uri))
		p.close("a", "td")
		for _, c := range []string{e.version, digits(e.counts.Errors), digits(e.counts.Warnings), digits(e.counts.Notes), digits(e.counts.Suppressed)} {
			p.el("td", "", c)
		}
		p.close("tr")
	}
	p.close("tbody", "table", "div")
	if more := a.targets - len(a.index); more > 0 {
		p.el("p", "dim", fmt.Sprintf("and %d more", more))
	}
}

// tools filter and sort; they are shown where the script runs.
func (a *audit) tools(p *page) {
	if a.n == 0 {
		return
	}
	p.open("form", "class", "tools", "id", "tools", "hidden", "hidden", "aria-label", "Filter and sort findings")
	for _, l := range []string{"error", "warning", "note"} {
		p.open("label")
		p.open("input", "type", "checkbox", "value", l, "checked", "checked")
		p.text(" " + l + "s")
		p.close("label")
	}
	p.open("label")
	p.text("with the words ")
	p.open("input", "type", "search", "id", "words", "autocomplete", "off")
	p.close("label")
	p.open("label")
	p.text("sorted by ")
	p.open("select", "id", "order")
	for _, o := range [][2]string{{"severity", "severity"}, {"place", "place"}, {"rule", "rule"}} {
		p.open("option", "value", o[0])
		p.text(o[1])
		p.close("option")
	}
	p.close("select", "label")
	p.open("span", "id", "shown", "class", "dim", "role", "status")
	p.close("span", "form")
}
