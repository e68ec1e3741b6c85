package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// outputs are the reports of one run. One that can't be written goes silent and the others go on.
type outputs []*output

type output struct {
	format, path string // path is empty for standard output
	report.Writer
	buffer *bufio.Writer
	file   *file // nil for standard output
	err    error // the first one
}

// parseOutputs reads the values of --format; none asks for text on standard output.
func parseOutputs(specs []string) (outputs, error) {
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	var outs outputs
	taken := map[string]string{}
	for _, spec := range specs {
		format, path, toFile := strings.Cut(spec, "=")
		if err := knownFormat(format); err != nil {
			return nil, err
		}
		if toFile && path == "" {
			return nil, usage("--format %s: a file is expected behind the '='", spec)
		}
		if path == "-" {
			path, toFile = "", false
		}
		key := ""
		if toFile {
			key = filepath.Clean(path)
		}
		if other, ok := taken[key]; ok && toFile {
			return nil, usage("--format %s and --format %s=%s both go to one file: give each its own", other, format, path)
		} else if ok {
			return nil, usage("--format %s and --format %s both go to standard output: give one of them a file, as in %s=FILE", other, format, format)
		}
		taken[key] = spec
		outs = append(outs, &output{format: format, path: path})
	}
	return outs, nil
}

func knownFormat(format string) error {
	built := report.Formats()
	if slices.Contains(built, format) {
		return nil
	}
	return usage("--format: there is no format %q; there are: %s", format, strings.Join(built, ", "))
}

// unlinked refuses reports whose place is a link, or lies behind one below the working folder: a tree of someone else's may have
// brought it, to have another file overwritten.
func (outs outputs) unlinked() error {
	for _, o := range outs {
		if o.path == "" {
			continue
		}
		folder, rest := filepath.Split(o.path)
		if filepath.IsLocal(o.path) {
			folder, rest = "", o.path
		}
		place := folder
		for part := range strings.SplitSeq(filepath.ToSlash(filepath.Clean(rest)), "/") {
			place = filepath.Join(place, part)
			if info, err := os.Lstat(place); err == nil && info.Mode()&fs.ModeSymlink != 0 {
				return usage("--format %s=%s: %q is a link, which the tree may have brought along; with --untrusted, name a file that is reached without one", o.format, o.path, place)
			}
		}
	}
	return nil
}

// wantUses tells whether one of them shows who uses which store.
func (outs outputs) wantUses() bool {
	return slices.ContainsFunc(outs, func(o *output) bool { return report.WantsUses(o.format) })
}

// has tells whether a format is among them.
func (outs outputs) has(format string) bool {
	return slices.ContainsFunc(outs, func(o *output) bool { return o.format == format })
}

// open makes the writers, and the files that they write to.
func (outs outputs) open(stdout io.Writer) error {
	for _, o := range outs {
		w := stdout
		if o.path != "" {
			f, err := createFile(o.path)
			if err != nil {
				outs.discard()
				return undone("--format %s=%s: %w", o.format, o.path, err)
			}
			o.file, w = f, f
		}
		o.buffer = bufio.NewWriterSize(w, 64<<10)
		var err error
		if o.Writer, err = report.New(o.format, o.buffer); err != nil {
			outs.discard()
			return usage("--format: %w", err)
		}
	}
	return nil
}

// each lets every report that is still whole do something; an error comes back when none is left.
func (outs outputs) each(do func(*output) error) error {
	left := 0
	for _, o := range outs {
		if o.err == nil {
			o.err = do(o)
		}
		if o.err == nil {
			left++
		}
	}
	if left == 0 {
		return errNoOutput
	}
	return nil
}

// errNoOutput ends a run that nobody would hear of.
var errNoOutput = errors.New("no report can be written")

func (outs outputs) begin(r report.Run) error {
	return outs.each(func(o *output) error {
		mine := r
		mine.Color = r.Color && o.file == nil
		return o.Begin(mine)
	})
}

func (outs outputs) target(r finding.Result) error {
	return outs.each(func(o *output) error { return o.Target(r) })
}

// end finishes the reports, puts files in their place, and tells which reports could not be written.
func (outs outputs) end(s report.Summary) []error {
	_ = outs.each(func(o *output) error {
		if err := o.End(s); err != nil {
			return err
		}
		if err := o.buffer.Flush(); err != nil || o.file == nil {
			return err
		}
		return o.file.settle()
	})
	var errs []error
	for _, o := range outs {
		switch {
		case o.err == nil:
		case o.path == "":
			errs = append(errs, fmt.Errorf("the report on standard output is not whole: %w", system(o.err)))
		default:
			errs = append(errs, fmt.Errorf("the report %q could not be written: %w", o.path, system(o.err)))
		}
	}
	return errs
}

// discard removes what was not finished.
func (outs outputs) discard() {
	for _, o := range outs {
		if o.file != nil {
			o.file.discard()
		}
	}
}

// file is a report's file. It is written beside its place and put there when it is whole, so that nobody ever reads half a
// report; only where a device or a pipe is named there is nothing to put in place.
type file struct {
	*os.File
	place  string // where it goes; empty for a device or a pipe, which is written directly
	mode   fs.FileMode
	closed bool
}

func createFile(path string) (*file, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, system(err)
	case err == nil && info.IsDir():
		return nil, errors.New("it is a folder; name a file in it")
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, system(err)
		}
		return &file{File: f}, nil
	}
	f := &file{place: path}
	if err == nil {
		// A link stays one, permissions stay, and what may not be written is not replaced behind its owner's back.
		if f.place, err = filepath.EvalSymlinks(path); err != nil {
			return nil, system(err)
		}
		old, err := os.OpenFile(f.place, os.O_WRONLY, 0)
		if err != nil {
			return nil, system(err)
		}
		f.mode = info.Mode().Perm()
		_ = old.Close()
	}
	dir, base := filepath.Split(f.place)
	if dir != "" {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("the folder %q does not exist; make it first", filepath.Clean(dir))
		}
	}
	// Not os.CreateTemp, which would keep everyone else from reading the report whatever the umask says.
	for n := range 100 {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.part", base, os.Getpid(), n))
		f.File, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // the umask decides
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return nil, system(err)
	}
	return f, nil
}

// settle closes the file and puts it in its place.
func (f *file) settle() error {
	f.closed = true
	err := f.Close()
	if f.place == "" {
		return err
	}
	if err == nil && f.mode != 0 {
		err = os.Chmod(f.Name(), f.mode)
	}
	if err == nil {
		err = os.Rename(f.Name(), f.place)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what is left is worth nothing
	}
	return err
}

// discard removes a file that was not settled.
func (f *file) discard() {
	if f.closed {
		return
	}
	f.closed = true
	_ = f.Close()
	if f.place != "" {
		_ = os.Remove(f.Name())
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
