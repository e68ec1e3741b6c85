package report

import (
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// What is kept until the end of a run must not grow with the number of targets.
const (
	maxUnjudged = 2000 // pairs of rule and reason
	maxPlaces   = 10   // files named for each
	maxNotices  = 1000
)

// unjudged collects what could not be judged until the end of the run, where both formats tell it. A run over thousands of homes
// gives the same few reasons again and again, so they are counted, with the first few files.
type unjudged struct {
	index   map[unjudgedKey]int
	entries []unjudgedEntry
	dropped int
}

type unjudgedKey struct{ rule, reason string }

type unjudgedEntry struct {
	rule   finding.Rule
	reason string
	count  int
	places []string
}

func (u *unjudged) add(list []finding.Unjudged) {
	for _, n := range list {
		key := unjudgedKey{n.Rule.ID, Clean(n.Reason)}
		i, ok := u.index[key]
		if !ok {
			if len(u.entries) == maxUnjudged {
				u.dropped++
				continue
			}
			if u.index == nil {
				u.index = map[unjudgedKey]int{}
			}
			i = len(u.entries)
			u.index[key] = i
			u.entries = append(u.entries, unjudgedEntry{rule: n.Rule, reason: key.reason})
		}
		e := &u.entries[i]
		e.count++
		if n.URI != "" && len(e.places) < maxPlaces && !slices.Contains(e.places, n.URI) {
			e.places = append(e.places, n.URI)
		}
	}
}

// notices keeps the notifications of a run; beyond a bound they are only counted.
type notices struct {
	list    []finding.Notification
	dropped int
}

func (n *notices) add(list []finding.Notification) {
	room := min(maxNotices-len(n.list), len(list))
	n.list = append(n.list, list[:room]...)
	n.dropped += len(list) - room
}
