package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// outputs are the reports of one run. One that goes to a file is written beside it and put in its place when it is whole, so
// that no half-written report is left.
type outputs []*output

type output struct {
	report.Writer
	buffer *bufio.Writer
	temp   *os.File // nil for standard output
	path   string
}

// openOutputs opens what --format asks for; nothing asks for text on standard output.
func openOutputs(specs []string, stdout io.Writer) (outs outputs, err error) {
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	defer func() {
		if err != nil {
			outs.discard()
		}
	}()
	onStdout := ""
	for _, spec := range specs {
		format, path, toFile := strings.Cut(spec, "=")
		if toFile && path == "" {
			return outs, usage("--format %s: a file is expected behind the '='", spec)
		}
		if !toFile {
			if onStdout != "" {
				return outs, usage("--format %s and --format %s both go to standard output: give one of them a file, as in %s=FILE", onStdout, format, format)
			}
			onStdout = format
		}
		o := &output{path: path}
		var w io.Writer = stdout
		if toFile {
			o.temp, err = os.CreateTemp(filepath.Dir(path), ".mi-kscheck-*")
			if err != nil {
				return outs, undone("--format %s: the file can't be written: %w", spec, err)
			}
			w = o.temp
		}
		o.buffer = bufio.NewWriterSize(w, 64<<10)
		outs = append(outs, o)
		if o.Writer, err = report.New(format, o.buffer); err != nil {
			return outs, usage("--format: %w", err)
		}
	}
	return outs, nil
}

func (outs outputs) each(do func(*output) error) error {
	var errs []error
	for _, o := range outs {
		errs = append(errs, do(o))
	}
	return errors.Join(errs...)
}

func (outs outputs) begin(r report.Run) error {
	return outs.each(func(o *output) error {
		mine := r
		mine.Color = r.Color && o.temp == nil
		return o.Begin(mine)
	})
}

func (outs outputs) target(r finding.Result) error {
	return outs.each(func(o *output) error { return o.Target(r) })
}

// end finishes the reports and puts files in their place.
func (outs outputs) end(s report.Summary) error {
	return outs.each(func(o *output) error {
		if err := o.End(s); err != nil {
			return err
		}
		if err := o.buffer.Flush(); err != nil {
			return err
		}
		return o.settle()
	})
}

func (o *output) settle() error {
	if o.temp == nil {
		return nil
	}
	name := o.temp.Name()
	err := o.temp.Close()
	o.temp = nil
	if err == nil {
		err = os.Chmod(name, 0o644) //nolint:gosec // a report is for others to read, as any file that a tool writes
	}
	if err == nil {
		err = os.Rename(name, o.path)
	}
	if err != nil {
		_ = os.Remove(name) // what is left is worth nothing
		return fmt.Errorf("%s: %w", o.path, err)
	}
	return nil
}

// discard removes what was not finished.
func (outs outputs) discard() {
	for _, o := range outs {
		if o.temp != nil {
			_ = o.temp.Close()
			_ = os.Remove(o.temp.Name())
			o.temp = nil
		}
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is that of the terminal; 0 where there is none.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
	}
	return 0
}
