package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// perLevel is how many annotations of one kind GitHub takes from a step; it takes 50 from a job, which three kinds of 10 keep to.
const perLevel = 10

// github writes the workflow commands that GitHub Actions turns into annotations on the lines of a pull request. GitHub ignores
// what is beyond its limits without a word, so the most severe are written and the rest is counted in a last line. What is
// waived is left out.
type github struct {
	out    *output
	run    Run
	rules  lookup
	levels map[string]*worst // by command
}

func newGitHub(w io.Writer) *github {
	return &github{out: newOutput(w), levels: map[string]*worst{"error": {room: perLevel}, "warning": {room: perLevel}, "notice": {room: perLevel}}}
}

// githubCommands name the kinds, most severe first.
var githubCommands = []string{"error", "warning", "notice"}

func githubCommand(l finding.Level) string {
	switch l.Rank() {
	case 3:
		return "error"
	case 2:
		return "warning"
	}
	return "notice"
}

func (g *github) Begin(run Run) error {
	g.run, g.rules = run, newLookup(run.Rules)
	return g.out.err
}

func (g *github) Target(r finding.Result) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		if !g.run.counts(f) {
			continue
		}
		properties := []string{"file=" + githubProperty(cleanPath(f.URI))}
		if p := f.Region; p.StartLine > 0 {
			properties = append(properties, "line="+strconv.Itoa(p.StartLine))
			if p.EndLine > p.StartLine { // GitHub takes columns for one line only
				properties = append(properties, "endLine="+strconv.Itoa(p.EndLine))
			} else if p.StartColumn > 0 {
				properties = append(properties, "col="+strconv.Itoa(p.StartColumn))
				if p.EndColumn > p.StartColumn {
					properties = append(properties, "endColumn="+strconv.Itoa(p.EndColumn))
				}
			}
		}
		properties = append(properties, "title="+githubProperty(ruleName(f.Rule)))
		g.add(f.Level, g.rules.severity(f.Rule.ID), properties, fullMessage(f))
	}
	g.notify(r.Notes)
	return g.out.err
}

func (g *github) notify(list []finding.Notification) {
	for _, n := range list {
		var properties []string
		if n.URI != "" {
			properties = append(properties, "file="+githubProperty(cleanPath(n.URI)))
		}
		if n.Rule.ID != "" {
			properties = append(properties, "title="+githubProperty(ruleName(n.Rule)))
		}
		g.add(finding.Level(level(n.Level)), 0, properties, Clean(n.Message))
	}
}

func (g *github) add(l finding.Level, severity float64, properties []string, message string) {
	command := githubCommand(l)
	line := "::" + command
	if len(properties) > 0 {
		line += " " + strings.Join(properties, ",")
	}
	g.levels[command].add(l, severity, 1, line+"::"+githubData(message))
}

func (g *github) End(sum Summary) error {
	g.notify(sum.Notifications)
	if !sum.Successful {
		g.add(finding.Error, 11, nil, notDone) // above all findings
	}
	dropped := 0
	for _, c := range githubCommands {
		for _, l := range g.levels[c].sorted() {
			g.out.writeString(l.text + "\n")
		}
		dropped += g.levels[c].dropped
	}
	if dropped > 0 {
		g.out.writeString(fmt.Sprintf("and %d more, since GitHub shows no more than %d errors, warnings and notices each of a step; other formats have all.\n", dropped, perLevel))
	}
	return g.out.flush()
}

// fullMessage is a finding's message with what it follows from.
func fullMessage(f *finding.Finding) string {
	s := Clean(f.Message)
	if f.FollowsFrom != "" {
		s = sentence(s) + " This ends when " + Clean(f.FollowsFrom) + " is repaired."
	}
	return s
}

// githubData escapes a message, githubProperty the value of a property, as the runner of GitHub Actions reads them back.
func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubData(s))
}
