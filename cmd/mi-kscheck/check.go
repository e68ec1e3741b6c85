package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

type checkFlags struct {
	targetFlags
	formats          []string
	failOn           string
	minLevel         string
	choice           choiceFlags
	requireInspected bool
	timeout          time.Duration
	color            string
	noProgress       bool
	listTargets      bool
	quiet, verbose   bool
}

func newCheck() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "Judge the stores that deployment.toml leads to",
		Long: `check judges each PATH: a deployment.toml, an MI home, or a tree with any number of them (default "."; "-" is standard input).

Exit: 0 nothing at or above --fail-on; 1 findings; 2 usage or policy error; 3 the job could not be done (no target, a file that
could not be read), with what was done still reported.`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fs := c.Flags()
	fs.StringArrayVarP(&f.formats, "format", "f", nil, "output `FORMAT[=FILE]`: "+strings.Join(report.Formats(), ", ")+" (repeatable; default text on standard output)")
	fs.StringVar(&f.failOn, "fail-on", "error", "exit 1 on findings from this `LEVEL` on: error, warning, note, never")
	fs.StringVar(&f.minLevel, "min-level", "note", "show findings from this `LEVEL` on: error, warning, note")
	f.choice.register(fs)
	f.register(fs)
	fs.BoolVar(&f.staged, "staged", false, "judge the git index: what the next commit will hold")
	fs.BoolVar(&f.requireInspected, "require-inspected", false, "exit 3 if a primary, internal or trust store could not be judged")
	fs.DurationVar(&f.timeout, "timeout", 0, "end the whole run after `D` (90s, 5m); what was found is reported, exit 3")
	fs.StringVar(&f.color, "color", "auto", "colour in text: auto, always, never")
	fs.BoolVar(&f.noProgress, "no-progress", false, "show no progress")
	fs.BoolVar(&f.listTargets, "list-targets", false, "list what would be judged, and stop")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "findings only, a line each")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "also say what passed and why something was not judged")
	registerUnbuilt(fs)
	return c
}

