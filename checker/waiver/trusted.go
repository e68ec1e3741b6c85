package waiver

import (
	"fmt"
	"strings"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// Trusted is what comments waive in the revision that is trusted, where the tree under check is not: whoever may change the tree
// could add a comment. A finding of the tree is waived where the revision has the same one (by its fingerprint) and a comment there
// waives it. It is filled by Set.Into while the revision is judged, and by Add; it is safe for concurrent use.
type Trusted struct {
	ref string

	mu       sync.Mutex
	waived   map[string]*finding.Suppression // by fingerprint
	comments map[string]bool                 // by file and text
}

// NewTrusted makes an empty one; ref is how messages call the revision.
func NewTrusted(ref string) *Trusted {
	return &Trusted{ref: ref, waived: map[string]*finding.Suppression{}, comments: map[string]bool{}}
}

// Add takes the findings of the revision that comments waive there.
func (t *Trusted) Add(res *finding.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Suppressed != nil && f.Suppressed.Kind == inSource {
			t.waived[f.Fingerprint] = f.Suppressed
		}
	}
}

func (t *Trusted) heard(comments []*comment) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range comments {
		t.comments[c.identity()] = true
	}
}

// suppression gives a copy of what waives a finding in the revision; nil where nothing does.
func (t *Trusted) suppression(f *finding.Finding) *finding.Suppression {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.waived[f.Fingerprint]
	if s == nil {
		return nil
	}
	return &finding.Suppression{Kind: s.Kind, Status: s.Status, Justification: s.Justification}
}

// remarks tells of comments that stand in the tree alone.
func (t *Trusted) remarks(comments []*comment) map[*comment]finding.Notification {
	t.mu.Lock()
	defer t.mu.Unlock()
	ns := map[*comment]finding.Notification{}
	for _, c := range comments {
		if !t.comments[c.identity()] {
			ns[c] = useless(c.uri, fmt.Sprintf(
				"The waiver in line %d of '%s' does not count: with --untrusted only comments count that stand in %s, too. It counts once it is there.", c.line, c.uri, t.ref))
		}
	}
	return ns
}

// identity is a comment wherever it stands in its file.
func (c *comment) identity() string {
	return c.uri + "\x00" + strings.Join(strings.Fields(c.text), " ")
}
