package waiver

import (
	"cmp"
	"sort"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// State is what became of a waiver.
type State string

// The states.
const (
	Used      State = "used"       // it waives a finding
	Unused    State = "unused"     // there is nothing that it waives
	Ended     State = "expired"    // its last day is over
	NotJudged State = "not-judged" // its rule was not asked or could not be judged, so that nobody knows
	Invalid   State = "invalid"    // it does not count; Detail says why
)

// The kinds of waivers.
const (
	KindComment       = "comment"
	KindConfiguration = "configuration"
	KindBaseline      = "baseline"
)

// Record is one waiver as an auditor wants to see it.
type Record struct {
	Waiver        // of the baseline: rule, and the file that the finding was in
	Kind   string // comment, configuration, baseline
	Key    string // of the baseline's finding
	State  State
	Detail string // why it does not count; a sentence without a full stop
}

// Ledger gathers the waivers of a run.
type Ledger struct {
	comments map[entry]*Record
	hits     map[string]bool // fingerprints of the baseline
}

// entry is a waiver in a comment, or what is wrong with it: two comments of a file may say the same.
type entry struct {
	uri         string
	line        int
	rule, fault string
}

// note enters the comments of a target. Those that a second result of the target is about come again.
func (l *Ledger) note(s *Set, comments []*comment, verdicts map[string]finding.Outcome) {
	if l.comments == nil {
		l.comments = map[entry]*Record{}
	}
	for _, c := range comments {
		for _, fault := range c.faults {
			r := Record{Waiver: Waiver{URI: c.uri, Line: c.line}, Kind: KindComment, State: Invalid, Detail: fault}
			l.comments[entry{c.uri, c.line, "", fault}] = &r
		}
		for i := range c.waivers {
			w := &c.waivers[i]
			o, asked := verdicts[w.Rule]
			state := Unused
			switch {
			case c.uses[i].used && !w.Expired(s.Now):
				state = Used
			case w.Expired(s.Now):
				state = Ended
			case verdicts != nil && (!asked || o == finding.NotJudged):
				state = NotJudged
			}
			key := entry{c.uri, c.line, w.Rule, ""}
			if known := l.comments[key]; known == nil || state == Used {
				l.comments[key] = &Record{Waiver: *w, Kind: KindComment, State: state}
			}
		}
	}
}

// Records lists the waivers in the order of files, lines and rules, once the run has ended; those of the baseline are the last.
func (s *Set) Records() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Record
	if s.Ledger != nil {
		for _, r := range s.Ledger.comments {
			all = append(all, *r)
		}
	}
	for i := range s.Waivers {
		w := &s.Waivers[i]
		r := Record{Waiver: *w, Kind: KindConfiguration, State: Unused}
		var l use
		if s.ledger != nil {
			l = s.ledger[i]
		}
		switch {
		case w.Expired(s.Now):
			r.State = Ended
		case l.used:
			r.State = Used
		case l.unclear:
			r.State = NotJudged
		}
		all = append(all, r)
	}
	if s.Baseline != nil {
		for _, e := range s.Baseline.entries {
			r := Record{Waiver: Waiver{Rule: e.Rule, URI: e.URI}, Kind: KindBaseline, Key: e.Key, State: Unused}
			if s.Ledger != nil && s.Ledger.hits[e.Fingerprint] {
				r.State = Used
			}
			all = append(all, r)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		return cmp.Or(cmp.Compare(btoi(a.Kind == KindBaseline), btoi(b.Kind == KindBaseline)), strings.Compare(a.URI, b.URI), cmp.Compare(a.Line, b.Line),
			strings.Compare(a.Rule, b.Rule), strings.Compare(a.Key, b.Key), strings.Compare(a.Detail, b.Detail)) < 0
	})
	return all
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
