package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// uses is the table of who uses which store.
func (a *audit) uses(p *page, uses []finding.Use, of string) {
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Stores in use by "+of)
	p.open("table")
	p.el("caption", "skip", "Who uses which store")
	p.open("thead")
	p.row("th", "used as", "store", "state", "certificate", "trusted by")
	p.close("thead")
	p.open("tbody")
	for _, u := range uses {
		p.open("tr")
		p.open("th", "scope", "row")
		p.text(initial(strings.TrimPrefix(u.Title, "the ")))
		p.close("th")
		p.el("td", "wide mono", u.Store)
		state := u.State
		if u.Trust && state == "opened" {
			state = "opened, " + plural(u.Anchors, "trusted certificate")
		}
		p.el("td", "", state)
		p.open("td", "class", "wide")
		n := 0
		for _, c := range u.Certificates {
			if c.Leaf {
				if n++; n <= 3 {
					p.el("div", "", fmt.Sprintf("%s: %s, until %s", c.Alias, c.Subject, day(c.NotAfter)))
				}
			}
		}
		if n > 3 {
			p.el("div", "", fmt.Sprintf("and %d more", n-3))
		}
		p.close("td")
		p.open("td")
		for _, t := range u.Paths {
			p.el("div", "", pathText(t))
		}
		p.close("td", "tr")
	}
	p.close("tbody", "table", "div")
}

func pathText(t finding.Path) string {
	s := t.Truststore + ": " + t.Verdict
	if t.Detail != "" {
		s += " (" + t.Detail + ")"
	}
	return s
}

func day(timestamp string) string { return timestamp[:min(len(timestamp), 10)] }

// certificates keeps each certificate once.
func (a *audit) certificates(r *finding.Result) {
	for _, u := range r.Uses {
		for _, c := range u.Certificates {
			h := a.certs[c.SHA256]
			if h == nil {
				if len(a.certs) == maxCertificates {
					a.more++
					continue
				}
				h = &heldCertificate{Certificate: c}
				a.certs[c.SHA256] = h
			}
			if place := cleanPath(r.URI) + ", " + u.Title; len(h.places) < 3 && !slices.Contains(h.places, place) {
				h.places = append(h.places, place)
			}
			h.count++
		}
	}
}

// inventory lists the certificates by their end of validity.
func (a *audit) inventory(p *page) {
	if len(a.certs) == 0 {
		return
	}
	certs := slices.SortedFunc(maps.Values(a.certs), func(x, y *heldCertificate) int {
		return cmp.Or(strings.Compare(x.NotAfter, y.NotAfter), strings.Compare(x.SHA256, y.SHA256))
	})
	p.el("h2", "", "Certificates")
	p.el("p", "", "The certificates of the keys in use, with their chains, by the end of their validity. "+"'mi-kscheck inventory' lists those of the truststores too.")
	a.timeline(p, certs)
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Certificates")
	p.open("table")
	p.open("thead")
	p.row("th", "until", "subject", "issuer", "key, signature", "SHA-256", "used in")
	p.close("thead")
	p.open("tbody")
	for _, c := range certs {
		p.open("tr")
		p.open("td", "class", strings.TrimSpace("date "+stateClass(c.SecondsLeft)))
		p.text(day(c.NotAfter))
		p.el("div", "", remaining(c.SecondsLeft))
		p.close("td")
		p.open("td", "class", "wide")
		p.text(c.Subject)
		if c.Known != "" {
			p.el("div", "expired", "its private key is public ("+c.Known+")")
		}
		p.close("td")
		p.el("td", "wide", c.Issuer)
		p.el("td", "", c.Key+", "+c.Signature)
		p.el("td", "mono", c.SHA256[:min(len(c.SHA256), 16)]+"…")
		p.open("td", "class", "wide")
		for _, place := range c.places {
			p.el("div", "", place)
		}
		if n := c.count - len(c.places); n > 0 && len(c.places) == 3 {
			p.el("div", "dim", "and more")
		}
		p.close("td", "tr")
	}
	p.close("tbody", "table", "div")
	if a.more > 0 {
		p.el("p", "dim", fmt.Sprintf("%d more are left out here.", a.more))
	}
}

