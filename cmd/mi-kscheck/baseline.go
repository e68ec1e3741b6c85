package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
)

// baselineFlags say which findings are accepted as they were.
type baselineFlags struct {
	file   string
	update bool
}

func (f *baselineFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.file, "baseline", "", "findings that this `FILE` lists do not count: they were there before")
	fs.BoolVar(&f.update, "update-baseline", false, "write this run's findings to the file of --baseline, exit 0")
}

// read gives the baseline in force: none without --baseline, an empty one to be filled with --update-baseline.
func (f *baselineFlags) read(t *trusted) (*waiver.Baseline, error) {
	switch {
	case f.file == "" && f.update:
		return nil, usage("--update-baseline goes with --baseline FILE, which names the file to write")
	case f.file == "":
		return nil, nil
	case f.update:
		return &waiver.Baseline{}, nil
	}
	var data []byte
	var err error
	if t == nil {
		data, err = readFile(f.file, source.MaxFile)
	} else {
		var file *source.File
		if file, err = t.read("--baseline", f.file); err != nil {
			return nil, err
		}
		data = file.Data
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("--baseline %q: it does not exist; --update-baseline writes it", f.file)
	case err != nil:
		return nil, usage("--baseline %q could not be read: %s", f.file, checker.Reason(system(err)))
	}
	b, err := waiver.ReadBaseline(data)
	if err != nil {
		return nil, usage("--baseline %q, %w", f.file, err)
	}
	return b, nil
}

// accept collects what --update-baseline writes: what nothing else waives, as far as its rule can be waived. What is waived
// with a reason stays out, or it would be accepted for good once the waiver ends.
func (t *tally) accept(b *waiver.Baseline, res *finding.Result) {
	for i := range res.Findings {
		switch f := &res.Findings[i]; {
		case f.Suppressed == nil:
			t.left++
		case f.Suppressed.Justification == waiver.InBaseline:
			b.Add(f)
		}
	}
}

// settle ends a run with --update-baseline: what was found is accepted and no longer fails the run, unless the run did not see
// everything: then the baseline stays as it was.
func (f *checkFlags) settle(t *tally, b *waiver.Baseline, stderr io.Writer) {
	if len(t.usage)+len(t.undone) > 0 {
		t.undone = append(t.undone, fmt.Errorf("the baseline %q was not written, since the run is not complete", f.baseline.file))
		return
	}
	if err := f.baseline.write(b, t.left, stderr); err != nil {
		t.undone = append(t.undone, err)
	}
	t.found = false
}

// write puts the new baseline in its place, and says how many findings it could not take.
func (f *baselineFlags) write(b *waiver.Baseline, left int, stderr io.Writer) error {
	out, err := createFile(f.file)
	if err != nil {
		return fmt.Errorf("--baseline %q: %w", f.file, err)
	}
	defer out.discard()
	if err := b.Write(out); err != nil {
		return fmt.Errorf("the baseline %q could not be written: %w", f.file, system(err))
	}
	if err := out.settle(); err != nil {
		return fmt.Errorf("the baseline %q could not be written: %w", f.file, system(err))
	}
	_, err = fmt.Fprintf(stderr, "mi-kscheck: %s accepted in the baseline %q\n", count(b.Len(), "finding is", "findings are"), f.file)
	if left > 0 && err == nil {
		_, err = fmt.Fprintf(stderr, "mi-kscheck: %s not, since the configuration lists the rule under 'unwaivable'\n", count(left, "finding is", "findings are"))
	}
	return err
}
