package report

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// worst keeps the most severe of what it is given, as far as there is room. It is how a format whose readers take only so much
// still gets the most important of a run over thousands of homes, with memory that does not grow.
type worst struct {
	room    int // sum of the costs of what is kept
	used    int
	seq     int
	kept    ranking
	dropped int
}

// ranked is a text with its rank: by level, then by the rule's severity, then as it came.
type ranked struct {
	level    finding.Level
	severity float64
	seq      int
	cost     int
	text     string
}

func (w *worst) add(level finding.Level, severity float64, cost int, text string) {
	w.seq++
	heap.Push(&w.kept, ranked{level: level, severity: severity, seq: w.seq, cost: cost, text: text})
	for w.used += cost; w.used > w.room && len(w.kept) > 0; w.dropped++ {
		w.used -= heap.Pop(&w.kept).(ranked).cost //nolint:forcetypeassert,errcheck // nothing else is pushed
	}
}

// sorted gives what was kept, most severe first.
func (w *worst) sorted() []ranked {
	all := slices.Clone(w.kept)
	sort.Slice(all, func(i, j int) bool { return all[i].compare(all[j]) < 0 })
	return all
}

// compare puts the more severe first.
func (r ranked) compare(o ranked) int {
	return cmp.Or(cmp.Compare(o.level.Rank(), r.level.Rank()), cmp.Compare(o.severity, r.severity), cmp.Compare(r.seq, o.seq))
}

// ranking is a heap with the least severe on top.
type ranking []ranked

func (r ranking) Len() int           { return len(r) }
func (r ranking) Less(i, j int) bool { return r[i].compare(r[j]) > 0 }
func (r ranking) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *ranking) Push(x any)        { *r = append(*r, x.(ranked)) } //nolint:forcetypeassert,errcheck // see add
func (r *ranking) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	(*r)[last] = ranked{}
	*r = (*r)[:last]
	return x
}

// lookup finds what the catalogue says of a finding's rule.
type lookup map[string]*rules.Rule

func newLookup(list []*rules.Rule) lookup {
	l := lookup{}
	for _, r := range list {
		l[r.ID] = r
	}
	return l
}

// severity is the rule's security-severity, 0 to 10; 0 where there is none.
func (l lookup) severity(id string) float64 {
	if r := l[id]; r != nil {
		return r.Severity
	}
	return 0
}

// counts reports whether a finding is to be shown as one that counts: at or above the least level, and not waived.
func (r *Run) counts(f *finding.Finding) bool { return f.Suppressed == nil && r.shows(f) }

// notDone is what a format says of a run that could not do its job, where it has no field for it.
const notDone = "The run did not do all of its work, so that this report is not complete; see the messages of mi-kscheck."
