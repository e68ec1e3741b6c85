package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Limits of an archive. What goes beyond them is not looked at, and told.
const (
	maxUnpacked = 8 << 30   // bytes that an archive's compressed parts may give, in one pass
	maxRatio    = 200       // times its size that a compressed archive may give, beyond minUnpacked
	minUnpacked = 256 << 20 // bytes that any archive may give
	maxHeld     = 64 << 20  // bytes of an archive's files that are kept in memory
	maxHeldFile = 512 << 10 // bytes of one of them
	maxPasses   = 64        // how often a compressed archive is gone through for files that are not kept
	maxEntry    = 4096      // bytes of a name in an archive
	maxLinks    = 40        // links that one name may lead through
)

// ErrArchive is an archive that can't be looked into: it is damaged, of a kind that is not known, or unpacks to more than it may.
var ErrArchive = errors.New("not readable as an archive")

// ErrClimbing is an archive some of whose entries have names that lead out of it.
var ErrClimbing = errors.New("entries lead out of the archive")

// Archive is a source over the files in a zip, a tar or the image of a container: read in place, nothing is unpacked to a file. It
// holds the names of the entries and little else. Links in it lead to what is in it; those of an image start at the image's root.
type Archive struct {
	outer  *Folder
	name   string // of the archive in outer
	file   *os.File
	root   *node
	image  bool
	passes passes
	left   []error
}

// OpenArchive opens a file of a folder as an archive, by its content. It takes the folder, which closes with it. Errors are sentences;
// they wrap ErrArchive where the file is there but can't be looked into.
func OpenArchive(ctx context.Context, outer *Folder, name string) (*Archive, error) {
	file, info, err := outer.unlimited(name)
	if err != nil {
		return nil, err
	}
	a := &Archive{outer: outer, name: name, file: file, root: newFolder()}
	b := newBudget(ctx, info.Size())
	if err := a.load(info.Size(), b); err != nil {
		file.Close() //nolint:errcheck // read-only
		var own *sentence
		if errors.As(err, &own) {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%q was not looked into to its end: %w", outer.URI(name), ctx.Err())
		}
		return nil, say(errors.Join(ErrArchive, err), "%q is an archive that can't be looked into: %v", outer.URI(name), err)
	}
	if b.climbing > 0 {
		a.left = append(a.left, say(ErrClimbing, "%q holds entries whose names lead out of it (%d), which are not looked at: no honest archive has such", outer.URI(name), b.climbing))
	}
	return a, nil
}

// load finds the entries.
func (a *Archive) load(size int64, b *budget) error {
	whole := &blob{at: io.NewSectionReader(a.file, 0, size)}
	head, err := whole.head()
	if err != nil {
		return err
	}
	switch kindOf(head) {
	case zipFile:
		return a.loadZip(size, b)
	case tarFile:
		return a.loadTar(whole, b)
	case gzipFile, bzip2File:
		return a.loadTar(&blob{whole: whole, passes: &a.passes}, b)
	case zstdFile, xzFile:
		return errors.New("it is compressed in a way that is not read here; unpack it to a .tar, or pack it with gzip")
	}
	return errors.New("it is no zip and no tar")
}

// archiveKind is what a file is by its first bytes.
type archiveKind int

const (
	noArchive archiveKind = iota
	zipFile
	tarFile
	gzipFile
	bzip2File
	zstdFile
	xzFile
)

// headSize is how many bytes tell the kind.
const headSize = 512

func kindOf(head []byte) archiveKind {
	for _, k := range []struct {
		magic string
		at    int
		kind  archiveKind
	}{
		{"PK\x03\x04", 0, zipFile},
		{"PK\x05\x06", 0, zipFile}, // one without entries
		{"\x1f\x8b\x08", 0, gzipFile},
		{"BZh", 0, bzip2File},
		{"\x28\xb5\x2f\xfd", 0, zstdFile},
		{"\xfd7zXZ\x00", 0, xzFile},
		{"ustar", 257, tarFile},
	} {
		if len(head) >= k.at+len(k.magic) && string(head[k.at:k.at+len(k.magic)]) == k.magic {
			return k.kind
		}
	}
	return noArchive
}

// IsArchive tells an archive by its first bytes. One that is compressed counts by its name only: anything may be.
func IsArchive(file io.Reader, name string) bool {
	head := make([]byte, headSize)
	n, _ := io.ReadFull(file, head) //nolint:errcheck // a short file has a short head
	switch kindOf(head[:n]) {
	case noArchive:
		return false
	case zipFile, tarFile:
		return true
	}
	return slices.ContainsFunc([]string{".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.zst", ".tar.xz", ".txz", ".tar"}, func(ext string) bool {
		return strings.HasSuffix(strings.ToLower(name), ext)
	})
}

