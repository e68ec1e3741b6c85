// Package report writes what was found: text, SARIF, JSON and what CI systems read, one file a format behind one small interface. It alone knows
// formats. Everything that it writes passes the sanitiser, since aliases, names and paths of the input may be hostile.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Writer writes a report as a stream, so that memory does not grow with the number of targets: Begin once, Target for each
// target in order, End once. The first error of the underlying writer is returned by the call that met it and by all after it.
type Writer interface {
	Begin(Run) error
	Target(finding.Result) error
	End(Summary) error
}

// Run is what is known before the first target.
type Run struct {
	Tool       Tool
	Rules      []*rules.Rule // all that run, in ID order
	Now        time.Time     // the time that validity was judged at
	Revision   string        // commit of the work tree; empty without git
	Repository string        // address of the repository, http(s) or ssh; empty: unknown. Credentials in it are dropped
	Archives   []string      // the archives that targets lie in, by their URIs
	Color      bool          // text only
	Width      int           // of the terminal; 0: unknown
	Verbose    bool
	Quiet      bool
	MinLevel   finding.Level // findings below it are not shown; empty: all
	Profile    string        // "production" or "development"
	FailOn     finding.Level // a finding from this level on fails the run; None: no one does; empty: Error. JUnit's tests fail by it
	Baseline   bool          // a baseline was given, so that each finding is known or new; SARIF tells which
	// Hints are what text suggests as the next step, a line each, after a run that found something. "{{rule}}" in a hint is
	// replaced by the ID of the rule to begin with.
	Hints []string
}

// Tool names the program.
type Tool struct {
	Version string // semantic version
}

// Summary is what is known after the last target.
type Summary struct {
	Targets       int
	Notifications []finding.Notification // of the run as a whole
	// Successful is false where the run could not do its job (exit 3) or broke (exit 2).
	Successful bool
	Elapsed    time.Duration // text with Verbose only: reports must not differ between runs
}

const (
	toolName = "mi-kscheck"
	toolHome = "https://github.com/mi-kscheck/mi-kscheck"
)

// formats holds the writers in the order of the help text.
var formats = []struct {
	name string
	open func(io.Writer) Writer
}{
	{"text", func(w io.Writer) Writer { return newText(w) }},
	{"sarif", func(w io.Writer) Writer { return newSARIF(w) }},
	{"json", func(w io.Writer) Writer { return newJSON(w) }},
	{"html", func(w io.Writer) Writer { return newHTML(w) }},
	{"markdown", func(w io.Writer) Writer { return newMarkdown(w) }},
	{"junit", func(w io.Writer) Writer { return newJUnit(w) }},
	{"github", func(w io.Writer) Writer { return newGitHub(w) }},
	{"gitlab", func(w io.Writer) Writer { return newGitLab(w) }},
	{"gitlab-sast", func(w io.Writer) Writer { return newGitLabSAST(w) }},
	{"checkstyle", func(w io.Writer) Writer { return newCheckstyle(w) }},
	{"csv", func(w io.Writer) Writer { return newCSV(w) }},
}

// Formats lists the formats that New knows, in the order of the help text.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// New gives the writer of a format. An unknown format is an error that lists those there are.
func New(format string, w io.Writer) (Writer, error) {
	i := slices.Index(Formats(), format)
	if i < 0 {
		return nil, fmt.Errorf("there is no format '%s'; there are: %s", CleanValue(format), strings.Join(Formats(), ", "))
	}
	return formats[i].open(w), nil
}

// shows reports whether a finding is at or above the least level that is to be shown.
func (r *Run) shows(f *finding.Finding) bool {
	return r.MinLevel == "" || f.Level.Rank() >= r.MinLevel.Rank()
}

// fails reports whether a finding of a level fails the run.
func (r *Run) fails(l finding.Level) bool {
	switch r.FailOn {
	case finding.None:
		return false
	case "":
		return l.Rank() >= finding.Error.Rank()
	}
	return l.Rank() >= r.FailOn.Rank()
}