func (f *checkFlags) run(c *cobra.Command, paths []string) error {
	ctx := c.Context()
	if f.timeout < 0 {
		return usage("--timeout takes a duration like 90s or 5m")
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	failOn, err := level(f.failOn, "--fail-on", "never")
	if err != nil {
		return err
	}
	minLevel, err := level(f.minLevel, "--min-level", "")
	if err != nil {
		return err
	}
	now, err := f.time()
	if err != nil {
		return err
	}
	chosen, err := f.choice.rules()
	if err != nil {
		return err
	}
	values, err := f.values.read()
	if err != nil {
		return err
	}
	outs, err := openOutputs(f.formats, c.OutOrStdout())
	if err != nil {
		return err
	}
	defer outs.discard()
	s, err := f.find(ctx, c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	if s.idle {
		return nil
	}
	if f.listTargets {
		return listTargets(c.OutOrStdout(), s)
	}
	run := report.Run{
		Tool: report.Tool{Version: toolVersion()}, Rules: chosen, Now: now, Revision: s.revision(ctx), Color: f.colour(c.OutOrStdout()),
		Width: width(c.OutOrStdout()), Verbose: f.verbose, Quiet: f.quiet, MinLevel: minLevel, Profile: "production",
		Hints: []string{"mi-kscheck explain {{rule}}   why it matters, and how to repair it step by step"},
	}
	if err := outs.begin(run); err != nil {
		return undone("the report could not be written: %w", err)
	}
	t := tally{failOn: failOn, requireInspected: f.requireInspected}
	sum := report.Summary{Notifications: checker.Problems(s.problems), Successful: true}
	t.unreadable(len(sum.Notifications))
	if err := s.missingError(); err != nil {
		t.undone = append(t.undone, err)
	}
	if len(s.targets) == 0 && len(t.undone) == 0 {
		t.undone = append(t.undone, errors.New("no deployment.toml was found: name one, an MI home, or a folder that holds one"))
	}
	err = checker.Run(ctx, s.targets, checker.Options{Rules: chosen, Now: now, Settings: facts.DefaultSettings, Values: values, Jobs: f.jobs}, func(o checker.Outcome) error {
		sum.Targets++
		if o.Err != nil {
			return t.failed(o, &sum)
		}
		t.add(o)
		return outs.target(o.Result)
	})
	if err := t.ended(err); err != nil {
		return err
	}
	sum.Successful = len(t.undone) == 0
	if err := outs.end(sum); err != nil {
		return undone("the report could not be written: %w", err)
	}
	return t.exit()
}

// tally decides the exit code.
type tally struct {
	failOn           finding.Level
	requireInspected bool
	found            bool
	undone           []error
}

func (t *tally) unreadable(n int) {
	if n > 0 {
		t.undone = append(t.undone, fmt.Errorf("%s could not be read", count(n, "file or folder", "files or folders")))
	}
}

func (t *tally) add(o checker.Outcome) {
	for i := range o.Result.Findings {
		f := &o.Result.Findings[i]
		if f.Suppressed == nil && t.failOn != finding.None && f.Level.Rank() >= t.failOn.Rank() {
			t.found = true
		}
	}
	t.unreadable(len(o.Result.Notes))
	if t.requireInspected && !o.Inspected {
		t.undone = append(t.undone, fmt.Errorf("%s: a primary, internal or trust store could not be judged (--require-inspected)", o.Result.URI))
	}
}

// failed takes a target that could not be judged; the others go on, but for a policy that fails, which fails on all.
func (t *tally) failed(o checker.Outcome, sum *report.Summary) error {
	if errors.Is(o.Err, policy.ErrEvaluate) || errors.Is(o.Err, context.Canceled) || errors.Is(o.Err, context.DeadlineExceeded) {
		return o.Err
	}
	sum.Notifications = append(sum.Notifications, checker.Unreadable(o.Result.URI, o.Err))
	t.unreadable(1)
	return nil
}

// ended sorts what ended the run: a policy's fault is exit 2, a limit of time or a report that can't be written exit 3.
func (t *tally) ended(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, policy.ErrCompile), errors.Is(err, policy.ErrEvaluate):
		return &exitError{code: exitUsage, err: err}
	case errors.Is(err, context.DeadlineExceeded):
		t.undone = append(t.undone, errors.New("the time of --timeout ran out; what was found until then is reported"))
	case errors.Is(err, context.Canceled):
		t.undone = append(t.undone, errors.New("interrupted; what was found until then is reported"))
	default:
		return undone("the report could not be written: %w", err)
	}
	return nil
}

func (t *tally) exit() error {
	switch {
	case len(t.undone) > 0:
		return &exitError{code: exitUndone, err: errors.Join(t.undone...)}
	case t.found:
		return &exitError{code: exitFindings}
	}
	return nil
}

func listTargets(w io.Writer, s *selection) error {
	for _, t := range s.targets {
		v := t.Version.Number
		if v == "" {
			v = "newest (nothing names a version)"
		} else {
			v += " (" + t.Version.Origin + ")"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s\tMI %s\n", report.Clean(t.Source.URI(t.Path)), t.Kind, report.Clean(v)); err != nil {
			return err
		}
	}
	if err := s.missingError(); err != nil {
		return undone("%w", err)
	}
	if len(s.targets) == 0 {
		return undone("no deployment.toml was found: name one, an MI home, or a folder that holds one")
	}
	return nil
}

func level(name, option, never string) (finding.Level, error) {
	switch l := finding.Level(name); {
	case l.Rank() > 0:
		return l, nil
	case never != "" && name == never:
		return finding.None, nil
	}
	words := "error, warning or note"
	if never != "" {
		words = "error, warning, note or " + never
	}
	return "", usage("%s takes %s, not %q", option, words, name)
}

// colour decides on colours: as asked, else only on a terminal, and not where NO_COLOR is set.
func (f *checkFlags) colour(w io.Writer) bool {
	switch f.color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && isTerminal(w)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
