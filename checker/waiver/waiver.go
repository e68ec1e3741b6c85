// Package waiver tells which findings do not count, and why: those that a comment beside them waives, those that the
// configuration waives, and those of the baseline, which were there when the checker was adopted. A finding that does not
// count stays in the reports, marked. Nobody waives in silence: what has expired, matches nothing or gives no reason is
// reported.
package waiver

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Waiver says that findings of one rule do not count, why, and until when.
type Waiver struct {
	Rule   string    // ID
	Path   string    // doublestar glob on the file that the finding is in; empty: any
	Store  string    // doublestar glob on the store that it is about; empty: any, and findings that are about none
	Until  time.Time // the last day that it holds on; zero: without end
	Reason string
	URI    string // of the file that it is written in
	Line   int
}

// Expired tells whether the last day of a waiver is over.
func (w *Waiver) Expired(now time.Time) bool {
	return !w.Until.IsZero() && !now.Before(w.Until.AddDate(0, 0, 1))
}

// TooLong says in words why a waiver goes beyond the limit of days that the configuration sets; empty where it does not.
// A waiver has no first day, so that the days are counted from now.
func (w *Waiver) TooLong(now time.Time, days int) string {
	switch {
	case days <= 0:
		return ""
	case w.Until.IsZero():
		return fmt.Sprintf("it has no end, and max_waiver_days allows %d days", days)
	case w.Until.After(now.AddDate(0, 0, days)):
		return fmt.Sprintf("it holds until %s, and max_waiver_days allows no more than %d days from now", w.Until.Format(time.DateOnly), days)
	}
	return ""
}

// ParseUntil reads a date.
func ParseUntil(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("until takes a date like 2027-03-31")
	}
	return t, nil
}

// inSource is the kind of what a comment waives, in SARIF's words.
const inSource = "inSource"

func (w *Waiver) suppression(kind string) *finding.Suppression {
	reason := w.Reason
	if !w.Until.IsZero() {
		reason += " (until " + w.Until.Format(time.DateOnly) + ")"
	}
	return &finding.Suppression{Kind: kind, Status: "accepted", Justification: reason}
}

// covers tells whether a waiver of the configuration is about a file.
func (w *Waiver) covers(uri string) bool { return w.Path == "" || Match(w.Path, uri) }

func (w *Waiver) matches(f *finding.Finding) bool {
	return w.Rule == f.Rule.ID && w.covers(f.URI) && (w.Store == "" || f.Store != "" && Match(w.Store, f.Store))
}

// Match tells whether a URI matches a glob of the configuration; one without a slash is about the file's name.
func Match(pattern, uri string) bool {
	if !strings.Contains(pattern, "/") {
		uri = path.Base(uri)
	}
	return doublestar.MatchUnvalidated(strings.TrimPrefix(pattern, "./"), uri)
}

// Set is what waives findings in a run. Its fields are not changed once Apply was called; Apply may be called from several
// goroutines.
type Set struct {
	Now        time.Time
	Waivers    []Waiver        // of the configuration
	Unwaivable map[string]bool // IDs
	MaxDays    int             // of comments; 0: no limit. Those of the configuration were checked when it was read
	Baseline   *Baseline       // nil: there is none
	// Accept puts every finding that is not waived into the baseline, as far as rules can be waived.
	Accept bool
	// Whole tells that the run looks at all that the configuration is about, so that a waiver about no target at all is useless.
	Whole bool
	// Catalogue holds the rules that comments may name; nil: the built-in ones.
	Catalogue *rules.Catalogue
	// Trusted, where the tree is not trusted, waives in place of the comments in it; nil: they count.
	Trusted *Trusted
	// Into is told of the comments, where the revision itself is judged; nil: nobody asks.
	Into *Trusted
	// Ledger, where it is set, gathers all waivers for Records.
	Ledger *Ledger

	mu     sync.Mutex
	ledger []use
	shared map[sharedKey]*sharedUse // comments of files that several targets have
	later  map[string]finding.Notification
}

// use is what became of a waiver of the configuration.
type use struct {
	covered, unclear bool // there was a target that it is about; one where its rule was not asked or not judged
	used, live       bool // it waived a finding; one that it would have waived counts because it has expired
}

// File is the content of a file that findings of a target may be in.
type File struct {
	URI  string
	Data []byte
	// Shared: other targets may have it as well, so that only the end of the run tells what a comment in it is good for.
	Shared bool
	// Lines: a comment is a line of its own, as in a Dockerfile.
	Lines bool
}

// Open is a waiver in a comment that has waived nothing so far and is about a rule that also judges the run as a whole, so that
// the end of the run tells whether it is of use.
type Open struct {
	URI  string
	Line int
	Rule string // ID
}

// ApplyFleet marks the findings of a target's second result that do not count, and says of the comments that Apply left open
// whether they were of use. Files are those of the target that Apply had.
func (s *Set) ApplyFleet(res *finding.Result, open []Open, files ...File) {
	uses := make([]use, len(s.Waivers))
	comments := s.waiveAll(res, uses, files)
	s.note(comments, nil)
	for _, c := range comments {
		for i := range c.waivers {
			w := &c.waivers[i]
			if slices.Contains(open, Open{w.URI, w.Line, w.Rule}) {
				res.Notes = append(res.Notes, s.become(c, i, res)...)
			}
		}
	}
	s.enter(uses)
}

