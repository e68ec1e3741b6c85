package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/config"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// policyFlags name custom policies, beside those of the configuration.
type policyFlags struct{ paths []string }

func (f *policyFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.paths, "policy", nil, "also ask the custom rules in `DIR`, or in a bundle (.tar.gz); repeatable")
}

// origins opens the folders and bundles that --policy names. What it gives back closes them.
func (f *policyFlags) origins(t *trusted) ([]policy.Origin, func(), error) {
	var all []policy.Origin
	var open closers
	if t != nil {
		for _, name := range f.paths {
			inside, err := t.name("--policy", name)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, policy.Origin{FS: t.Revision, Path: inside, Name: filepath.ToSlash(filepath.Clean(name))})
		}
		return all, open.close, nil
	}
	for _, name := range f.paths {
		o, c, err := origin(name)
		if err != nil {
			open.close()
			return nil, nil, usage("--policy %q: %s", name, checker.Reason(system(err)))
		}
		open = append(open, c)
		all = append(all, o)
	}
	return all, open.close, nil
}

type closers []io.Closer

func (cs closers) close() {
	for _, c := range cs {
		_ = c.Close() // read-only: nothing is lost
	}
}

// origin opens a folder, or the folder that a bundle lies in: nothing beyond it can be reached.
func origin(name string) (policy.Origin, io.Closer, error) {
	dir, base := name, "."
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return policy.Origin{}, nil, err
	case !info.IsDir():
		dir, base = filepath.Dir(name), filepath.Base(name)
	}
	f, err := source.OpenFolder(dir)
	if err != nil {
		return policy.Origin{}, nil, err
	}
	return policy.Origin{FS: f, Path: base, Name: filepath.ToSlash(filepath.Clean(name))}, f, nil
}

// named says where what the configuration names is found.
type named struct {
	data func(name string) (data []byte, uri string, err error) // a file
	tree fs.FS                                                  // what folders and bundles are in
	path func(name string) (path, uri string)                   // of one of them in the tree
	// base gives a configuration that this one extends, by its path from the folder of this one.
	base func(name string) (data []byte, uri string, err error)
}

// policies reads the custom policies: those of the command line, and those that the configuration names.
func (s *settings) policies(layers []config.Layer, n named) error {
	origins := s.origins
	var key []byte
	for _, l := range layers {
		paths, keyFile, err := config.Policies(l)
		if err != nil {
			return &exitError{code: exitUsage, err: err}
		}
		for _, p := range paths {
			path, uri := n.path(p)
			origins = append(origins, policy.Origin{FS: n.tree, Path: path, Name: uri})
		}
		if keyFile != "" && key == nil {
			var uri string
			if key, uri, err = n.data(keyFile); err != nil {
				return usage("the file '%s', which %s names under 'policy_key', could not be read: %s", uri, l.Name, checker.Reason(system(err)))
			}
			if err := policy.CheckKey(key); err != nil {
				return usage("the file '%s', which %s names under 'policy_key': %w", uri, l.Name, err)
			}
		}
	}
	s.catalogue = rules.BuiltIn()
	if len(origins) == 0 {
		return nil
	}
	c, err := policy.Load(origins, key)
	if err != nil {
		return &exitError{code: exitUsage, err: err}
	}
	c.Abort = abort
	s.custom, s.catalogue = c, rules.With(c.Rules)
	return nil
}

// abort ends the process at once: a policy runs on, takes memory without end and can't be stopped.
func abort(err error) {
	complain(os.Stderr, err)
	os.Exit(exitUsage) //nolint:revive // main waits for what goes on; memory would be gone before it heard of this
}
