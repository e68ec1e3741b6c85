package layout

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

const fileName = "deployment.toml"

// Problem is a file or folder that could not be looked at (MIKS903).
type Problem struct {
	URI string
	Err error
}

// Find lists the targets of a source in a stable order: every deployment.toml below the paths (tracked files always,
// untracked ones unless git ignores them), each path that names a file being a target whatever its name. Folders that can't
// be read become problems and the rest goes on. .git, node_modules and target are not entered unless they are named; links
// to folders are not followed. It ends early only with the context, as a problem of its own.
func Find(ctx context.Context, src source.Source, o Options) ([]*Target, []Problem) {
	f := finder{ctx: ctx, src: src, o: o, names: map[string]bool{}, scene: newScene(src, o)}
	if len(o.Paths) == 0 {
		f.o.Paths = []string{"."}
	}
	for _, p := range f.o.Paths {
		f.path(p)
	}
	var targets []*Target
	for _, name := range f.kept() {
		targets = append(targets, f.scene.target(name, slices.Contains(f.o.Paths, name)))
	}
	slices.SortStableFunc(f.problems, func(a, b Problem) int { return cmpStrings(a.URI, b.URI) })
	return targets, f.problems
}

type finder struct {
	ctx      context.Context
	src      source.Source
	o        Options
	scene    *scene
	names    map[string]bool // candidates; true: named, so that neither git nor an exclusion counts
	problems []Problem
}

func (f *finder) problem(name string, err error) {
	p := Problem{URI: f.src.URI(name), Err: err}
	if !slices.ContainsFunc(f.problems, func(q Problem) bool { return q.URI == p.URI }) {
		f.problems = append(f.problems, p)
	}
}

// path takes one named path: a file is a target, a folder is searched.
func (f *finder) path(name string) {
	name = path.Clean(name)
	info, err := f.src.Stat(name)
	switch {
	case err != nil:
		f.problem(name, err)
	case !info.IsDir():
		if err := openable(f.src, name); err != nil {
			f.problem(name, err)
			return
		}
		f.names[name] = true
	default:
		ignored := name != "." && f.src.Git(name).Ignored
		err := source.Walk(f.ctx, f.src, name, func(name string, d fs.DirEntry) bool {
			if d.IsDir() {
				return !skipped(d.Name())
			}
			if d.Name() == fileName {
				f.names[name] = f.names[name] || ignored
			}
			return false
		}, f.problem)
		if err != nil {
			f.problem(name, err)
		}
	}
}

// skipped are folders that hold copies and other people's files.
func skipped(name string) bool {
	return name == ".git" || name == "node_modules" || name == "target"
}

// kept is what remains of the candidates, in the order of names.
func (f *finder) kept() []string {
	var names []string
	for name, named := range f.names {
		if !named && f.ignored(name) {
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

func (f *finder) ignored(name string) bool {
	git := f.src.Git(name)
	return git.Ignored && !git.Tracked
}

// readable tells whether a candidate can be a target at all. What it costs to look is left to the reading.
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
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		_, err := src.Read(name)
		return err
	}
	return nil
}
