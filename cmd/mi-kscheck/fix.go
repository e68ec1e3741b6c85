package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/fix"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// fixFlags ask for repairs.
type fixFlags struct{ on, dry bool }

func (f *fixFlags) register(fs *pflag.FlagSet) {
	fs.BoolVar(&f.on, "fix", false, "repair what is safe in text, then judge what remains")
	fs.BoolVar(&f.dry, "dry-run", false, "with --fix: show the repairs as a diff, and write nothing")
}

// planFix looks at what does not go together.
func (f *checkFlags) planFix(p *plan, paths []string) error {
	switch {
	case f.fix.dry && !f.fix.on:
		return usage("--dry-run goes with --fix")
	case !f.fix.on:
		return nil
	case f.staged:
		return usage("--fix repairs files, and --staged judges the git index: run it without --staged, then stage what it repaired")
	case f.rev != "":
		return usage("--fix repairs files, and --rev judges a revision, which nothing can change: run it without --rev")
	case slices.Contains(paths, "-"):
		return usage("--fix repairs files, so PATH '-' (standard input) does not go with it")
	case f.baseline.update:
		return usage("--fix and --update-baseline exclude each other: repair first, then accept what remains")
	case !f.fix.dry:
		return nil
	}
	if len(f.formats) > 0 && slices.ContainsFunc(p.outs, func(o *output) bool { return o.path == "" }) {
		return usage("--dry-run shows its diff on standard output: give the report a file, as in -f sarif=FILE")
	}
	return nil
}

// repair repairs the files of the selection, or shows what it would do. What could not be written is said, and the run goes on.
func (f *checkFlags) repair(ctx context.Context, p *plan, s *selection, stdout, stderr io.Writer) (undone []error, err error) {
	files, err := fix.Files(ctx, s.targets, func(ctx context.Context, targets []*layout.Target, emit func(checker.Outcome) error) error {
		o := p.options(f.jobs)
		o.Waivers = p.newWaivers()
		return checker.Run(ctx, targets, o, emit)
	})
	if err != nil {
		return nil, nil //nolint:nilerr // the run itself meets the same error, and reports what it has
	}
	if f.fix.dry {
		for _, file := range files {
			if err := file.Diff(stdout, report.Clean); err != nil {
				return nil, written(err)
			}
		}
		if len(files) == 0 {
			fmt.Fprintln(stderr, "nothing that can be repaired in text") //nolint:errcheck // there is no one left to tell
		}
		return nil, nil
	}
	for _, file := range files {
		if err := file.Write(); err != nil {
			undone = append(undone, err)
			continue
		}
		for _, r := range file.Repaired {
			fmt.Fprintf(stderr, "repaired: %s:%d %s %s\n", report.CleanValue(r.URI), r.Region.StartLine, r.Rule.ID, r.Rule.Name) //nolint:errcheck // there is no one left to tell
		}
	}
	return undone, nil
}
