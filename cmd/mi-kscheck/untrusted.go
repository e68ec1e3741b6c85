package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
)

// trustFlags say that the tree is not trusted: what decides on findings comes from a revision.
type trustFlags struct {
	untrusted bool
	ref       string
}

func (f *trustFlags) register(fs *pflag.FlagSet) {
	fs.BoolVar(&f.untrusted, "untrusted", false, "the tree is someone else's: configuration, policies, waivers, baseline and .gitignore come from --trust-ref")
	fs.StringVar(&f.ref, "trust-ref", "", "with --untrusted: the git `REF` that is trusted, like origin/main")
}

// check holds the options to what --untrusted allows.
func (f *trustFlags) check(fs *pflag.FlagSet) error {
	switch {
	case !f.untrusted && fs.Changed("trust-ref"):
		return usage("--trust-ref goes with --untrusted")
	case !f.untrusted:
		return nil
	case f.ref == "":
		return usage("--untrusted goes with --trust-ref REF, the revision that is trusted, like origin/main")
	}
	for _, name := range []string{"env", "env-file", "secret", "sys", "allow-outside", "fix", "update-baseline"} {
		if fs.Changed(name) {
			return usage("--%s does not go with --untrusted: a tree that is not trusted gets no values, nothing outside of it, and nothing is written", name)
		}
	}
	return nil
}

// trusted is the revision that decides on findings.
type trusted struct {
	*source.Revision
	root string // of the work tree
	ref  string
}

// open gives the revision for what was opened; nil without --untrusted.
func (f *trustFlags) open(ctx context.Context, opened []source.Opened) (*trusted, error) {
	if !f.untrusted {
		return nil, nil //nolint:nilnil // the tree is trusted
	}
	if len(opened) != 1 || !opened[0].Repository {
		return nil, usage("--untrusted takes PATHs in one git repository: it is there that --trust-ref names a revision")
	}
	o := opened[0]
	// A submodule comes with the tree, and its refs with it.
	if outer, ok := git.Root(filepath.Dir(o.Root)); ok {
		rel, err := filepath.Rel(outer, o.Root)
		repo := git.At(outer)
		defer repo.Close() //nolint:errcheck // read-only: nothing is lost
		if known, trackErr := repo.Tracked(ctx, filepath.ToSlash(rel)); err != nil || trackErr != nil || known {
			return nil, usage("%q is a submodule, which the tree brings along with its refs; with --untrusted, name a PATH of the repository around it", o.Named)
		}
	}
	r, err := source.OpenRevision(ctx, o, f.ref)
	if err != nil {
		return nil, usage("--trust-ref: %w", err)
	}
	t := &trusted{Revision: r, root: o.Root, ref: f.ref}
	if folder, ok := o.Source.(*source.Folder); ok {
		if err := r.Rule(ctx, folder); err != nil {
			_ = r.Close() // read-only: nothing is lost
			return nil, usage("--trust-ref: %w", err)
		}
	}
	return t, nil
}

// name gives the name in the repository of a file that an option names. Links in the tree are not followed, since they may be
// the other's.
func (t *trusted) name(option, file string) (string, error) {
	full, err := filepath.Abs(file)
	if err != nil {
		return "", usage("%s %q: %w", option, file, err)
	}
	root, err := os.Stat(t.root)
	if err != nil {
		return "", usage("%s %q: %w", option, file, system(err))
	}
	parts := strings.Split(filepath.ToSlash(full), "/")
	for i := range parts {
		above := filepath.FromSlash(strings.Join(parts[:i+1], "/") + "/")
		if info, err := os.Stat(above); err == nil && os.SameFile(info, root) {
			return path.Join(append([]string{"."}, parts[i+1:]...)...), nil
		}
	}
	return "", usage("%s %q lies outside of the repository; with --untrusted it is read from --trust-ref, where it has to be", option, file)
}

// read gives a file that an option names, as it is in the revision.
func (t *trusted) read(option, file string) (*source.File, error) {
	name, err := t.name(option, file)
	if err != nil {
		return nil, err
	}
	f, err := t.Read(name)
	if err != nil {
		return nil, usage("%s: %w", option, err)
	}
	return f, nil
}

// incomplete words why what the revision holds could not be used; nil where it was no matter of the revision.
func incomplete(err error) error {
	if errors.Is(err, git.ErrMissing) {
		return usage("--trust-ref: %w", err)
	}
	return nil
}

// inline gives the findings that the revision's own comments waive: the revision is judged as the tree is, and what a comment in it
// waives there counts for the same finding in the tree. Nothing is judged where the revision holds no such comment.
func (t *trusted) inline(ctx context.Context, p *plan, o layout.Options, jobs int) (*waiver.Trusted, error) {
	out := waiver.NewTrusted(t.ref)
	if o.Paths = t.existing(o.Paths); len(o.Paths) == 0 {
		return out, nil
	}
	targets, _ := layout.Find(ctx, t.Revision, o)
	found, err := t.instructed(ctx, targets)
	if err != nil || !found {
		return out, err
	}
	set := &waiver.Set{Now: p.now, Unwaivable: p.waivers.Unwaivable, MaxDays: p.waivers.MaxDays, Catalogue: p.waivers.Catalogue, Into: out}
	var missing error
	asked := p.options(jobs)
	asked.Waivers, asked.Uses = set, false
	err = checker.Run(ctx, targets, asked, func(o checker.Outcome) error {
		if e := incomplete(o.Err); e != nil {
			missing = e
			return checker.ErrStop
		}
		out.Add(&o.Result)
		return nil
	})
	if missing == nil {
		missing = incomplete(t.Problem())
	}
	if missing == nil && err != nil {
		missing = &exitError{code: exitUsage, err: err}
	}
	return out, missing
}

// existing leaves out what is not in the revision.
func (t *trusted) existing(paths []string) []string {
	var out []string
	for _, p := range paths {
		if _, err := t.Stat(p); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// instructed tells whether a file that comments count in holds one: a deployment.toml or the file that it is part of, a Dockerfile, or
// some XML file.
func (t *trusted) instructed(ctx context.Context, targets []*layout.Target) (bool, error) {
	look := func(name string) (bool, error) {
		f, err := t.Read(name)
		if e := incomplete(err); e != nil {
			return false, e
		}
		if err != nil {
			return false, nil //nolint:nilerr // what can't be read holds no comment that counts
		}
		data := f.Data
		if f.Within != nil {
			data = f.Within.Outer
		}
		return bytes.Contains(data, []byte(waiver.Instruction)), nil
	}
	for _, target := range targets {
		if found, err := look(target.Path); err != nil || found {
			return found, err
		}
		if target.Image == nil {
			continue
		}
		if found, err := look(target.Image.File); err != nil || found {
			return true, nil //nolint:nilerr // as below
		}
	}
	for _, name := range t.TrackedFiles(ctx) {
		if path.Ext(name) != ".xml" {
			continue
		}
		if found, err := look(name); err != nil || found {
			return true, nil //nolint:nilerr // whether it is needed shows when the revision is judged
		}
	}
	return false, nil
}
