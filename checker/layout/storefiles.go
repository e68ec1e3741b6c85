package layout

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Stores lists the files below the paths that are called like stores, whether something refers to them or not, in the order
// of their names; also those that git ignores, since a key that is not to be committed is one all the same. A path that names
// a file is no store unless it is called like one. What could not be looked at comes as problems.
func Stores(ctx context.Context, src source.Source, o Options) ([]string, []Problem) {
	if len(o.Paths) == 0 {
		o.Paths = []string{"."}
	}
	f := finder{src: src, o: o, told: map[string]bool{}}
	f.exclude = f.patterns()
	found := map[string]bool{}
	for _, p := range o.Paths {
		p = path.Clean(p)
		info, err := src.Stat(p)
		switch {
		case err != nil:
			f.problem(p, err)
		case !info.IsDir() && storeName(p):
			found[p] = true
		case info.IsDir():
			err = source.Walk(ctx, src, p, func(name string, d fs.DirEntry) bool {
				if d.Name() == ".git" || f.excluded(name) {
					return false
				}
				if !d.IsDir() && storeName(name) {
					found[name] = true
				}
				return !skipped(d.Name())
			}, f.problem)
			if err != nil {
				f.problem(p, err)
			}
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, f.problems
}

// storeName tells whether a file is called like a store.
func storeName(name string) bool {
	base := strings.ToLower(path.Base(name))
	return base == "cacerts" || slices.Contains(storeExtensions, path.Ext(base))
}