func stateClass(seconds int64) string {
	switch {
	case seconds <= 0:
		return "expired"
	case seconds <= 90*86400:
		return "soon"
	}
	return ""
}

func remaining(seconds int64) string {
	if days := seconds / 86400; seconds > 0 {
		return fmt.Sprintf("in %s", plural(int(days), "day"))
	}
	return fmt.Sprintf("%s ago", plural(int(-seconds/86400), "day"))
}

// timeline draws when the validities end: a year back, five years ahead.
func (a *audit) timeline(p *page, certs []*heldCertificate) {
	const left, width, row = 250, 640, 24
	from, to := a.run.Now.AddDate(-1, 0, 0), a.run.Now.AddDate(5, 0, 0)
	x := func(t time.Time) int {
		share := float64(t.Sub(from)) / float64(to.Sub(from))
		return left + int(min(max(share, 0), 1)*width)
	}
	shown := certs[:min(len(certs), maxTimeline)]
	height := row*len(shown) + 40
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Timeline of certificates")
	p.open("svg", "role", "img", "aria-labelledby", "timeline-title", "width", digits(left+width+20), "height", digits(height), "viewBox", fmt.Sprintf("0 0 %d %d", left+width+20, height))
	p.open("title", "id", "timeline-title")
	p.text(fmt.Sprintf("When %s ends; the table below has the dates", plural(len(shown), "certificate")))
	p.close("title")
	for year := from.Year() + 1; year <= to.Year(); year++ {
		at := x(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		line(p, "grid", at, 20, at, height-5)
		caption(p, "dim", at+3, 14, digits(year))
	}
	for i, c := range shown {
		y := 26 + i*row
		name := c.Alias
		if !c.Leaf {
			name = c.Subject
		}
		caption(p, "", 0, y+13, cut(name, 32))
		begin, _ := time.Parse(time.RFC3339, c.NotBefore) // the zero time is before all
		end, _ := time.Parse(time.RFC3339, c.NotAfter)
		bar := x(begin)
		p.open("rect", "class", strings.TrimSpace("bar "+stateClass(c.SecondsLeft)), "x", digits(bar), "y", digits(y), "width", digits(max(x(end)-bar, 4)), "height", "14", "rx", "3")
		p.open("title")
		p.text(c.Subject + ": until " + day(c.NotAfter))
		p.close("title", "rect")
	}
	now := x(a.run.Now)
	line(p, "today", now, 18, now, height-5)
	caption(p, "", now+3, height-2, "now")
	p.close("svg", "div")
	if n := len(certs) - len(shown); n > 0 {
		p.el("p", "dim", fmt.Sprintf("The first %d to end are drawn.", len(shown)))
	}
}

func line(p *page, class string, x1, y1, x2, y2 int) {
	p.open("line", "class", class, "x1", digits(x1), "y1", digits(y1), "x2", digits(x2), "y2", digits(y2))
	p.close("line")
}

func caption(p *page, class string, x, y int, s string) {
	p.open("text", "class", class, "x", digits(x), "y", digits(y))
	p.text(s)
	p.close("text")
}

// cut shortens a text to a number of code points.
func cut(s string, most int) string {
	r := []rune(Clean(s))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most-1]) + "…"
}

// cutFront keeps the end of a text, as of a path.
func cutFront(s string, most int) string {
	r := []rune(Clean(s))
	if len(r) <= most {
		return string(r)
	}
	return "…" + string(r[len(r)-most+1:])
}

