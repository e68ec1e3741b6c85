package waiver

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// A pom.xml, a Dockerfile or a manifest may belong to several targets. What a comment in it waives of one of them is enough: that
// it waives nothing of the others need not be said, and what is wrong with it is said once.

type sharedKey struct {
	uri  string
	line int
	rule string
}

type sharedUse struct {
	use
	waiver Waiver
	why    string // there is nothing that it waives
}

// become says what has become of a waiver in a comment; of one in a shared file, the end of the run does.
func (s *Set) become(c *comment, i int, res *finding.Result) []finding.Notification {
	w, u := &c.waivers[i], c.uses[i]
	why := ""
	if !u.live && !u.used && !u.unclear {
		why = elsewhere(w.Rule, c, res)
	}
	if !c.shared {
		return w.told(u, why)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared == nil {
		s.shared = map[sharedKey]*sharedUse{}
	}
	key := sharedKey{w.URI, w.Line, w.Rule}
	known := s.shared[key]
	if known == nil {
		known = &sharedUse{waiver: *w}
		s.shared[key] = known
	}
	known.live, known.used, known.unclear = known.live || u.live, known.used || u.used, known.unclear || u.unclear
	known.why = cmp.Or(known.why, why)
	return nil
}

// told says that a waiver has expired, or why it is of no use.
func (w *Waiver) told(u use, why string) []finding.Notification {
	switch {
	case u.live:
		return []finding.Notification{expired(w)}
	case u.used, u.unclear:
		return nil
	}
	return []finding.Notification{unused(w, why)}
}

// fault passes on what is wrong with a comment, or keeps it for the end of the run.
func (s *Set) fault(c *comment, n finding.Notification) []finding.Notification {
	if !c.shared {
		return []finding.Notification{n}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.later == nil {
		s.later = map[string]finding.Notification{}
	}
	s.later[n.Message] = n
	return nil
}

// sharedRemarks are what the end of the run says of comments in shared files.
func (s *Set) sharedRemarks() []finding.Notification {
	ns := slices.Collect(maps.Values(s.later))
	for _, u := range s.shared {
		ns = append(ns, u.waiver.told(u.use, u.why)...)
	}
	sort.Slice(ns, func(i, j int) bool {
		a, b := &ns[i], &ns[j]
		return cmp.Or(strings.Compare(a.URI, b.URI), strings.Compare(a.Message, b.Message)) < 0
	})
	return ns
}
