package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// tell prints the end of the report.
func (t *text) tell(sum *Summary) {
	t.gap()
	c := t.counts
	found := c.Errors + c.Warnings + c.Notes
	if found == 0 {
		t.line("", t.good.Sprint("No findings")+t.verdictCounts()+".")
	} else {
		where := ""
		if t.targets > 1 {
			where = fmt.Sprintf(" in %d of %d targets", t.hit, t.targets)
		}
		t.line("", t.bold.Sprint(plural(found, "finding"))+where+": "+t.levelCounts(c)+".")
		t.rootCauses(found)
	}
	if t.hidden > 0 {
		t.line("", fmt.Sprintf("%d of them %s below the level '%s' and not shown.", t.hidden, are(t.hidden), t.run.MinLevel))
	}
	if c.Suppressed > 0 {
		t.line("", fmt.Sprintf("%s %s waived or in the baseline.", plural(c.Suppressed, "finding"), are(c.Suppressed)))
	}
	t.silent()
	t.notJudged()
	t.notifications()
	if !sum.Successful {
		t.gap()
		t.line("", "The run did not do all of its work; see the messages.")
	}
	if found > 0 {
		t.hints()
	}
	if t.run.Verbose && sum.Elapsed > 0 {
		t.gap()
		t.line("", fmt.Sprintf("%s in %s.", plural(sum.Targets, "target"), sum.Elapsed.Round(time.Millisecond)))
	}
}

// verdictCounts is ": 34 rules passed, 3 do not apply, 2 not judged".
func (t *text) verdictCounts() string {
	n := func(o finding.Outcome) int { return len(t.rulesThat(o)) }
	var parts []string
	if k := n(finding.Passed); k > 0 {
		parts = append(parts, plural(k, "rule")+" passed")
	}
	if k := n(finding.DoesNotApply); k > 0 {
		parts = append(parts, fmt.Sprintf("%d %s not apply", k, map[bool]string{true: "does", false: "do"}[k == 1]))
	}
	if k := n(finding.NotJudged); k > 0 {
		parts = append(parts, fmt.Sprintf("%d not judged", k))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// silent names the rules that had nothing to say; only a reader who asks for it gets that.
func (t *text) silent() {
	if !t.run.Verbose {
		return
	}
	for _, o := range []struct {
		outcome finding.Outcome
		title   string
	}{{finding.Passed, "Passed"}, {finding.DoesNotApply, "Does not apply"}} {
		names := t.rulesThat(o.outcome)
		if len(names) == 0 {
			continue
		}
		t.gap()
		t.line("", t.bold.Sprint(o.title)+":")
		for _, l := range wrap(strings.Join(names, ", "), t.width-len(indent)) {
			t.line(indent, l)
		}
	}
}

// rootCauses tells how much goes away with one repair.
func (t *text) rootCauses(found int) {
	for _, r := range t.roots {
		if r.ends == 0 || r.own == 0 {
			continue
		}
		n := r.ends + r.own
		head := fmt.Sprintf("%d of them end", n)
		if n == found {
			head = "All of them end"
		}
		name := Clean(r.rule.ID)
		if r.rule.Name != "" {
			name += " (" + Clean(r.rule.Name) + ")"
		}
		s := head + " when " + name + " is repaired"
		switch {
		case r.own > 1:
			s += fmt.Sprintf(" in its %d places.", r.own)
		case r.fix != "":
			s += ": " + r.fix
		default:
			s += "."
		}
		for _, l := range wrap(Clean(s), t.width) {
			t.line("", l)
		}
	}
}

// notJudged lists reasons with the rules that wait for each.
func (t *text) notJudged() {
	entries := t.unjudged.entries
	if len(entries) == 0 {
		return
	}
	t.gap()
	var reasons []string
	rules, count := map[string][]string{}, map[string]int{}
	for _, e := range entries {
		if rules[e.reason] == nil {
			reasons = append(reasons, e.reason)
		}
		rules[e.reason] = append(rules[e.reason], ruleName(e.rule))
		count[e.reason] = max(count[e.reason], e.count)
	}
	t.line("", t.bold.Sprint("Not judged")+", because a fact is missing:")
	more := t.unjudged.dropped
	for i, reason := range reasons {
		if i >= maxReasons {
			more += len(rules[reason])
			continue
		}
		s := reason
		if n := count[reason]; n > 1 {
			s = sentence(s) + fmt.Sprintf(" (%d times)", n)
		}
		t.bullet(s, t.waiting(rules[reason]))
	}
	if more > 0 {
		t.line(indent, fmt.Sprintf("and %d more.", more))
	}
}

// waiting names the rules that wait for a fact: a handful, or all for a reader who asked for it.
func (t *text) waiting(names []string) string {
	const few = 4
	if t.run.Verbose || len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%d rules wait for it; --verbose names them.", len(names))
}

// maxReasons is how many reasons a reader is given.
const maxReasons = 20

// bullet prints a text and, below it, what it is about.
func (t *text) bullet(s, about string) {
	for i, l := range wrap(Clean(s), t.width-len(indent)-2) {
		mark := "- "
		if i > 0 {
			mark = "  "
		}
		t.line(indent+mark, l)
	}
	for _, l := range wrap(about, t.width-len(indent)-2) {
		t.line(indent+"  ", t.faint.Sprint(l))
	}
}

func (t *text) notifications() {
	if len(t.notices.list) == 0 {
		return
	}
	t.gap()
	for _, n := range t.notices.list {
		s := n.Message
		if n.Rule.ID != "" { // some have no rule: they are about the run and no 9xx says them
			s = ruleName(n.Rule) + ": " + s
		}
		if n.URI != "" && !strings.Contains(n.Message, n.URI) {
			s = cleanPath(n.URI) + ": " + s
		}
		for i, l := range wrap(Clean(string(n.Level)+": "+s), t.width-len(indent)) {
			if i > 0 {
				l = indent + l
			}
			t.line("", l)
		}
	}
	if t.notices.dropped > 0 {
		t.line("", fmt.Sprintf("and %d more.", t.notices.dropped))
	}
}

// hints are the command line's words: it knows what options there are.
func (t *text) hints() {
	var lines []string
	first := t.first()
	for _, h := range t.run.Hints {
		if first != "" || !strings.Contains(h, hintRule) {
			lines = append(lines, strings.ReplaceAll(Clean(h), hintRule, Clean(first)))
		}
	}
	if len(lines) == 0 {
		return
	}
	t.gap()
	t.line("", t.bold.Sprint("Next"))
	for _, l := range lines {
		t.line(indent, l)
	}
}

// hintRule stands for a rule in a hint.
const hintRule = "{{rule}}"

// levelCounts is "7 errors, 4 warnings, 1 note" in the levels' colours.
func (t *text) levelCounts(c finding.Counts) string {
	var parts []string
	for _, p := range []struct {
		n     int
		level finding.Level
	}{{c.Errors, finding.Error}, {c.Warnings, finding.Warning}, {c.Notes, finding.Note}} {
		if p.n > 0 {
			parts = append(parts, t.palette.level(p.level, plural(p.n, string(p.level))))
		}
	}
	return strings.Join(parts, ", ")
}

// countsOf is the same without colour, for one file.
func countsOf(c finding.Counts) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Errors, "error"}, {c.Warnings, "warning"}, {c.Notes, "note"}} {
		if p.n > 0 {
			parts = append(parts, plural(p.n, p.word))
		}
	}
	if c.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", c.Suppressed))
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
