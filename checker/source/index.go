package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// Index is a source over a repository's index: what the next commit will hold. Git is asked when the first file is; contents
// are read one by one. Links are not followed, submodules are not there, and no file has permission bits.
type Index struct {
	repo   *git.Repo
	prefix string
	limit  int64
	// commit: not the index, but the tree of this commit (see Revision); ref is how the user names it.
	commit, ref string
	missing     atomic.Pointer[error] // the first content that the clone does not hold

	once  sync.Once
	err   error
	files map[string]git.Entry
	dirs  map[string][]fs.DirEntry
}

// OpenStaged resolves the PATHs of the command line as OpenAll does, to the index instead of the work tree; the paths need
// not exist there. indexFile is the value of GIT_INDEX_FILE, by which git names the index of the commit under way to a hook;
// empty or of another repository, it does not count. A path outside of any repository is an error.
func OpenStaged(_ context.Context, args []string, indexFile string) ([]Opened, []error) {
	return openRepositories(args, "%q lies in no git repository, so nothing of it can be staged; leave out --staged", func(root, prefix string) (Source, error) {
		repo := git.At(root)
		repo.UseIndex(indexFile)
		return &Index{repo: repo, prefix: prefix, limit: MaxFile}, nil
	})
}

// openRepositories resolves the PATHs to what open gives for the repository that each lies in and the folder in it that the sources
// begin at. outside is what is said of a path that lies in none.
func openRepositories(args []string, outside string, open func(root, prefix string) (Source, error)) ([]Opened, []error) {
	places, errs := resolve(args, false)
	bases := commonBases(places)
	var all []Opened
	for _, p := range places {
		if !p.repository {
			errs = append(errs, say(fs.ErrNotExist, outside, p.named))
			continue
		}
		s, err := open(p.root, bases[p.root])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, p.opened(s))
	}
	return all, errs
}

// Staged lists the paths that the next commit changes, deleted ones too, sorted. It is one call of git.
func (x *Index) Staged(ctx context.Context) ([]string, error) { return x.repo.Staged(ctx) }

// Close ends the git process that reads contents.
func (x *Index) Close() error { return x.repo.Close() }

// URI is the name in the repository.
func (x *Index) URI(name string) string {
	if x.prefix != "" && name == "." {
		return strings.TrimSuffix(x.prefix, "/")
	}
	return x.prefix + name
}

// Git tells that what is in the index is tracked.
func (x *Index) Git(name string) GitFacts {
	_, err := x.Stat(name)
	return GitFacts{WorkTree: true, Tracked: err == nil}
}

// TrackedFiles lists the files of the index, sorted.
func (x *Index) TrackedFiles(context.Context) []string {
	if x.load() != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(x.files))
}

// Modes is false: git keeps one bit of the permissions.
func (x *Index) Modes() bool { return false }

// Commit is the commit that the index will follow, in hex; empty where there is none.
func (x *Index) Commit(ctx context.Context) string {
	id, err := x.repo.Head(ctx)
	if err != nil {
		return ""
	}
	return id
}

// Origin is the address of the remote 'origin', credentials included; empty where there is none.
func (x *Index) Origin(ctx context.Context) string {
	address, err := x.repo.Origin(ctx)
	if err != nil {
		return ""
	}
	return address
}

// Read gives a whole file as it is staged.
func (x *Index) Read(name string) (*File, error) {
	e, err := x.file(name)
	if err != nil {
		return nil, err
	}
	data, err := x.repo.Blob(context.Background(), e.ID, x.limit)
	if errors.Is(err, git.ErrTooLarge) {
		return nil, tooLarge(x.URI(name), x.limit)
	}
	if err != nil {
		return nil, x.cannot(err, fmt.Sprintf("%q of %s", x.URI(name), x.what()))
	}
	return &File{Name: name, URI: x.URI(name), Data: data}, nil
}

// Open opens a file or folder; a file's content is read at once.
func (x *Index) Open(name string) (fs.File, error) {
	info, err := x.Stat(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if info.IsDir() {
		return &openDir{info, x.dirs[name]}, nil
	}
	file, err := x.Read(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	info = fileInfo{name: info.Name(), size: int64(len(file.Data)), mode: info.Mode()}
	return &memoryFile{info: info, Reader: bytes.NewReader(file.Data)}, nil
}

// Stat tells the kind of a file or folder; the size of a file is not known before it is read and given as 0.
func (x *Index) Stat(name string) (fs.FileInfo, error) {
	if err := x.load(); err != nil {
		return nil, err
	}
	if _, ok := x.dirs[name]; ok {
		return fileInfo{name: path.Base(name), mode: fs.ModeDir | 0o755}, nil
	}
	if e, ok := x.files[name]; ok {
		return fileInfo{name: path.Base(name), mode: mode(e)}, nil
	}
	return nil, say(fs.ErrNotExist, "%q is not in %s", x.URI(name), x.what())
}

// ReadDir lists a folder, sorted by name.
func (x *Index) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := x.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, say(ErrNotRegular, "%q is a file, not a folder", x.URI(name))
	}
	return slices.Clone(x.dirs[name]), nil
}

// file gives the entry of a regular file.
func (x *Index) file(name string) (git.Entry, error) {
	info, err := x.Stat(name)
	if err != nil {
		return git.Entry{}, err
	}
	e := x.files[name]
	switch {
	case !info.Mode().IsRegular():
		return e, notRegular(x.URI(name), info.Mode())
	case e.Unmerged:
		return e, say(ErrNotRegular, "%q is in conflict in the git index; resolve it first", x.URI(name))
	}
	return e, nil
}

func mode(e git.Entry) fs.FileMode {
	if e.Link {
		return fs.ModeSymlink | 0o777
	}
	return 0o644
}

// load builds the tree of the index.
func (x *Index) load() error {
	x.once.Do(func() {
		entries, err := x.entries()
		if err != nil {
			x.err = x.cannot(err, "the files of "+x.what())
			return
		}
		x.files = make(map[string]git.Entry, len(entries))
		x.dirs = map[string][]fs.DirEntry{".": nil}
		for _, e := range entries {
			if !valid(e.Name) || e.Name == "." {
				continue // git itself writes no such name
			}
			x.files[e.Name] = e
			x.add(e.Name, mode(e))
		}
		for _, d := range x.dirs {
			slices.SortFunc(d, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
		}
	})
	return x.err
}

// add puts a name in its folder, and the folder in its own.
func (x *Index) add(name string, mode fs.FileMode) {
	dir := path.Dir(name)
	if _, ok := x.dirs[dir]; !ok {
		x.dirs[dir] = nil
		x.add(dir, fs.ModeDir|0o755)
	}
	x.dirs[dir] = append(x.dirs[dir], fs.FileInfoToDirEntry(fileInfo{name: path.Base(name), mode: mode}))
}
