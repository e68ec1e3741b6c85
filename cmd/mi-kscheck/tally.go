package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// maxSaid is how many files that could not be read are named on standard error; the reports name all.
const maxSaid = 10

// tally adds up what decides the exit code.
type tally struct {
	failOn           finding.Level
	requireInspected bool
	found            bool
	usage            []error // exit 2
	undone           []error // exit 3
	unreadable       int
	failing          int // policies, counted once a target
	left             int // findings that --update-baseline could not accept
}

// notes takes what could not be read, and the policies that failed. What else is noted about a run is told by the reports alone.
func (t *tally) notes(ns []finding.Notification) {
	for _, n := range ns {
		if n.Rule.ID == checker.RulePolicyError {
			if t.failing++; t.failing <= maxSaid {
				t.usage = append(t.usage, errors.New(strings.TrimPrefix(n.URI+": ", ": ")+n.Message))
			}
			continue
		}
		if n.Rule.ID != checker.RuleUnreadable {
			continue
		}
		if t.unreadable++; t.unreadable <= maxSaid {
			t.undone = append(t.undone, errors.New(n.Message))
		}
	}
}

func (t *tally) add(o checker.Outcome) {
	for i := range o.Result.Findings {
		f := &o.Result.Findings[i]
		if f.Suppressed == nil && t.failOn != finding.None && f.Level.Rank() >= t.failOn.Rank() {
			t.found = true
		}
	}
	t.notes(o.Result.Notes)
	if t.requireInspected && !o.Inspected {
		t.undone = append(t.undone, fmt.Errorf("%s: a primary, internal or trust store could not be judged, and --require-inspected asks for all; the report says why", o.Result.URI))
	}
}

// failed takes a target that could not be judged. The others go on, but not where the run as a whole is at its end: a policy
// fails on all, and time that ran out is out for all.
func (t *tally) failed(o checker.Outcome, sum *report.Summary) error {
	if errors.Is(o.Err, policy.ErrCompile) || errors.Is(o.Err, policy.ErrEvaluate) || stopped(o.Err) {
		return o.Err
	}
	n := checker.Unreadable(o.Result.URI, o.Err)
	sum.Notifications = append(sum.Notifications, n)
	t.notes([]finding.Notification{n})
	return nil
}

// ended takes what ended the run early.
func (t *tally) ended(ctx context.Context, err error) {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		t.undone = append(t.undone, errors.New("the time of --timeout ran out; what was found until then is reported"))
	case ctx.Err() != nil:
		t.undone = append(t.undone, errors.New("interrupted; what was found until then is reported"))
	case err == nil:
	case errors.Is(err, policy.ErrCompile), errors.Is(err, policy.ErrEvaluate):
		t.usage = append(t.usage, err)
	default:
		t.undone = append(t.undone, err)
	}
}

// exit gives the error that carries the exit code.
func (t *tally) exit() error {
	if more := t.failing - maxSaid; more > 0 {
		t.usage = append(t.usage, fmt.Errorf("%d more failures of policies; the report tells them", more))
	}
	if more := t.unreadable - maxSaid; more > 0 {
		t.undone = append(t.undone, fmt.Errorf("%s more could not be read; the report names them", count(more, "file or folder", "files or folders")))
	}
	said := errors.Join(append(t.usage, t.undone...)...)
	switch {
	case len(t.usage) > 0:
		return &exitError{code: exitUsage, err: said}
	case len(t.undone) > 0:
		return &exitError{code: exitUndone, err: said}
	case t.found:
		return &exitError{code: exitFindings}
	}
	return nil
}

// stopped tells an error that comes from the end of the run's time or from an interrupt.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
