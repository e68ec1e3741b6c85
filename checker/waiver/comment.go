package waiver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// comment is a waiver in a comment, by one rule or several:
//
//	# mi-kscheck:ignore MIKS301 until=2027-03-31 reason="the CA comes in March"
type comment struct {
	uri      string
	line     int
	text     string
	from, to int // the lines whose findings it is about
	waivers  []Waiver
	uses     []use    // of each waiver
	faults   []string // why it does not count, as sentences without a full stop
	shared   bool     // the file is other targets' as well
}

// Instruction is how a comment begins that is meant for the checker.
const Instruction = "mi-kscheck:"

const ignore = Instruction + "ignore"

// maxComment is how long a waiver may be, in bytes.
const maxComment = 2000

// maxComments is how many waivers of one file count: each is held against each finding.
const maxComments = 1000

// comments reads the waivers of a file. What stands beside a line is about this line; what has a line of its own is about the
// next line that is no comment, and, since a finding about the file as a whole is shown at its first line, about its own block.
func (s *Set) comments(f File) []*comment {
	var out []*comment
	notes := scan(f)
	for i := 0; i < len(notes); {
		end := i + 1
		for notes[i].alone && end < len(notes) && notes[end].alone && notes[end].first == notes[end-1].last+1 {
			end++
		}
		for _, n := range notes[i:end] {
			text := strings.TrimSpace(n.text)
			if !strings.HasPrefix(text, Instruction) {
				continue
			}
			c := &comment{uri: f.URI, line: n.first, text: text, from: notes[i].first, to: notes[end-1].last, shared: f.Shared}
			if n.alone {
				c.to++
			}
			if len(out) == maxComments {
				c.faults = []string{fmt.Sprintf("a file holds no more than %d waivers that count", maxComments)}
				return append(out, c)
			}
			s.parse(c, text)
			c.uses = make([]use, len(c.waivers))
			out = append(out, c)
		}
		i = end
	}
	return out
}

// parse reads the words of a comment.
func (s *Set) parse(c *comment, text string) {
	rest, ok := strings.CutPrefix(text, ignore)
	if !ok || rest != "" && !strings.ContainsAny(rest[:1], " \t\r\n") {
		c.faults = append(c.faults, "'"+ignore+"' is the only instruction there is")
		return
	}
	if len(text) > maxComment {
		c.faults = append(c.faults, fmt.Sprintf("it is longer than %d characters", maxComment))
		return
	}
	var ids []string
	w := Waiver{URI: c.uri, Line: c.line}
	for len(c.faults) == 0 {
		rest = strings.TrimLeft(rest, " \t\r\n,")
		if rest == "" {
			break
		}
		end := strings.IndexAny(rest, " \t\r\n,=")
		word := rest
		if end >= 0 {
			word = rest[:end]
		}
		if end < 0 || rest[end] != '=' {
			rest = rest[len(word):]
			id, fault := ruleID(s.Catalogue, word)
			if fault != "" {
				c.faults = append(c.faults, fault)
			} else if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
			continue
		}
		var value string
		if value, rest, ok = quoted(rest[end+1:]); !ok {
			c.faults = append(c.faults, "a quotation mark is not closed")
			break
		}
		switch word {
		case "reason":
			w.Reason = strings.TrimSpace(value)
		case "until":
			var err error
			if w.Until, err = ParseUntil(value); err != nil {
				c.faults = append(c.faults, err.Error())
			}
		default:
			c.faults = append(c.faults, "only until= and reason= can follow the rules")
		}
	}
	s.allow(c, ids, &w)
}

// allow makes the waivers of a comment where nothing speaks against it.
func (s *Set) allow(c *comment, ids []string, w *Waiver) {
	if len(ids) == 0 && len(c.faults) == 0 {
		c.faults = append(c.faults, "it names no rule")
	}
	if w.Reason == "" && len(c.faults) == 0 {
		c.faults = append(c.faults, `it gives no reason; add reason="…"`)
	}
	if why := w.TooLong(s.Now, s.MaxDays); why != "" && len(c.faults) == 0 {
		c.faults = append(c.faults, why)
	}
	if len(c.faults) > 0 {
		return
	}
	for _, id := range ids {
		if s.Unwaivable[id] {
			c.faults = append(c.faults, id+" can't be waived: the configuration lists it under 'unwaivable'")
			continue
		}
		one := *w
		one.Rule = id
		c.waivers = append(c.waivers, one)
	}
}

// quoted reads a value: in quotation marks, or up to the next blank.
func quoted(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, " \t\r\n")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], true
	}
	value, rest, ok = strings.Cut(s[1:], `"`)
	return strings.Join(strings.Fields(value), " "), rest, ok // a reason may go over lines in XML
}

// ruleID reads a rule's ID or name. The word itself is never repeated: who knows what stands in a comment.
func ruleID(c *rules.Catalogue, word string) (id, fault string) {
	r, ok := c.Find(word)
	switch {
	case ok && r.Package == "":
		return "", r.ID + " is about the run itself and can't be waived"
	case ok:
		return r.ID, ""
	}
	if n := c.Nearest(word); n != "" {
		return "", "it names a rule that does not exist; did you mean " + n + "?"
	}
	return "", "it names a rule that does not exist"
}

// at tells whether a comment is about the place of a finding.
func (c *comment) at(f *finding.Finding) bool {
	first, last := region(f.Region)
	return c.uri == f.URI && first <= c.to && last >= c.from
}

// remarks says what is to be said of a comment: that it does not count, that it has expired, that it waives nothing.
// Open are those of which the end of the run has to tell.
func (s *Set) remarks(c *comment, res *finding.Result, verdicts map[string]finding.Outcome) (ns []finding.Notification, open []Open) {
	for _, fault := range c.faults {
		if !strings.HasSuffix(fault, "?") {
			fault += "."
		}
		ns = append(ns, s.fault(c, useless(c.uri, fmt.Sprintf("The waiver in line %d of '%s' does not count: %s", c.line, c.uri, fault)))...)
	}
	for i := range c.waivers {
		w := &c.waivers[i]
		o, asked := verdicts[w.Rule]
		u := &c.uses[i]
		u.unclear = !asked || o == finding.NotJudged // who knows what it would have waived
		if !u.live && !u.used && !u.unclear && o != finding.DoesNotApply && ofRun(w.Rule) {
			open = append(open, Open{w.URI, w.Line, w.Rule})
			continue
		}
		ns = append(ns, s.become(c, i, res)...)
	}
	return ns, open
}

// ofRun tells whether a rule judges, or judges also, the run as a whole.
func ofRun(id string) bool {
	r, ok := rules.Find(id)
	return ok && r.Fleet != ""
}

// elsewhere says what there is in place of the finding that a comment is to waive.
func elsewhere(rule string, c *comment, res *finding.Result) string {
	for i := range res.Findings {
		f := &res.Findings[i]
		for _, a := range f.Also {
			if a.Rule.ID == rule && c.at(f) {
				return fmt.Sprintf("what it would waive is told by %s, which explains it better", f.Rule.ID)
			}
		}
	}
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Rule.ID == rule && f.URI == c.uri {
			return fmt.Sprintf("this finding is in line %d, and a waiver stands in the same line or the one above", f.Region.StartLine)
		}
	}
	return "there is no such finding here"
}
