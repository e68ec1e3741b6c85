package source

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// Opened is a source and what of it was named on the command line.
type Opened struct {
	Source Source
	// Paths are the named files and folders relative to the source, "." for all of it; none twice.
	Paths []string
	// Named is the PATH as it was given; of several that share a source, the first.
	Named string
	// Root is the absolute folder of the source.
	Root string
	// Repository tells that Root is the top of a git work tree.
	Repository bool
}

// Close lets go of the source.
func (o Opened) Close() error {
	if c, ok := o.Source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Open resolves one PATH of the command line: a folder in a git work tree gives the repository with the folder as its path,
// any other folder itself; a file its repository, else the MI home or the project that it belongs to by its place
// (<home>/conf/deployment.toml, <project>/deployment/deployment.toml), else its folder. A path that does not exist is an
// error that wraps fs.ErrNotExist.
func Open(ctx context.Context, arg string) (Opened, error) {
	all, errs := OpenAll(ctx, []string{arg})
	if len(all) == 0 {
		return Opened{}, errors.Join(errs...)
	}
	return all[0], nil
}

// OpenBytes is Open for what came by standard input: a source of one file in memory, to be reported by a name.
func OpenBytes(name string, data []byte) Opened {
	m := inMemory(name, data)
	return Opened{Source: m, Paths: []string{m.name}, Named: name}
}

// OpenAll resolves the PATHs of the command line, none meaning ".". Those that share a root, or lie in a folder that is
// named as well, come as one, so that nothing is judged twice. URIs are relative to the repository or folder; where several
// are opened at once that would be ambiguous, so all but a single repository are named from their common parent folder.
// Paths that can't be opened come as errors and the others go on.
//
// A PATH that is an archive (a zip, a tar, the image of a container) is a source of its own.
func OpenAll(ctx context.Context, args []string) ([]Opened, []error) {
	places, errs := resolve(args, true)
	bases := commonBases(places)
	var all []Opened
	for _, p := range places {
		if p.archive != "" {
			o, err := p.openArchive(ctx, bases[p.root])
			if err != nil {
				errs = append(errs, err)
				continue
			}
			all = append(all, o)
			continue
		}
		f, err := OpenFolder(p.root)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.prefix = bases[p.root]
		all = append(all, p.opened(f))
	}
	return all, errs
}

// place is a root with the paths named in it.
type place struct {
	root       string // absolute, links resolved
	repository bool
	paths      []string
	named      string
	archive    string // the name in root of the archive that was named; empty: none
}

// openArchive opens the archive that was named.
func (p *place) openArchive(ctx context.Context, base string) (Opened, error) {
	f, err := OpenFolder(p.root)
	if err != nil {
		return Opened{}, err
	}
	f.prefix = base
	a, err := OpenArchive(ctx, f, p.archive)
	if err != nil {
		return Opened{}, errors.Join(err, f.Close())
	}
	return Opened{Source: a, Paths: []string{"."}, Named: p.named, Root: p.root}, nil
}

func (p *place) opened(s Source) Opened {
	return Opened{Source: s, Paths: p.paths, Named: p.named, Root: p.root, Repository: p.repository}
}

func (p *place) add(path string) {
	if !slices.Contains(p.paths, path) {
		p.paths = append(p.paths, path)
	}
}

// resolve finds the root of every PATH and puts those together that share one.
func resolve(args []string, mustExist bool) ([]*place, []error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var single []*place
	var errs []error
	for _, arg := range args {
		p, err := locate(arg, mustExist)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		single = append(single, p)
	}
	// Outer roots first, so that a root in a folder that is named as well finds it.
	byDepth := slices.DeleteFunc(slices.Clone(single), func(p *place) bool { return p.archive != "" })
	slices.SortStableFunc(byDepth, func(a, b *place) int { return cmp.Compare(len(a.root), len(b.root)) })
	into := map[*place]*place{}
	outer := map[string]*place{}
	for _, p := range byDepth {
		if o, rel := p.within(outer); o != nil {
			o.add(rel)
			into[p] = o
			continue
		}
		into[p] = p
		outer[p.root] = p
	}
	var places []*place
	for _, p := range single {
		o := into[p]
		if p.archive != "" {
			o = p
		}
		if !slices.ContainsFunc(places, func(q *place) bool { return q == o || q.archive != "" && q.root == o.root && q.archive == o.archive }) {
			places = append(places, o)
		}
	}
	return places, errs
}

// within finds a place that has the same root, or one above in a folder that is named, and gives the path there.
func (p *place) within(outer map[string]*place) (*place, string) {
	for root := p.root; ; root = filepath.Dir(root) {
		if o := outer[root]; o != nil {
			rel, err := filepath.Rel(root, filepath.Join(p.root, filepath.FromSlash(p.paths[0])))
			rel = filepath.ToSlash(rel)
			if err == nil && (root == p.root || slices.ContainsFunc(o.paths, func(path string) bool { return Below(path, rel) })) {
				return o, rel
			}
		}
		if filepath.Dir(root) == root {
			return nil, ""
		}
	}
}

// Below tells whether a name is a path or lies below it; both are slash-separated, "." is everything.
func Below(path, name string) bool {
	return path == "." || path == name || strings.HasPrefix(name, path+"/")
}

func locate(arg string, mustExist bool) (*place, error) {
	abs, err := filepath.Abs(arg)
	if err != nil {
		return nil, explain(arg, err)
	}
	info, err := os.Stat(abs)
	if err != nil && mustExist {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, say(fs.ErrNotExist, "there is no file or folder %q; name a deployment.toml, an MI home, or a folder that holds one", arg)
		}
		return nil, explain(arg, err)
	}
	dir, file := abs, ""
	if err != nil || !info.IsDir() {
		dir, file = filepath.Dir(abs), filepath.Base(abs)
	}
	// What is staged may be gone from the work tree, its folder too.
	for {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			dir = real
			break
		}
		if mustExist || filepath.Dir(dir) == dir {
			return nil, explain(arg, err)
		}
		dir, file = filepath.Dir(dir), filepath.Join(filepath.Base(dir), file)
	}
	p := &place{root: dir, named: arg}
	if root, ok := git.Root(dir); ok {
		p.root, p.repository = root, true
	} else if file != "" && holdsMore(dir, file) {
		p.root = filepath.Dir(dir)
	}
	rel, err := filepath.Rel(p.root, filepath.Join(dir, file))
	if err != nil {
		return nil, explain(arg, err)
	}
	p.paths = []string{filepath.ToSlash(rel)}
	if file != "" && mustExist && archiveAt(filepath.Join(dir, file)) {
		p.archive = p.paths[0]
	}
	return p, nil
}

