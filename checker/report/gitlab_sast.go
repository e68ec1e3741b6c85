package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// The version of GitLab's security report schemas that is written.
const (
	sastVersion = "15.2.4"
	sastSchema  = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" + sastVersion + "/dist/sast-report-format.json"
	sastTime    = "2006-01-02T15:04:05"
)

// gitlabSAST writes GitLab's security report of the kind sast: a vulnerability a line, and behind them the scan with what the
// run says beside its findings. What is waived is left out. Its times are the one that validity was judged at (--now), so that
// the same input gives the same bytes.
type gitlabSAST struct {
	out   *output
	run   Run
	rules lookup
	count int
	notices
	unjudged
}

func newGitLabSAST(w io.Writer) *gitlabSAST { return &gitlabSAST{out: newOutput(w)} }

type (
	sastVulnerability struct {
		ID          string           `json:"id"`
		Name        string           `json:"name"`
		Description string           `json:"description"`
		Severity    string           `json:"severity"` // Info, Unknown, Low, Medium, High, Critical
		Solution    string           `json:"solution,omitempty"`
		Identifiers []sastIdentifier `json:"identifiers"`
		Location    sastLocation     `json:"location"`
	}
	sastIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	sastLocation struct {
		File      string `json:"file"`
		StartLine int    `json:"start_line"`
		EndLine   int    `json:"end_line,omitempty"`
	}
	sastScan struct {
		Analyzer  sastTool      `json:"analyzer"`
		Scanner   sastTool      `json:"scanner"`
		Type      string        `json:"type"`
		StartTime string        `json:"start_time"`
		EndTime   string        `json:"end_time"`
		Status    string        `json:"status"` // success or failure
		Messages  []sastMessage `json:"messages,omitempty"`
	}
	sastTool struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		URL     string `json:"url"`
		Version string `json:"version"`
		Vendor  struct {
			Name string `json:"name"`
		} `json:"vendor"`
	}
	sastMessage struct {
		Level string `json:"level"` // info, warn, fatal
		Value string `json:"value"`
	}
)

// Lengths that the schema allows, in characters.
const (
	sastMaxName     = 255
	sastMaxSolution = 7000
)

func (g *gitlabSAST) Begin(run Run) error {
	g.run, g.rules = run, newLookup(run.Rules)
	g.out.writeString(`{"version":"` + sastVersion + `","schema":"` + sastSchema + `","vulnerabilities":[`)
	return g.out.err
}

func (g *gitlabSAST) Target(r finding.Result) error {
	for i := range r.Findings {
		if f := &r.Findings[i]; g.run.counts(f) {
			g.out.item(&g.count, g.vulnerability(f))
		}
	}
	g.notices.add(r.Notes)
	g.unjudged.add(r.Unjudged)
	return g.out.err
}

func (g *gitlabSAST) vulnerability(f *finding.Finding) sastVulnerability {
	id, name := Clean(f.Rule.ID), Clean(f.Rule.Name)
	v := sastVulnerability{
		ID: sastID(Clean(f.Fingerprint)), Name: name, Description: CleanMarkdown(fullMessage(f)), Severity: g.severity(f),
		Solution:    shorten(CleanMarkdown(f.Fix), sastMaxSolution),
		Identifiers: []sastIdentifier{{Type: "mi_kscheck_rule_id", Name: shorten(toolName+" "+id, sastMaxName), Value: id}},
		Location:    sastLocation{File: cleanPath(f.URI), StartLine: max(f.Region.StartLine, 1), EndLine: max(f.Region.EndLine, 0)},
	}
	rule := g.rules[f.Rule.ID]
	if rule == nil {
		return v
	}
	if title := oneLine(rule.Title); title != "" {
		v.Name = title
	}
	v.Name = shorten(v.Name, sastMaxName)
	v.Identifiers[0].URL = helpURI(rule)
	for _, n := range uniqueSorted(rule.CWE) {
		cwe := strconv.Itoa(n)
		v.Identifiers = append(v.Identifiers, sastIdentifier{Type: "cwe", Name: "CWE-" + cwe, Value: cwe, URL: cweURL(n)})
	}
	return v
}

// severity is by the scale of CVSS, held to what the level says: a note is no more than low.
func (g *gitlabSAST) severity(f *finding.Finding) string {
	s := g.rules.severity(f.Rule.ID)
	switch {
	case f.Level.Rank() == 0:
		return "Info"
	case f.Level == finding.Note:
		return "Low"
	case f.Level == finding.Warning:
		return "Medium"
	case s >= 9:
		return "Critical"
	}
	return "High"
}

// sastID gives a fingerprint the form of a UUID, which GitLab's own analyzers use.
func sastID(fingerprint string) string {
	if len(fingerprint) != 32 || strings.Trim(fingerprint, "0123456789abcdef") != "" {
		return fingerprint
	}
	return fingerprint[:8] + "-" + fingerprint[8:12] + "-" + fingerprint[12:16] + "-" + fingerprint[16:20] + "-" + fingerprint[20:]
}

func (g *gitlabSAST) End(sum Summary) error {
	g.notices.add(sum.Notifications)
	tool := sastTool{ID: toolName, Name: toolName, URL: toolHome, Version: Clean(strings.TrimPrefix(g.run.Tool.Version, "v"))}
	tool.Vendor.Name = toolName
	now := g.run.Now.UTC().Format(sastTime)
	scan := sastScan{Analyzer: tool, Scanner: tool, Type: "sast", StartTime: now, EndTime: now, Status: "success", Messages: g.messages()}
	if !sum.Successful {
		scan.Status = "failure"
		scan.Messages = append(scan.Messages, sastMessage{"fatal", notDone})
	}
	g.out.writeString("\n],\"scan\":")
	g.out.json(scan)
	g.out.writeString("}\n")
	return g.out.flush()
}

func (g *gitlabSAST) messages() []sastMessage {
	var all []sastMessage
	for _, n := range g.notices.list {
		m := sastMessage{Level: "info", Value: noticeText(&n)}
		switch n.Level {
		case finding.Error:
			m.Level = "fatal"
		case finding.Warning:
			m.Level = "warn"
		}
		all = append(all, m)
	}
	for _, e := range g.unjudged.entries {
		all = append(all, sastMessage{"info", notJudgedText(&e)})
	}
	if n := g.notices.dropped + g.unjudged.dropped; n > 0 {
		all = append(all, sastMessage{"info", fmt.Sprintf("%d more messages were left out.", n)})
	}
	return all
}

// noticeText is a notification in one line, with its rule and file.
func noticeText(n *finding.Notification) string {
	s := Clean(n.Message)
	if n.URI != "" && !strings.Contains(n.Message, n.URI) {
		s = cleanPath(n.URI) + ": " + s
	}
	if n.Rule.ID != "" {
		s = ruleName(n.Rule) + ": " + s
	}
	return s
}

// notJudgedText says which rule could not be judged, why, and of how many files that holds.
func notJudgedText(e *unjudgedEntry) string {
	s := fmt.Sprintf("The rule '%s' was not judged. %s", Clean(e.rule.Name), e.reason)
	if e.count > 1 {
		s = fmt.Sprintf("%s That holds for %d files.", sentence(s), e.count)
	}
	return s
}
