package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// junit writes JUnit's XML, as CI systems show test results: a suite for each target, in it a test for each finding and one for
// each rule that passed or could not be judged. A finding fails its test from the level on that fails the run (--fail-on); one
// below that passes and says its words as output. What is waived and what could not be judged counts as skipped, each with the
// reason. What the run says of itself is a suite of its own at the end.
type junit struct {
	out *output
	run Run
}

func newJUnit(w io.Writer) *junit { return &junit{out: newOutput(w)} }

// junitCase is one test of a suite.
type junitCase struct {
	name, class string
	outcome     junitOutcome
	kind        string // level of the finding
	message     string
	details     string
}

type junitOutcome int

const (
	junitPassed junitOutcome = iota
	junitFailed
	junitError
	junitSkipped
)

func (j *junit) Begin(run Run) error {
	j.run = run
	j.out.writeString(xml.Header)
	j.out.tag("<testsuites", "name", toolName)
	return j.out.err
}

func (j *junit) Target(r finding.Result) error {
	var cases []junitCase
	for i := range r.Findings {
		f := &r.Findings[i]
		if j.run.shows(f) {
			cases = append(cases, j.test(f))
		}
	}
	for _, v := range r.Verdicts {
		if v.Outcome == finding.Passed {
			cases = append(cases, junitCase{name: ruleName(v.Rule), class: cleanPath(r.URI)})
		}
	}
	for _, u := range r.Unjudged {
		cases = append(cases, junitCase{name: ruleName(u.Rule), class: cleanPath(r.URI), outcome: junitSkipped, message: "not judged: " + Clean(u.Reason)})
	}
	for i := range r.Notes {
		cases = append(cases, j.notice(&r.Notes[i]))
	}
	name := cleanPath(r.URI)
	if r.Fleet {
		name += " (compared with the other targets)"
	}
	j.suite(name, cases)
	return j.out.err
}

func (j *junit) test(f *finding.Finding) junitCase {
	c := junitCase{name: ruleName(f.Rule), class: cleanPath(f.URI), kind: level(f.Level), message: fullMessage(f)}
	if f.Region.StartLine > 0 {
		place := fmt.Sprintf("%d:%d", f.Region.StartLine, max(f.Region.StartColumn, 1))
		c.name += " at " + place
		c.details = c.class + ":" + place + "\n"
	}
	c.details += c.kind + ": " + c.message
	switch {
	case f.Suppressed != nil:
		c.outcome, c.message, c.details = junitSkipped, "waived: "+Clean(f.Suppressed.Justification), ""
	case j.run.fails(f.Level):
		c.outcome = junitFailed
	}
	return c
}

// notice makes a test of a notification: an error where the run broke, skipped where something was not looked at, else output.
func (j *junit) notice(n *finding.Notification) junitCase {
	c := junitCase{name: ruleName(n.Rule), class: toolName, kind: level(n.Level), message: Clean(n.Message)}
	if n.Rule.ID == "" {
		c.name = "notification"
	}
	if n.URI != "" {
		c.class = cleanPath(n.URI)
	}
	c.details = c.kind + ": " + c.message
	switch c.kind {
	case "error":
		c.outcome = junitError
	case "warning":
		c.outcome = junitSkipped
	}
	return c
}

func (j *junit) End(sum Summary) error {
	var cases []junitCase
	for i := range sum.Notifications {
		cases = append(cases, j.notice(&sum.Notifications[i]))
	}
	if !sum.Successful {
		cases = append(cases, junitCase{name: "the run", class: toolName, outcome: junitError, kind: "error", message: notDone, details: notDone})
	}
	if len(cases) > 0 {
		j.suite(toolName, cases)
	}
	j.out.writeString("</testsuites>\n")
	return j.out.flush()
}

func (j *junit) suite(name string, cases []junitCase) {
	var count [junitSkipped + 1]int
	for i := range cases {
		count[cases[i].outcome]++
	}
	j.out.tag("<testsuite", "name", name, "tests", strconv.Itoa(len(cases)), "failures", strconv.Itoa(count[junitFailed]), "errors", strconv.Itoa(count[junitError]),
		"skipped", strconv.Itoa(count[junitSkipped]), "time", "0", "timestamp", j.run.Now.UTC().Format("2006-01-02T15:04:05"))
	for i := range cases {
		j.testcase(&cases[i])
	}
	j.out.writeString("</testsuite>\n")
}

func (j *junit) testcase(c *junitCase) {
	attributes := []string{"name", c.name, "classname", c.class, "time", "0"}
	if c.outcome == junitPassed && c.details == "" {
		j.out.writeString("  ")
		j.out.tag("<testcase/", attributes...)
		return
	}
	j.out.writeString("  ")
	j.out.tag("<testcase", attributes...)
	j.out.writeString("    ")
	switch c.outcome {
	case junitSkipped:
		j.out.tag("<skipped/", "message", c.message)
	case junitFailed:
		j.out.tag("<failure", "message", c.message, "type", c.kind)
		j.out.writeString(xmlLines(c.details) + "</failure>\n")
	case junitError:
		j.out.tag("<error", "message", c.message, "type", c.kind)
		j.out.writeString(xmlLines(c.details) + "</error>\n")
	default:
		j.out.writeString("<system-out>" + xmlLines(c.details) + "</system-out>\n")
	}
	j.out.writeString("  </testcase>\n")
}

// xmlLines escapes a text whose line breaks are ours.
func xmlLines(s string) string { return strings.ReplaceAll(xmlText(s), "&#xA;", "\n") }