// waiveAll marks the findings of a result, and gives the comments of the files with what they waived.
func (s *Set) waiveAll(res *finding.Result, uses []use, files []File) []*comment {
	var comments []*comment
	for _, f := range files {
		comments = append(comments, s.comments(f)...)
	}
	if s.Into != nil {
		s.Into.heard(comments)
	}
	if s.Trusted != nil {
		if !res.Fleet {
			said := s.Trusted.remarks(comments)
			for _, c := range comments {
				if n, ok := said[c]; ok {
					res.Notes = append(res.Notes, s.fault(c, n)...)
				}
			}
		}
		comments = nil
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		f.InBaseline = s.Baseline.has(f.Fingerprint) && !s.Accept
		if !s.Unwaivable[f.Rule.ID] {
			s.waive(f, comments, uses)
		}
	}
	s.hit(res)
	return comments
}

// hit notes what of the baseline there is still.
func (s *Set) hit(res *finding.Result) {
	if s.Ledger == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Ledger.hits == nil {
		s.Ledger.hits = map[string]bool{}
	}
	for i := range res.Findings {
		if f := &res.Findings[i]; f.InBaseline {
			s.Ledger.hits[f.Fingerprint] = true
		}
	}
}

func (s *Set) note(comments []*comment, verdicts map[string]finding.Outcome) {
	if s.Ledger != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.Ledger.note(s, comments, verdicts)
	}
}

// Apply marks the findings of a target that do not count, and adds what is to be said of comments to the target's notes.
// Files are the target's own and any other that its findings may be in. Open are comments of which ApplyFleet has to tell.
func (s *Set) Apply(res *finding.Result, files ...File) (open []Open) {
	verdicts := map[string]finding.Outcome{}
	for _, v := range res.Verdicts {
		verdicts[v.Rule.ID] = v.Outcome
	}
	for _, r := range res.Later {
		verdicts[r.ID] = finding.Passed // so far
	}
	uses := make([]use, len(s.Waivers))
	comments := s.waiveAll(res, uses, files)
	s.note(comments, verdicts)
	for _, c := range comments {
		ns, left := s.remarks(c, res, verdicts)
		res.Notes, open = append(res.Notes, ns...), append(open, left...)
	}
	for i := range s.Waivers {
		w := &s.Waivers[i]
		if w.covers(res.URI) || slices.ContainsFunc(files, func(f File) bool { return w.covers(f.URI) }) {
			o, asked := verdicts[w.Rule]
			uses[i].covered = true
			uses[i].unclear = !asked || o == finding.NotJudged
		}
	}
	s.enter(uses)
	return open
}

func (s *Set) enter(uses []use) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger == nil {
		s.ledger = make([]use, len(s.Waivers))
	}
	for i, u := range uses {
		l := &s.ledger[i]
		l.covered, l.unclear, l.used, l.live = l.covered || u.covered, l.unclear || u.unclear, l.used || u.used, l.live || u.live
	}
}

// waive looks for what waives a finding: a comment, the configuration, the baseline.
func (s *Set) waive(f *finding.Finding, comments []*comment, uses []use) {
	var expired []*use
	if s.Trusted != nil {
		f.Suppressed = s.Trusted.suppression(f)
	}
	for _, c := range comments {
		for i := range c.waivers {
			w := &c.waivers[i]
			if w.Rule != f.Rule.ID || !c.at(f) {
				continue
			}
			if w.Expired(s.Now) {
				expired = append(expired, &c.uses[i])
				continue
			}
			c.uses[i].used = true
			if f.Suppressed == nil {
				f.Suppressed = w.suppression(inSource)
			}
		}
	}
	for i := range s.Waivers {
		w := &s.Waivers[i]
		if !w.matches(f) {
			continue
		}
		if w.Expired(s.Now) {
			expired = append(expired, &uses[i])
			continue
		}
		uses[i].used = true
		if f.Suppressed == nil {
			f.Suppressed = w.suppression("external")
		}
	}
	if f.Suppressed == nil && (s.Accept || f.InBaseline) {
		f.Suppressed = &finding.Suppression{Kind: "external", Status: "accepted", Justification: InBaseline}
	}
	for _, u := range expired {
		if f.Suppressed == nil {
			u.live = true
		} else {
			u.used = true // what it waived is waived otherwise: there is nothing to say
		}
	}
}

// Remarks says at the end of a run what is to be said of the configuration's waivers, and of comments in files that targets share:
// expired, or of no use.
func (s *Set) Remarks() []finding.Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ns []finding.Notification
	for i := range s.Waivers {
		w := &s.Waivers[i]
		var l use
		if s.ledger != nil {
			l = s.ledger[i]
		}
		switch {
		case l.live && !l.used:
			ns = append(ns, expired(w))
		case l.used, l.unclear, !l.covered && !s.Whole:
		case !l.covered:
			ns = append(ns, unused(w, fmt.Sprintf("no file that was checked matches the path '%s'", w.Path)))
		default:
			ns = append(ns, unused(w, "there is no such finding"))
		}
	}
	return append(ns, s.sharedRemarks()...)
}

func expired(w *Waiver) finding.Notification {
	return finding.Notification{
		Rule: finding.Rule{ID: "MIKS904", Name: "waiver-expired"}, Level: finding.Warning, URI: w.URI,
		Message: fmt.Sprintf("The waiver of %s in line %d of '%s' has ended on %s, so that what it waived counts again. Repair the finding, or give the waiver a new date.",
			w.Rule, w.Line, w.URI, w.Until.Format(time.DateOnly)),
	}
}

func unused(w *Waiver, why string) finding.Notification {
	return useless(w.URI, fmt.Sprintf("The waiver of %s in line %d of '%s' waives nothing: %s. Remove it.", w.Rule, w.Line, w.URI, why))
}

func useless(uri, message string) finding.Notification {
	return finding.Notification{Rule: finding.Rule{ID: "MIKS905", Name: "waiver-unused"}, Level: finding.Warning, URI: uri, Message: message}
}

// region is where a finding is, in lines.
func region(r source.Region) (first, last int) { return r.StartLine, max(r.StartLine, r.EndLine) }