// graph draws who uses which store, and which truststore trusts which key.
func (a *audit) graph(p *page, uses []finding.Use, of string, id int) {
	const most, row, box, gap = 16, 44, 250, 130
	uses = uses[:min(len(uses), most)]
	var files []string
	at := map[string]int{}
	for _, u := range uses {
		if _, ok := at[u.Store]; !ok && u.Store != "" {
			at[u.Store] = len(files)
			files = append(files, u.Store)
		}
	}
	if len(files) == 0 {
		return
	}
	height, width := row*max(len(uses), len(files))+10, box*2+gap+170
	title := anchor("g", id)
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Picture of the stores in use by "+of)
	p.open("svg", "role", "img", "aria-labelledby", title, "width", digits(width), "height", digits(height), "viewBox", fmt.Sprintf("0 0 %d %d", width, height))
	p.open("title", "id", title)
	p.text("Who uses which store in " + of + ", and what trusts what; the table below says the same")
	p.close("title")
	rowOf := map[string]int{}
	for i, u := range uses {
		rowOf[u.Section] = i
		if u.Store != "" {
			y := i*row + 22
			to := at[u.Store]*row + 22
			p.open("path", "class", "edge", "d", fmt.Sprintf("M %d %d C %d %d %d %d %d %d", box, y, box+gap/2, y, box+gap/2, to, box+gap, to))
			p.close("path")
		}
	}
	for i, u := range uses {
		rect(p, 0, i*row+4, box)
		caption(p, "", 10, i*row+20, cut(initial(strings.TrimPrefix(u.Title, "the ")), 31))
		caption(p, "dim", 10, i*row+35, cut(u.State, 34))
	}
	for i, f := range files {
		rect(p, box+gap, i*row+4, box)
		caption(p, "", box+gap+10, i*row+20, cut(baseName(f), 30))
		caption(p, "dim", box+gap+10, i*row+35, cutFront(folderName(f), 32))
	}
	// What trusts what, at the right: from the store of the key to that of the truststore.
	for _, u := range uses {
		for n, t := range u.Paths {
			trust, ok := rowOf[t.Truststore]
			if !ok || u.Store == "" || uses[trust].Store == "" || t.Verdict == "unknown" {
				continue
			}
			class, word := "trusts", "trusted"
			if t.Verdict == "no" {
				class, word = "broken", "not trusted"
			}
			y1, y2, x := at[u.Store]*row+22, at[uses[trust].Store]*row+22, box*2+gap
			p.open("path", "class", class, "d", fmt.Sprintf("M %d %d C %d %d %d %d %d %d", x, y1, x+70, y1, x+70, y2, x, y2))
			p.close("path")
			caption(p, "dim", x+62, (y1+y2)/2+4+n*14, word)
			break
		}
	}
	p.close("svg", "div")
}