// budget is what may still be spent on an archive.
type budget struct {
	stopped  func() error // why to stop: the context's error
	unpacked int64
	held     int64
	entries  int
	climbing int // entries whose names lead out
	limits   Limits
}

// entry takes one entry from the budget.
func (b *budget) entry() error {
	if b.entries--; b.entries < 0 {
		return fmt.Errorf("it holds more than %d entries", b.limits.Entries)
	}
	return b.stopped()
}

// metered ends a stream whose bytes are used up.
type metered struct {
	r io.Reader
	b *budget
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.b.unpacked -= int64(n); m.b.unpacked < 0 {
		return n, bombError{m.b.limits}
	}
	if err == nil {
		err = m.b.stopped()
	}
	return n, err
}

// bombError is an archive that unpacks to more than it may; it is ErrTooLarge.
type bombError struct{ limits Limits }

func (e bombError) Error() string {
	return fmt.Sprintf("it unpacks to more than %d times its size, or to more than %d MiB", e.limits.Ratio, e.limits.Unpacked>>20)
}

func (e bombError) Unwrap() error { return ErrTooLarge }

func isBomb(err error) bool {
	var e bombError
	return errors.As(err, &e)
}

// node is a file, folder or link in an archive.
type node struct {
	mode     fs.FileMode // type and permission bits
	size     int64
	link     string                        // where a link leads
	children map[string]*node              // of a folder
	open     func() (io.ReadCloser, error) // of a regular file
}

func newFolder() *node { return &node{mode: fs.ModeDir | 0o555, children: map[string]*node{}} }

// put places a node at a cleaned name; what stands there, or in the way, gives way, but for the content of a folder.
func (n *node) put(name string, put *node) {
	dir, base := n.folder(path.Dir(name)), path.Base(name)
	if old := dir.children[base]; old != nil && old.mode.IsDir() && put.mode.IsDir() {
		return
	}
	dir.children[base] = put
}

// folder gives a folder, made where there is none.
func (n *node) folder(name string) *node {
	if name == "." {
		return n
	}
	for part := range strings.SplitSeq(name, "/") {
		next := n.children[part]
		if next == nil || !next.mode.IsDir() {
			next = newFolder()
			n.children[part] = next
		}
		n = next
	}
	return n
}

// at gives what stands at a name, no link being followed; nil where there is nothing.
func (n *node) at(name string) *node {
	if name == "." {
		return n
	}
	for part := range strings.SplitSeq(name, "/") {
		if n = n.children[part]; n == nil {
			return nil
		}
	}
	return n
}

// cleanEntry makes the name of an entry one of a source; it is not ok where it names the archive itself, and climbs where it leads out.
func cleanEntry(name string) (clean string, climbs, ok bool) {
	if len(name) > maxEntry || strings.IndexByte(name, 0) >= 0 {
		return "", false, false
	}
	if slices.Contains(strings.Split(name, "/"), "..") {
		return "", true, false
	}
	clean = strings.TrimPrefix(path.Clean("/"+name), "/")
	return clean, false, clean != "" && strings.Count(clean, "/") < 2*MaxDepth
}

// resolve follows the links of a name.
func (a *Archive) resolve(name string) (*node, error) {
	if !valid(name) {
		return nil, explain(a.URI(name), fs.ErrInvalid)
	}
	todo := strings.Split(name, "/")
	if name == "." {
		todo = nil
	}
	var at []string
	n := a.root
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(at) == 0 && !a.image {
				return nil, say(ErrOutside, "%q is not read: it is a link that leaves the archive", a.URI(name))
			}
			at = at[:max(len(at)-1, 0)]
			n = a.root.at(path.Join(append([]string{"."}, at...)...))
			continue
		}
		next := n.children[part]
		if next == nil {
			return nil, explain(a.URI(name), fs.ErrNotExist)
		}
		if next.mode&fs.ModeSymlink == 0 {
			at, n = append(at, part), next
			continue
		}
		if links++; links > maxLinks {
			return nil, say(ErrCircle, "%q can't be read: its links lead in a circle", a.URI(name))
		}
		if strings.HasPrefix(next.link, "/") {
			if !a.image {
				return nil, say(ErrOutside, "%q is not read: it is a link that leaves the archive", a.URI(name))
			}
			at, n = nil, a.root
		}
		todo = append(strings.Split(next.link, "/"), todo...)
		if len(todo) > maxEntry {
			return nil, say(ErrCircle, "%q can't be read: its links lead nowhere", a.URI(name))
		}
	}
	return n, nil
}

// Read gives a whole regular file.
func (a *Archive) Read(name string) (*File, error) {
	n, err := a.resolve(name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsRegular() {
		return nil, notRegular(a.URI(name), n.mode)
	}
	if n.size > MaxFile {
		return nil, tooLarge(a.URI(name), MaxFile)
	}
	r, err := n.open()
	if err != nil {
		return nil, a.damaged(name, err)
	}
	data, err := readAll(r, n.size, MaxFile, a.URI(name))
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, a.damaged(name, err)
	}
	return &File{Name: name, URI: a.URI(name), Data: data, Packed: true}, nil
}

