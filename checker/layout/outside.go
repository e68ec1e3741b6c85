package layout

import (
	"path/filepath"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// outside are the folders beyond the roots that the user allowed, each opened as a source of its own when first asked for.
type outside struct {
	dirs []string
	mu   sync.Mutex
	open map[string]source.Source
}

// find gives the source and the name in it of an absolute path; false where no folder allows it.
func (o *outside) find(abs string) (source.Source, string, bool) {
	for _, dir := range o.dirs {
		if !filepath.IsAbs(dir) {
			continue
		}
		src, ok := o.source(dir)
		if !ok {
			continue
		}
		if name, ok := src.Within(abs); ok {
			return src, name, true
		}
	}
	return nil, "", false
}

func (o *outside) source(dir string) (*source.Folder, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if s, ok := o.open[dir]; ok {
		f, ok := s.(*source.Folder)
		return f, ok
	}
	if o.open == nil {
		o.open = map[string]source.Source{}
	}
	f, err := source.OpenOutside(dir)
	if err != nil {
		o.open[dir] = nil
		return nil, false
	}
	o.open[dir] = f
	return f, true
}
