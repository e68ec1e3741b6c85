package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// story is what a run adds up to. It holds counts and rules, never findings, so it stays small over any number of targets.
type story struct {
	counts   finding.Counts
	hidden   int // below the least level that is shown
	hit      int // targets with findings
	targets  int
	roots    []*root
	begin    string // ID of the most severe rule met first: where to begin
	rank     int
	verdicts map[string]verdict
	unjudged
	notices
}

// root is a rule that others follow from.
type root struct {
	rule finding.Rule
	own  int // its findings
	ends int // findings that follow from it
	rank int // of its most severe finding
	led  int // of its findings, those that follow from another rule's
	fix  string
}

// verdict is what became of a rule, as a rank.
type verdict struct {
	rule finding.Rule
	rank int
}

// Verdicts of one rule over several targets are one: what needs attention wins.
var outcomeRank = map[finding.Outcome]int{finding.DoesNotApply: 1, finding.Passed: 2, finding.NotJudged: 3, finding.Found: 4}

func (s *story) add(run *Run, r *finding.Result) {
	if !r.Fleet {
		s.targets++
	}
	before := s.counts
	for i := range r.Findings {
		f := &r.Findings[i]
		s.counts.Add(f)
		if f.Suppressed != nil {
			continue
		}
		if !run.shows(f) {
			s.hidden++
		}
		own := s.root(f.Rule.ID)
		own.rule, own.rank = f.Rule, max(own.rank, f.Level.Rank())
		if own.own++; own.own == 1 {
			own.fix = firstSentence(f.Fix)
		}
		if f.FollowsFrom != "" {
			own.led++
			cause := s.root(f.FollowsFrom)
			cause.ends++
		} else if f.Level.Rank() > s.rank {
			s.rank, s.begin = f.Level.Rank(), f.Rule.ID
		}
	}
	before.Suppressed = s.counts.Suppressed
	if before != s.counts && !r.Again {
		s.hit++
	}
	if s.verdicts == nil {
		s.verdicts = map[string]verdict{}
	}
	for _, v := range r.Verdicts {
		s.verdicts[v.Rule.ID] = verdict{v.Rule, max(s.verdicts[v.Rule.ID].rank, outcomeRank[v.Outcome])}
	}
	s.unjudged.add(r.Unjudged)
	s.notices.add(r.Notes)
}

func (s *story) root(id string) *root {
	for _, r := range s.roots {
		if r.rule.ID == id {
			return r
		}
	}
	r := &root{rule: finding.Rule{ID: id}}
	s.roots = append(s.roots, r)
	return r
}

// firstSentence is the beginning of an advice, where it is short enough to be repeated.
func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i >= 0 {
		s = s[:i+1]
	}
	if s = strings.TrimSpace(s); len(s) > 160 {
		return ""
	}
	return s
}

// rulesThat names the rules with one outcome, in ID order.
func (s *story) rulesThat(o finding.Outcome) []string {
	var names []string
	for _, id := range slices.Sorted(maps.Keys(s.verdicts)) {
		if v := s.verdicts[id]; v.rank == outcomeRank[o] {
			names = append(names, ruleName(v.rule))
		}
	}
	return names
}

// first is the ID of the rule to begin with: the one whose repair ends most findings, else the most severe that was met first.
func (s *story) first() string {
	best, id := 0, s.begin
	for _, r := range s.roots {
		if r.own > 0 && r.ends > best {
			best, id = r.ends, r.rule.ID
		}
	}
	return id
}
