package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/config"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// configFlags say which configuration is in force.
type configFlags struct {
	file   string
	policy policyFlags
}

func (f *configFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.file, "config", "", "configuration `FILE` (default: "+config.FileName+" in PATH's folder or above it, up to the repository's)")
}

// settings is the configuration in force, with the files that it names read.
type settings struct {
	*config.Config
	own  facts.Own
	at   source.Source // where it was found; nil with --config, or where there is none
	name string        // in the source
	file fs.FileInfo   // of what --config names; nil without
	// whole tells that the run looks at all that lies below the configuration.
	whole bool
	// ref is the revision that it comes from; empty: the tree itself.
	ref string

	origins   []policy.Origin // of custom policies, as the command line names them
	custom    *policy.Custom  // nil: there are none
	catalogue *rules.Catalogue
}

// load finds and reads the configuration for what was opened.
func (f *configFlags) load(ctx context.Context, opened []source.Opened, t *trusted, now time.Time) (*settings, error) {
	origins, done, err := f.policy.origins(t)
	if err != nil {
		return nil, err
	}
	defer done()
	s := &settings{Config: &config.Config{}, origins: origins}
	if t != nil {
		s, err = f.readTrusted(opened[0], t, now, s)
	} else {
		s, err = f.read(ctx, opened, now, s)
	}
	if err == nil && s.catalogue == nil { // there is no configuration
		err = s.policies(nil, named{})
	}
	return s, err
}

func (f *configFlags) read(ctx context.Context, opened []source.Opened, now time.Time, s *settings) (*settings, error) {
	if f.file != "" {
		data, err := readFile(f.file, maxSmall)
		if err != nil {
			return nil, usage("--config %q could not be read: %s", f.file, checker.Reason(system(err)))
		}
		n, tree, err := beside(f.file)
		if err != nil {
			return nil, usage("--config %q could not be read: %s", f.file, checker.Reason(system(err)))
		}
		defer tree.Close() //nolint:errcheck // read-only: nothing is lost
		if s.file, err = os.Stat(f.file); err != nil {
			return nil, usage("--config %q could not be read: %s", f.file, checker.Reason(system(err)))
		}
		err = s.parse(filepath.ToSlash(f.file), data, now, n)
		return s, err
	}
	if len(opened) > 0 && opened[0].Root == "" { // standard input lies in the folder that the command runs in
		here, errs := source.OpenAll(ctx, nil)
		if len(errs) > 0 {
			return s, nil //nolint:nilerr // there is no such folder, so that there is no configuration in it
		}
		defer here[0].Close() //nolint:errcheck // read-only: nothing is lost
		err := s.search(here[0], now)
		return s, err
	}
	if len(opened) == 0 {
		return s, nil
	}
	err := s.search(opened[0], now)
	return s, err
}

// readTrusted is read where the configuration and all that it names come from a revision.
func (f *configFlags) readTrusted(o source.Opened, t *trusted, now time.Time, s *settings) (*settings, error) {
	s.ref = t.ref
	tree := o.Source
	o.Source = t.Revision
	var err error
	if f.file == "" {
		err = s.search(o, now)
	} else {
		var file *source.File
		if file, err = t.read("--config", f.file); err == nil {
			s.name = file.Name
			err = s.parse(file.URI, file.Data, now, within(t.Revision, path.Dir(file.Name)))
		}
	}
	if s.name != "" {
		s.at = tree // where a file of this name is no other configuration
	}
	return s, err
}

// beside says where what a configuration names that lies anywhere is found: beside it or below, and what it extends in its
// repository.
func beside(file string) (named, *source.Folder, error) {
	dir := filepath.Dir(file)
	root, inside := dir, "."
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if top, ok := git.Root(real); err == nil && ok {
		if rel, err := filepath.Rel(top, real); err == nil {
			root, inside = top, filepath.ToSlash(rel)
		}
	}
	tree, err := source.OpenFolder(root)
	if err != nil {
		return named{}, nil, err
	}
	n := within(tree, inside)
	shown := func(name string) string { return filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(name))) }
	inRoot, base := n.path, n.base
	n.path = func(name string) (string, string) {
		at, _ := inRoot(name)
		return at, shown(name)
	}
	n.base = func(name string) ([]byte, string, error) {
		b, _, err := base(name)
		return b, shown(name), err
	}
	n.data = func(name string) ([]byte, string, error) {
		if !filepath.IsLocal(filepath.FromSlash(name)) { // of a configuration that this one extends
			return n.base(name)
		}
		b, err := readFile(filepath.Join(dir, filepath.FromSlash(name)), source.MaxFile)
		return b, shown(name), err
	}
	return n, tree, nil
}

// within says where what a configuration in a folder of a source names is found.
func within(src source.Source, dir string) named {
	return named{
		data: func(name string) ([]byte, string, error) {
			name = path.Join(dir, name)
			f, err := src.Read(name)
			if err != nil {
				return nil, src.URI(name), err
			}
			return f.Data, f.URI, nil
		},
		tree: src,
		path: func(name string) (string, string) {
			name = path.Join(dir, name)
			return name, src.URI(name)
		},
		base: func(name string) ([]byte, string, error) {
			name = path.Join(dir, name)
			if !fs.ValidPath(name) {
				return nil, name, errOutside
			}
			f, err := src.Read(name)
			if err != nil {
				return nil, src.URI(name), err
			}
			return f.Data, f.URI, nil
		},
	}
}

