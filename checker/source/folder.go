package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MaxEntries is how many entries a folder may have; one with more is refused (ErrTooLarge).
const MaxEntries = 200_000

// Folder is a source over a folder of the file system, held by an os.Root: nothing is opened outside it, whatever links and
// names say. Links inside it are followed, absolute ones too as long as they lead back into it.
type Folder struct {
	root   *os.Root
	dir    string // absolute
	real   string // dir with its links resolved
	prefix string // before every name in a URI; "" or ends in /
	limit  int64
	most   int // entries of a folder
	repos  repositories
}

// OpenFolder opens a folder as a source whose URIs are relative to it. Close it when done.
func OpenFolder(dir string) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, explain(dir, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, explain(dir, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		real = abs
	}
	return &Folder{root: root, dir: abs, real: real, limit: MaxFile, most: MaxEntries, repos: repositories{top: abs}}, nil
}

// OpenOutside opens a folder whose files are reported by their absolute paths: one beyond the roots that the user allowed.
func OpenOutside(dir string) (*Folder, error) {
	f, err := OpenFolder(dir)
	if err == nil {
		f.prefix = strings.TrimSuffix(filepath.ToSlash(f.dir), "/") + "/"
	}
	return f, err
}

// Close lets go of the folder and of what git was started for it.
func (f *Folder) Close() error {
	return errors.Join(f.root.Close(), f.repos.close())
}

// OSPath is where a file lies in the file system, for messages and for comparing with absolute paths. Nothing may be opened
// by it: names in a folder being checked may be links.
func (f *Folder) OSPath(name string) string {
	return filepath.Join(f.dir, filepath.FromSlash(name))
}

// Within gives the name in this source of an absolute path; false where the path does not lie in the folder by its text or
// by the folder's own place.
func (f *Folder) Within(abs string) (string, bool) {
	if !filepath.IsAbs(abs) {
		return "", false
	}
	abs = filepath.Clean(abs)
	for _, base := range []string{f.dir, f.real} {
		if rel, err := filepath.Rel(base, abs); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel), true
		}
	}
	return "", false
}

// Resolve gives the absolute path that a name leads to when every link is followed, out of the folder too. It opens nothing.
func (f *Folder) Resolve(name string) (string, error) {
	real, err := filepath.EvalSymlinks(f.OSPath(name))
	return real, explain(f.URI(name), err)
}

// URI is the name with the folder's place in the repository, or in what was named, before it.
func (f *Folder) URI(name string) string {
	if f.prefix != "" && name == "." {
		return strings.TrimSuffix(f.prefix, "/")
	}
	return f.prefix + name
}

// Modes tells whether the permission bits mean anything; on Windows they do not.
func (f *Folder) Modes() bool { return hasModes }

// Open opens a regular file or a folder. It never blocks, and a regular file larger than MaxFile is refused.
func (f *Folder) Open(name string) (fs.File, error) {
	file, info, err := f.open(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if !info.IsDir() {
		return &bounded{file, io.LimitedReader{R: file, N: f.limit + 1}, f.limit, f.URI(name)}, nil
	}
	return file, nil
}

// Read gives a whole regular file.
func (f *Folder) Read(name string) (*File, error) {
	file, info, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.IsDir() {
		return nil, notRegular(f.URI(name), fs.ModeDir)
	}
	data, err := readAll(file, info.Size(), f.limit, f.URI(name))
	if err != nil {
		return nil, err
	}
	return &File{Name: name, URI: f.URI(name), Data: data, Mode: info.Mode().Perm()}, nil
}

// Stat follows links inside the folder.
func (f *Folder) Stat(name string) (fs.FileInfo, error) {
	if !valid(name) {
		return nil, explain(f.URI(name), fs.ErrInvalid)
	}
	info, err := f.root.Stat(filepath.FromSlash(name))
	if err != nil && escapes(err) {
		if inner, ok := f.inside(name); ok {
			info, err = f.root.Stat(inner)
		}
	}
	if err != nil {
		return nil, explain(f.URI(name), err)
	}
	return info, nil
}

// ReadDir lists a folder, sorted by name.
func (f *Folder) ReadDir(name string) ([]fs.DirEntry, error) {
	file, info, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if !info.IsDir() {
		return nil, say(ErrNotRegular, "%q is a file, not a folder", f.URI(name))
	}
	var all []fs.DirEntry
	for {
		some, err := file.ReadDir(1024)
		all = append(all, some...)
		if len(all) > f.most {
			return nil, say(ErrTooLarge, "%q is not looked at: it holds more than %d entries", f.URI(name), f.most)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, explain(f.URI(name), err)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// open opens what a name leads to and looks at what was opened, not at what was there before.
func (f *Folder) open(name string) (*os.File, fs.FileInfo, error) {
	shown := f.URI(name)
	if !valid(name) {
		return nil, nil, explain(shown, fs.ErrInvalid)
	}
	file, err := f.root.OpenFile(filepath.FromSlash(name), openFlags, 0)
	if err != nil && escapes(err) {
		// os.Root takes every absolute link for one that leaves; one that leads back in is followed by its inner name.
		if inner, ok := f.inside(name); ok {
			file, err = f.root.OpenFile(inner, openFlags, 0)
		}
	}
	if err != nil {
		return nil, nil, explain(shown, err)
	}
	info, err := file.Stat()
	if err == nil && !info.IsDir() {
		if !info.Mode().IsRegular() {
			err = notRegular(shown, info.Mode())
		} else if info.Size() > f.limit {
			err = tooLarge(shown, f.limit)
		}
	}
	if err != nil {
		file.Close()
		return nil, nil, explain(shown, err)
	}
	return file, info, nil
}

func (f *Folder) inside(name string) (string, bool) {
	real, err := filepath.EvalSymlinks(f.OSPath(name))
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(f.real, real)
	return rel, err == nil && filepath.IsLocal(rel)
}

// readAll reads a file whose size was looked at but may have changed since.
func readAll(r io.Reader, size, limit int64, shown string) ([]byte, error) {
	data := make([]byte, 0, min(size, limit)+1)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if int64(len(data)) > limit {
			return nil, tooLarge(shown, limit)
		}
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, explain(shown, err)
		}
		if len(data) == cap(data) {
			data = slices.Grow(data, min(cap(data), int(limit)+1-len(data)))
		}
	}
}

// bounded is an open regular file that gives no more than the limit. It hides what else an os.File can do.
type bounded struct {
	file  *os.File
	r     io.LimitedReader
	limit int64
	shown string
}

func (b *bounded) Stat() (fs.FileInfo, error) { return b.file.Stat() }
func (b *bounded) Close() error               { return b.file.Close() }

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.r.N <= 0 {
		return n, tooLarge(b.shown, b.limit)
	}
	return n, err
}

// valid tells a name that io/fs allows, but for its demand of UTF-8: old trees hold names in other encodings.
func valid(name string) bool {
	return fs.ValidPath(strings.ToValidUTF8(name, "_"))
}
