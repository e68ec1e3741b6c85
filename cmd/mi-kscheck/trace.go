package main

import (
	"context"
	"fmt"
	"io"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// tracer follows the rule that --trace names; nil where it names none.
func (f *checkFlags) tracer(ctx context.Context, s *settings) (*policy.Tracer, error) {
	if f.trace == "" {
		return nil, nil //nolint:nilnil // there is nothing to follow
	}
	r, ok := s.catalogue.Find(f.trace)
	switch {
	case !ok && s.catalogue.Nearest(f.trace) != "":
		return nil, usage("--trace: there is no rule %q; did you mean %s? 'mi-kscheck rules' lists all", f.trace, s.catalogue.Nearest(f.trace))
	case !ok:
		return nil, usage("--trace: there is no rule %q; 'mi-kscheck rules' lists all", f.trace)
	case r.Package == "":
		return nil, usage("--trace: %s is about the run itself; no policy decides it", r.ID)
	case r.OfRun():
		return nil, usage("--trace: %s judges the run as a whole, and --trace follows what a rule says of one target; 'mi-kscheck input --fleet' shows what it sees", r.ID)
	}
	t, err := policy.NewTracer(ctx, r, s.custom)
	if err != nil {
		return nil, &exitError{code: exitUsage, err: err}
	}
	return t, nil
}

// explain writes how the traced rule came to its verdict on a target.
func (p *plan) explain(ctx context.Context, w io.Writer, o *checker.Outcome) error {
	lines, err := p.tracer.Trace(ctx, o.Document, p.terms(o.Result.URI).Own)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, report.Clean(l)); err != nil {
			return undone("standard error can't be written: %w", system(err))
		}
	}
	return nil
}