func (a *Archive) damaged(name string, err error) error {
	if errors.Is(err, ErrTooLarge) {
		return err
	}
	var said *sentence
	if errors.As(err, &said) {
		err = said.cause
	}
	return say(errors.Join(ErrArchive, err), "%q can't be read from its archive: %v", a.URI(name), err)
}

// entryMark stands between an archive and a name in it, as in the JDK's jar: addresses.
const entryMark = "!/"

// SplitEntry tells whether a URI is of a file in one of the archives, which are given by their URIs, or in a CApp.
func SplitEntry(archives []string, uri string) (archive, entry string, ok bool) {
	for _, archive := range archives {
		if rest, ok := strings.CutPrefix(uri, archive+entryMark); ok && rest != "" {
			return archive, rest, true
		}
	}
	return splitCar(uri)
}

// JoinEntry is the URI of a file in an archive.
func JoinEntry(archive, entry string) string { return archive + entryMark + entry }

// URI is that of the archive, "!/" and the name in it.
func (a *Archive) URI(name string) string {
	outer := a.outer.URI(a.name)
	if name == "." {
		return outer
	}
	return outer + entryMark + name
}

// Git tells of the archive itself, which is never kept out for being ignored: it was named.
func (a *Archive) Git(string) GitFacts {
	facts := a.outer.Git(a.name)
	facts.Ignored = false
	return facts
}

// Modes is false: who may read a file is up to who unpacks it.
func (a *Archive) Modes() bool { return false }

// Embedded is true: no program opens a part of an archive by its URI.
func (a *Archive) Embedded(string) bool { return true }

// Left are entries that were not looked at, a sentence for each reason.
func (a *Archive) Left() []error { return a.left }

// Within gives the name of an absolute path in an image; in any other archive nothing has one.
func (a *Archive) Within(abs string) (string, bool) {
	if !a.image || !strings.HasPrefix(abs, "/") {
		return "", false
	}
	name := strings.TrimPrefix(path.Clean(abs), "/")
	return name, name != ""
}

// Close lets go of the file and of the folder that it lies in.
func (a *Archive) Close() error { return errors.Join(a.file.Close(), a.outer.Close()) }

// Stat follows links in the archive.
func (a *Archive) Stat(name string) (fs.FileInfo, error) {
	n, err := a.resolve(name)
	if err != nil {
		return nil, err
	}
	return fileInfo{name: path.Base(name), size: n.size, mode: n.mode}, nil
}

// ReadDir lists a folder, sorted by name.
func (a *Archive) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := a.resolve(name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsDir() {
		return nil, say(ErrNotRegular, "%q is a file, not a folder", a.URI(name))
	}
	entries := make([]fs.DirEntry, 0, len(n.children))
	for base, c := range n.children {
		entries = append(entries, fs.FileInfoToDirEntry(fileInfo{name: base, size: c.size, mode: c.mode}))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Open opens a regular file or a folder.
func (a *Archive) Open(name string) (fs.File, error) {
	info, err := a.Stat(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if info.IsDir() {
		entries, err := a.ReadDir(name)
		return &openDir{info, entries}, err
	}
	return &lazyFile{info: info, a: a, name: name}, nil
}

// lazyFile is read from its archive when its content is asked for: most files are opened only to see whether they can be.
type lazyFile struct {
	info fs.FileInfo
	a    *Archive
	name string
	once sync.Once
	r    *bytes.Reader
	err  error
}

func (f *lazyFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *lazyFile) Close() error               { return nil }

func (f *lazyFile) Read(p []byte) (int, error) {
	f.once.Do(func() {
		file, err := f.a.Read(f.name)
		if f.err = err; err == nil {
			f.r = bytes.NewReader(file.Data)
		}
	})
	if f.err != nil {
		return 0, f.err
	}
	return f.r.Read(p)
}

// unlimited opens a regular file of any size, which is read in parts.
func (f *Folder) unlimited(name string) (*os.File, fs.FileInfo, error) {
	large := &Folder{root: f.root, dir: f.dir, real: f.real, prefix: f.prefix, limit: 1 << 62}
	file, info, err := large.open(name)
	if err == nil && info.IsDir() {
		err = errors.Join(notRegular(f.URI(name), fs.ModeDir), file.Close())
		return nil, nil, err
	}
	return file, info, err
}

// archiveAt tells whether a file of the file system is an archive, without following it anywhere.
func archiveAt(abs string) bool {
	f, err := OpenFolder(filepath.Dir(abs))
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // read-only
	file, _, err := f.unlimited(filepath.Base(abs))
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // read-only
	return IsArchive(file, abs)
}
