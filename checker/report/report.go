// Package report writes what was found: SARIF and text, one file a format behind one small interface. It alone knows
// formats. Everything that it writes passes the sanitiser, since aliases, names and paths of the input may be hostile.
package report

import (
	"fmt"
	"io"
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
	Tool     Tool
	Rules    []*rules.Rule // all that run, in ID order
	Now      time.Time     // the time that validity was judged at
	Revision string        // commit of the work tree; empty without git
	Color    bool          // text only
	Width    int           // of the terminal; 0: unknown
	Verbose  bool
	Quiet    bool
	MinLevel finding.Level // findings below it are not shown; empty: all
	Profile  string        // "production" or "development"
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

// Formats lists the formats that New knows, in the order of the help text.
func Formats() []string { return []string{"text", "sarif"} }

// New gives the writer of a format. An unknown format is an error that lists those there are.
func New(format string, w io.Writer) (Writer, error) {
	return nil, fmt.Errorf("the format %q is not built yet", format)
}
