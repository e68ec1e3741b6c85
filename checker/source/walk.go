package source

import (
	"context"
	"fmt"
	"io/fs"
	"path"
)

// Limits of a walk.
const (
	MaxDepth = 64
	MaxWalk  = 2_000_000 // entries
)

// Walk visits every entry below a folder in the order of names, folders before what is in them. Links are visited and never
// followed. visit answers false for a folder that is not to be entered. A folder that can't be listed goes to failed, and the
// walk goes on; beyond MaxDepth and MaxWalk likewise. It ends early only with the context.
func Walk(ctx context.Context, src Source, dir string, visit func(name string, d fs.DirEntry) bool, failed func(name string, err error)) error {
	w := walk{most: MaxWalk, src: src, visit: visit, failed: failed}
	return w.folder(ctx, dir, 0)
}

type walk struct {
	src    Source
	visit  func(string, fs.DirEntry) bool
	failed func(string, error)
	seen   int
	most   int
	full   bool
}

func (w *walk) folder(ctx context.Context, dir string, depth int) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the search for files below %q was stopped: %w", w.src.URI(dir), err)
	}
	if depth > MaxDepth {
		w.failed(dir, say(ErrTooLarge, "%q is not looked at: it lies more than %d folders deep", w.src.URI(dir), MaxDepth))
		return nil
	}
	entries, err := w.src.ReadDir(dir)
	if err != nil {
		w.failed(dir, err)
		return nil
	}
	for _, d := range entries {
		if w.full {
			return nil
		}
		if w.seen++; w.seen > w.most {
			w.full = true
			w.failed(dir, say(ErrTooLarge, "the search stopped at %q: more than %d files and folders; name fewer paths", w.src.URI(dir), w.most))
			return nil
		}
		name := path.Join(dir, d.Name())
		if w.visit(name, d) && d.IsDir() {
			if err := w.folder(ctx, name, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