// holdsMore tells that a file is part of something larger by its place: then the folder above its own is the root.
func holdsMore(dir, file string) bool {
	beside := map[string][]string{
		"conf":       {"bin", "repository"},
		"deployment": {"pom.xml", "Dockerfile", "src"},
	}[filepath.Base(dir)]
	if file != "deployment.toml" {
		return false
	}
	return slices.ContainsFunc(beside, func(name string) bool {
		_, err := os.Lstat(filepath.Join(filepath.Dir(dir), name))
		return err == nil
	})
}

// commonBases gives the URI prefix of every root, so that no two files of a run have one URI.
func commonBases(places []*place) map[string]string {
	bases := map[string]string{}
	// An archive shares its root with what else is named there.
	places = slices.CompactFunc(slices.SortedStableFunc(slices.Values(places), func(a, b *place) int { return strings.Compare(a.root, b.root) }),
		func(a, b *place) bool { return a.root == b.root })
	repos := 0
	for _, p := range places {
		if p.repository {
			repos++
		}
	}
	var named []string
	for _, p := range places {
		if len(places) > 1 && !(p.repository && repos == 1) {
			named = append(named, p.root)
		}
	}
	if len(named) == 0 {
		return bases
	}
	common := filepath.Dir(named[0])
	for _, root := range named[1:] {
		for !Below(filepath.ToSlash(common), filepath.ToSlash(root)) && filepath.Dir(common) != common {
			common = filepath.Dir(common)
		}
	}
	for _, root := range named {
		if rel, err := filepath.Rel(common, root); err == nil && rel != "." {
			bases[root] = filepath.ToSlash(rel) + "/"
		}
	}
	return bases
}
