package layout

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

const fileName = "deployment.toml"

// Problem is a file or folder that could not be looked at (MIKS903).
type Problem struct {
	URI string
	Err error
}

// Find lists the targets of a source in the order of their names: every deployment.toml below the paths, also where it is part
// of a Kubernetes manifest (tracked files always, untracked ones unless git ignores them), each path that names a file being a target whatever its name. A path that
// is named is read, and where git ignores it, all below it too. Folders that can't be read become problems and the rest goes
// on. .git, node_modules and target are not entered unless they are named, but a tracked file there is found; links to
// folders are not followed. It ends early only with the context, which is a problem of its own.
func Find(ctx context.Context, src source.Source, o Options) ([]*Target, []Problem) {
	if len(o.Paths) == 0 {
		o.Paths = []string{"."}
	}
	f := finder{src: src, o: o, found: map[string]candidate{}, nested: map[string]bool{}, told: map[string]bool{}}
	f.exclude = f.patterns()
	s := newScene(src, o, f.problem)
	s.exclude = f.exclude
	for _, p := range o.Paths {
		f.path(ctx, path.Clean(p))
	}
	if a, ok := src.(*source.Archive); ok {
		for _, err := range a.Left() {
			f.problem(".", err)
		}
	}
	f.tracked(ctx)
	var targets []*Target
	for _, name := range f.kept() {
		if ctx.Err() != nil {
			break
		}
		if ts, ok := s.manifests(name, f.found[name].named); ok {
			targets = append(targets, ts...)
			continue
		}
		targets = append(targets, s.target(name, f.found[name].named))
	}
	if err := ctx.Err(); err != nil {
		f.problem(o.Paths[0], &stoppedError{err})
	}
	slices.SortStableFunc(f.problems, func(a, b Problem) int { return cmp.Compare(a.URI, b.URI) })
	return targets, f.problems
}

// finder collects what may be a target.
type finder struct {
	src      source.Source
	o        Options
	exclude  []string
	found    map[string]candidate
	nested   map[string]bool // folders that are repositories of their own; true: they count
	problems []Problem
	told     map[string]bool
}

// candidate is a file that may be a target.
type candidate struct {
	named   bool // by a path: nothing keeps it out
	ignored bool // it lies below a path that git ignores: that it is ignored counts no more
}

type stoppedError struct{ err error }

func (e *stoppedError) Error() string {
	return "the search for deployment.toml files was stopped before its end: " + e.err.Error()
}
func (e *stoppedError) Unwrap() error { return e.err }

func (f *finder) problem(name string, err error) {
	p := Problem{URI: f.src.URI(name), Err: err}
	if known := p.URI + "\x00" + err.Error(); !f.told[known] {
		f.told[known] = true
		f.problems = append(f.problems, p)
	}
}

// path takes one named path: a file is a target, a folder is searched.
func (f *finder) path(ctx context.Context, name string) {
	info, err := f.src.Stat(name)
	if err != nil {
		f.problem(name, err)
		return
	}
	if !info.IsDir() {
		if err := openable(f.src, name); err != nil {
			f.problem(name, err)
			return
		}
		if isArchive(f.src, name) {
			f.problem(name, errArchive)
			return
		}
		f.found[name] = candidate{named: true}
		return
	}
	ignored := name != "." && f.src.Git(name).Ignored
	err = source.Walk(ctx, f.src, name, func(name string, d fs.DirEntry) bool {
		if d.Name() == ".git" {
			if dir := path.Dir(name); dir != "." {
				f.nested[dir] = f.nested[dir] || ignored
			}
			return false
		}
		if f.excluded(name) {
			return false
		}
		if (d.Name() == fileName || manifestName(d.Name())) && !d.IsDir() {
			c := f.found[name]
			c.ignored = c.ignored || ignored
			f.found[name] = c
		}
		return !skipped(d.Name())
	}, f.problem)
	if err != nil {
		f.problem(name, err)
	}
}

// errArchive: what is named is an archive.
var errArchive = errors.New("it is an archive, which is looked into only where it is a file that is named: not in the git index, another archive or standard input")

// isArchive tells an archive.
func isArchive(src source.Source, name string) bool {
	file, err := src.Open(name)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // read-only
	return source.IsArchive(file, name)
}

// skipped are folders that hold copies and other people's files.
func skipped(name string) bool {
	return name == "node_modules" || name == "target"
}

// tracked adds what git tracks in folders that are not entered.
func (f *finder) tracked(ctx context.Context) {
	git, ok := f.src.(interface {
		TrackedFiles(ctx context.Context) []string
	})
	if !ok {
		return
	}
	for _, name := range git.TrackedFiles(ctx) {
		if path.Base(name) != fileName && !manifestName(name) || !slices.ContainsFunc(f.o.Paths, func(p string) bool { return source.Below(path.Clean(p), name) }) {
			continue
		}
		if _, ok := f.found[name]; !ok && exists(f.src, name) && !f.excluded(name) {
			f.found[name] = candidate{}
		}
	}
}

// kept is what remains of the candidates, in the order of names.
func (f *finder) kept() []string {
	var names []string
	for name, c := range f.found {
		if !c.named && !c.ignored && f.ignored(name) {
			continue
		}
		if err := f.readable(name); err != nil {
			f.problem(name, err)
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ignored asks git about a file, and about the repositories in the repository that it lies in.
func (f *finder) ignored(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if counts, nested := f.nested[dir]; nested && !counts && f.src.Git(dir).Ignored {
			return true
		}
	}
	git := f.src.Git(name)
	return git.Ignored && !git.Tracked
}

// readable tells whether a candidate can be a target at all; whether its content can be read shows when it is.
func (f *finder) readable(name string) error {
	info, err := f.src.Stat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return openable(f.src, name)
	}
	return nil
}

// excluded tells whether a name, or a folder above it, matches one of the patterns.
func (f *finder) excluded(name string) bool {
	return len(f.exclude) > 0 && excluded(f.exclude, f.src.URI(name))
}

// excluded tells whether a URI, or a folder above it, matches one of the patterns.
func excluded(patterns []string, uri string) bool {
	if len(patterns) == 0 {
		return false
	}
	for end := len(uri); end > 0; end = strings.LastIndexByte(uri[:end], '/') {
		for _, p := range patterns {
			if matches(p, uri[:end]) {
				return true
			}
		}
	}
	return false
}

// openable tells whether a file can be read under the rules of its source, by opening it.
func openable(src source.Source, name string) error {
	file, err := src.Open(name)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			return p.Err
		}
		return err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		_, err = src.Read(name) // which says what it is
	}
	return errors.Join(err, file.Close())
}