var errOutside = errors.New("it lies outside of the repository")

// search looks for the configuration from the first PATH's folder upwards, no further than the source goes.
func (s *settings) search(o source.Opened, now time.Time) error {
	start, isFolder := ".", true
	if len(o.Paths) > 0 {
		start = o.Paths[0]
		if info, err := o.Source.Stat(start); err == nil && !info.IsDir() {
			start, isFolder = path.Dir(start), false
		}
	}
	for dir := start; ; dir = path.Dir(dir) {
		name := path.Join(dir, config.FileName)
		f, err := o.Source.Read(name)
		switch {
		case err == nil:
			s.at, s.name, s.whole = o.Source, name, isFolder && dir == start
			return s.parse(f.URI, f.Data, now, within(o.Source, dir))
		case incomplete(err) != nil:
			return incomplete(err)
		case !errors.Is(err, fs.ErrNotExist):
			return usage("the configuration %q could not be read: %s", o.Source.URI(name), checker.Reason(system(err)))
		case dir == ".":
			return nil
		}
	}
}

// parse reads the configuration and what it names: first the policies, without which it can't be understood.
func (s *settings) parse(name string, data []byte, now time.Time, n named) error {
	files, err := layers(name, data, n)
	if err != nil {
		return err
	}
	if err := s.policies(files, n); err != nil {
		return err
	}
	c, err := config.ParseAll(files, now, s.catalogue)
	if err != nil {
		return &exitError{code: exitUsage, err: err}
	}
	s.Config = c
	file := func(key, name string) ([]byte, string, error) {
		b, uri, err := n.data(name)
		if err != nil {
			return nil, uri, usage("the file '%s', which %s names under '%s', could not be read: %s", uri, c.Name, key, checker.Reason(system(err)))
		}
		return b, uri, nil
	}
	if c.KnownKeys != "" {
		b, uri, err := file("known_keys", c.KnownKeys)
		if err != nil {
			return err
		}
		if s.own.KnownKeys, err = config.KnownKeys(uri, b); err != nil {
			return &exitError{code: exitUsage, err: err}
		}
	}
	if c.ForbiddenPasswords != "" {
		b, _, err := file("forbidden_passwords", c.ForbiddenPasswords)
		if err != nil {
			return err
		}
		s.own.Passwords = config.ForbiddenPasswords(b)
	}
	for _, t := range c.All() {
		if _, err := facts.DefaultSettings.With(t.Parameters); err != nil {
			return usage("%s: %w", c.Name, err)
		}
	}
	return nil
}

// terms gives what a target is judged by. What the command line names is asked whatever the configuration says.
func (s *settings) terms(named []*rules.Rule) func(uri string) checker.Terms {
	return func(uri string) checker.Terms {
		t := s.For(uri)
		for _, r := range named {
			delete(t.Off, r.ID)
		}
		set, err := facts.DefaultSettings.With(t.Parameters)
		if err != nil { // parse has seen all of them
			set = facts.DefaultSettings
		}
		return checker.Terms{Environment: t.Environment, Settings: set, Levels: t.Levels, Off: t.Off, Own: t.Own}
	}
}

// asked leaves out what the configuration asks nowhere and the command line does not name.
func (s *settings) asked(chosen, named []*rules.Rule) ([]*rules.Rule, error) {
	left := slices.DeleteFunc(slices.Clone(chosen), func(r *rules.Rule) bool { return s.Off(r) && !slices.Contains(named, r) })
	if len(left) == 0 {
		return nil, usage("%s and the command line leave no rule to ask", s.Name)
	}
	return left, nil
}

// ignored notes the configurations between the targets and the one in force: a run has one.
func (s *settings) ignored(sel *selection) []finding.Notification {
	var ns []finding.Notification
	seen := map[string]bool{}
	for _, t := range sel.targets {
		for dir := path.Dir(t.Path); !seen[t.Source.URI(dir)]; dir = path.Dir(dir) {
			seen[t.Source.URI(dir)] = true
			name := path.Join(dir, config.FileName)
			uri := t.Source.URI(name) // equal where the target's source is a file within the one that the configuration was found in
			if s.file == nil && (s.at == t.Source && name == s.name || uri == s.Name) || slices.Contains(s.Bases, uri) {
				continue
			}
			info, err := t.Source.Stat(name)
			if err != nil || info.IsDir() || s.file != nil && os.SameFile(info, s.file) {
				continue
			}
			inForce := "there is none in PATH's folder or above it"
			if s.Name != "" {
				inForce = fmt.Sprintf("that is '%s'", s.Name)
			}
			if s.ref != "" {
				inForce += " in " + s.ref
			}
			ns = append(ns, finding.Notification{Level: finding.Note, URI: uri, Message: fmt.Sprintf(
				"'%s' was not read: a run has one configuration, the nearest to PATH, and %s. Name it with --config, or check its folder by itself.", uri, inForce)})
		}
	}
	return ns
}
