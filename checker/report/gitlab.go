package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// gitlab writes GitLab's Code Quality report: one JSON array, a finding a line. What is waived is left out, and so is what the
// run says beside its findings, for which the format has no place.
type gitlab struct {
	out   *output
	run   Run
	rules lookup
	count int
}

func newGitLab(w io.Writer) *gitlab { return &gitlab{out: newOutput(w)} }

type codeQuality struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"` // info, minor, major, critical, blocker
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

func (g *gitlab) Begin(run Run) error {
	g.run, g.rules = run, newLookup(run.Rules)
	g.out.writeString("[")
	return g.out.err
}

func (g *gitlab) Target(r finding.Result) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		if !g.run.counts(f) {
			continue
		}
		c := codeQuality{Description: fullMessage(f), CheckName: ruleName(f.Rule), Fingerprint: Clean(f.Fingerprint), Severity: g.severity(f)}
		c.Location.Path, c.Location.Lines.Begin = cleanPath(f.URI), max(f.Region.StartLine, 1)
		g.out.item(&g.count, c)
	}
	return g.out.err
}

func (g *gitlab) End(Summary) error {
	g.out.writeString("\n]\n")
	return g.out.flush()
}

func (g *gitlab) severity(f *finding.Finding) string {
	switch {
	case f.Level == finding.Error && g.rules.severity(f.Rule.ID) >= 9:
		return "blocker"
	case f.Level == finding.Error:
		return "critical"
	case f.Level == finding.Warning:
		return "major"
	case f.Level == finding.Note:
		return "minor"
	}
	return "info"
}

// item writes an element of a JSON array on a line of its own; n counts them.
func (o *output) item(n *int, v any) {
	if *n > 0 {
		o.writeString(",")
	}
	*n++
	o.writeString("\n")
	o.json(v)
}

func (o *output) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		o.fail(fmt.Errorf("writing JSON: %w", err))
	}
	o.write(b)
}
