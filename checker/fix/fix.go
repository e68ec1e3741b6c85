// Package fix repairs files in text: it takes the edits of findings, tries them on the files in memory until no further one
// is offered, and then writes each file once, or shows what it would write. What can't be repaired without understanding more
// than a place in a text (a store, a password, a certificate) is left to people.
package fix

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// rounds bounds how often a file is judged again: a repair may bring the next fault to light, the product's parser stops at
// the first.
const rounds = 12

// Judge judges targets and gives emit what became of each.
type Judge func(ctx context.Context, targets []*layout.Target, emit func(checker.Outcome) error) error

// File is a file with its repairs.
type File struct {
	URI      string
	Old, New []byte
	Repaired []finding.Finding // what is repaired, in the order in which it was

	target *layout.Target
}

// Files finds out what can be repaired in the files of the targets, in their order; those with nothing to repair are left out.
// Only files of a source that can be written to count (source.Replacer). The error is the judge's.
func Files(ctx context.Context, targets []*layout.Target, judge Judge) ([]*File, error) {
	byURI := map[string]*File{}
	var open []*layout.Target
	var all []*File
	for _, t := range targets {
		if _, ok := t.Source.(source.Replacer); !ok {
			continue
		}
		uri := t.Source.URI(t.Path)
		if byURI[uri] != nil {
			continue
		}
		byURI[uri] = &File{URI: uri, target: t}
		all = append(all, byURI[uri])
		open = append(open, t)
	}
	for range rounds {
		var again []*layout.Target
		err := judge(ctx, open, func(o checker.Outcome) error {
			if f := byURI[o.Result.URI]; f != nil && o.Err == nil && !o.Result.Fleet && f.apply(o.Result.Findings) {
				again = append(again, f.repaired())
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if open = again; len(open) == 0 {
			break
		}
	}
	return slices.DeleteFunc(all, func(f *File) bool { return f.New == nil || bytes.Equal(f.Old, f.New) }), nil
}

// repaired is the target as it would be.
func (f *File) repaired() *layout.Target {
	t := *f.target
	t.Source = source.Overlay{Source: t.Source, Texts: map[string][]byte{t.Path: f.New}}
	return &t
}

// apply makes the edits of the findings that count, those of one finding all or none, and tells whether anything changed. Of
// findings that want the same place the first one has it; the others are found again in the next round, if they still stand.
func (f *File) apply(fs []finding.Finding) bool {
	if f.New == nil {
		file, err := f.target.Source.Read(f.target.Path)
		if err != nil {
			return false // the run itself tells
		}
		f.Old, f.New = file.Data, file.Data
	}
	var edits []finding.Edit
	var done []finding.Finding
	for _, x := range fs {
		if x.Suppressed != nil || len(x.Edits) == 0 || x.URI != f.URI || overlap(edits, x.Edits) || slices.ContainsFunc(x.Edits, func(e finding.Edit) bool { return e.End > len(f.New) }) {
			continue
		}
		edits = append(edits, x.Edits...)
		done = append(done, x)
	}
	if len(edits) == 0 {
		return false
	}
	slices.SortStableFunc(edits, func(a, b finding.Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, f.New[at:e.Start]...), e.Text...)
		at = e.End
	}
	out = append(out, f.New[at:]...)
	if bytes.Equal(out, f.New) {
		return false
	}
	f.New = out
	f.Repaired = append(f.Repaired, done...)
	return true
}

// overlap tells that two findings want the same bytes, or insert at the same place.
func overlap(a, b []finding.Edit) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Start < y.End && y.Start < x.End || x.Start == y.Start || x.End == y.Start && y.End == y.Start || y.End == x.Start && x.End == x.Start {
				return true
			}
		}
	}
	return false
}

// Write puts the repaired text in place of the old one (see source.Replacer for what is refused).
func (f *File) Write() error {
	r, ok := f.target.Source.(source.Replacer)
	if !ok {
		return fmt.Errorf("%s: %w", f.URI, errors.ErrUnsupported)
	}
	return r.Replace(f.target.Path, f.Old, f.New)
}