func rect(p *page, x, y, width int) {
	p.open("rect", "class", "box", "x", digits(x+1), "y", digits(y), "width", digits(width-2), "height", "36", "rx", "6")
	p.close("rect")
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func folderName(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return ""
}

func (a *audit) waived(p *page) {
	if len(a.waive) == 0 {
		return
	}
	p.el("h2", "", "Waived findings")
	p.el("p", "", "These were found and do not count, for the reason that is given. What stands in the baseline was there before the checks began.")
	p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Waived findings")
	p.open("table")
	p.open("thead")
	p.row("th", "rule", "place", "reason")
	p.close("thead")
	p.open("tbody")
	for _, w := range a.waive {
		p.row("td", w.rule, w.place, w.reason)
	}
	p.close("tbody", "table", "div")
	if a.left > 0 {
		p.el("p", "dim", fmt.Sprintf("and %d more", a.left))
	}
}

// standards groups by what standards ask for: what was found against each requirement, or that nothing was. A standard with no rule in
// this run is left out, and so is a requirement.
func (a *audit) standards(p *page) {
	found := map[string]int{}
	for _, r := range a.roots {
		found[r.rule.ID] = r.own
	}
	headed := false
	for _, s := range rules.Standards() {
		var rows [][]string
		for _, q := range s.Requirements {
			rank, n := 0, 0
			var ids []string
			for _, id := range q.Rules {
				if v, judged := a.verdicts[id]; judged {
					rank, n = max(rank, v.rank), n+found[id]
					ids = append(ids, id)
				}
			}
			if rank > 0 {
				rows = append(rows, []string{q.Number, "“" + q.Words + "”", outcomeWords(rank, n), strings.Join(ids, ", ")})
			}
		}
		if len(rows) == 0 {
			continue
		}
		if !headed {
			headed = true
			p.el("h2", "", "By standard")
			p.el("p", "", "What the rules of this run say to requirements of standards, of which a few words are quoted. A requirement asks for more than a static check can see.")
		}
		p.el("h3", "", s.Name)
		p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", s.Name)
		p.open("table")
		p.open("thead")
		p.row("th", "requirement", "its words", "found", "rules")
		p.close("thead")
		p.open("tbody")
		for _, r := range rows {
			p.row("td", r...)
		}
		p.close("tbody", "table", "div")
	}
}

// outcomeWords says what the rules of a requirement came to; n findings count.
func outcomeWords(rank, n int) string {
	switch {
	case n > 0:
		return plural(n, "finding")
	case rank == outcomeRank[finding.Found]:
		return "waived findings only"
	case rank == outcomeRank[finding.NotJudged]:
		return "not judged everywhere"
	case rank == outcomeRank[finding.Passed]:
		return "nothing"
	}
	return "does not apply"
}

// rules tells of the rules that found nothing, and why some could not be judged.
func (a *audit) rules(p *page) {
	p.el("h2", "", "Rules")
	for _, o := range []struct {
		outcome finding.Outcome
		title   string
	}{{finding.Found, "Found something"}, {finding.Passed, "Passed"}, {finding.DoesNotApply, "Do not apply"}} {
		if names := a.rulesThat(o.outcome); len(names) > 0 {
			p.el("h3", "", fmt.Sprintf("%s (%d)", o.title, len(names)))
			p.el("p", "", strings.Join(names, ", ")+".")
		}
	}
	if len(a.unjudged.entries) > 0 {
		p.el("h3", "", "Not judged, because a fact is missing")
		p.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Rules that were not judged")
		p.open("table")
		p.open("thead")
		p.row("th", "reason", "rules", "deployments")
		p.close("thead")
		p.open("tbody")
		for _, g := range byReason(a.unjudged.entries) {
			p.row("td", g.reason, strings.Join(g.rules, ", "), strings.Join(g.places, ", "))
		}
		p.close("tbody", "table", "div")
	}
	if a.unjudged.dropped > 0 {
		p.el("p", "dim", fmt.Sprintf("and %d more", a.unjudged.dropped))
	}
	if len(a.notices.list) > 0 {
		p.el("h3", "", "The run itself")
		p.open("ul", "class", "plain")
		for _, n := range a.notices.list {
			p.el("li", "", strings.TrimSpace(ruleName(n.Rule)+" "+n.Message))
		}
		p.close("ul")
	}
	if a.notices.dropped > 0 {
		p.el("p", "dim", fmt.Sprintf("and %d more", a.notices.dropped))
	}
}

type reasonGroup struct {
	reason        string
	rules, places []string
}

// byReason puts the rules that wait for one fact together.
func byReason(entries []unjudgedEntry) []*reasonGroup {
	var groups []*reasonGroup
	at := map[string]*reasonGroup{}
	for _, e := range entries {
		g := at[e.reason]
		if g == nil {
			g = &reasonGroup{reason: e.reason}
			at[e.reason] = g
			groups = append(groups, g)
		}
		g.rules = append(g.rules, e.rule.ID)
		for _, place := range e.places {
			if len(g.places) < 3 && !slices.Contains(g.places, cleanPath(place)) {
				g.places = append(g.places, cleanPath(place))
			}
		}
	}
	return groups
}

// record is what has to be known to repeat the audit, and where it is signed.
func (a *audit) record(p *page, sum *Summary) {
	p.el("h2", "", "For the record")
	p.open("dl", "class", "record")
	item := func(name, value string) {
		if value != "" {
			p.el("dt", "", name)
			p.el("dd", "", value)
		}
	}
	item("Tool", toolName+" "+a.run.Tool.Version)
	item("Judged as of", a.run.Now.UTC().Format(time.RFC3339))
	item("Deployments", digits(sum.Targets))
	item("Rules asked", digits(len(a.run.Rules)))
	item("Profile", a.run.Profile)
	item("Fails from the level", cmp.Or(string(a.run.FailOn), string(finding.Error)))
	item("Shown from the level", string(a.run.MinLevel))
	item("Repository", a.run.Repository)
	item("Revision", a.run.Revision)
	item("Baseline", map[bool]string{true: "what it holds does not count", false: ""}[a.run.Baseline])
	p.close("dl")
	p.open("div", "class", "sign")
	for _, s := range []string{"Name", "Date", "Signature"} {
		p.el("div", "", s)
	}
	p.close("div")
}
