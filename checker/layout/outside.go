package layout

import (
	"path/filepath"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// outside are the folders beyond the roots that may be read, each opened as a source of its own when first asked for. They
// stay open as long as the targets are used.
type outside struct {
	dirs []string
	mu   sync.Mutex
	open map[string]*source.Folder // nil: it can't be opened
}

// find gives the source of an absolute path and the name in it; false where no allowed folder holds it. With all, the whole
// file system is allowed.
func (o *outside) find(abs string, all bool) (source.Source, string, bool) {
	if !filepath.IsAbs(abs) {
		return nil, "", false // of another system
	}
	dirs := o.dirs
	if all {
		dirs = append(dirs[:len(dirs):len(dirs)], filepath.VolumeName(abs)+string(filepath.Separator))
	}
	for _, dir := range dirs {
		if src := o.folder(dir); src != nil {
			if name, ok := src.Within(abs); ok {
				return src, name, true
			}
		}
	}
	return nil, "", false
}

func (o *outside) folder(dir string) *source.Folder {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f, ok := o.open[dir]; ok {
		return f
	}
	if o.open == nil {
		o.open = map[string]*source.Folder{}
	}
	f, err := source.OpenOutside(dir)
	if err != nil {
		f = nil
	}
	o.open[dir] = f
	return f
}
