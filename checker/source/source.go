// Package source is where bytes come from: a folder (by os.Root), a single file, standard input, the git index. Nothing
// after it knows which. It reads regular files only, opens them without blocking, caps their size, never follows a link
// out of its root, and is the one place that turns byte offsets into lines and columns.
package source

import (
	"errors"
	"io/fs"
)

// MaxFile is the largest file that is read, in bytes (keystores.md, "Limits on hostile input").
const MaxFile = 16 << 20

// What reading can fail with beside fs.ErrNotExist and fs.ErrPermission.
var (
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLarge   = errors.New("larger than the limit")
	ErrOutside    = errors.New("leaves the root")
)

// Source is a read-only tree. Names are slash-separated and relative to its root, as in io/fs ("." is the root). It is safe
// for concurrent use.
type Source interface {
	fs.ReadDirFS
	fs.StatFS
	// Read gives a whole regular file. Errors wrap fs.ErrNotExist, fs.ErrPermission, ErrNotRegular, ErrTooLarge or
	// ErrOutside (a link that leaves the root, or a circle of links).
	Read(name string) (*File, error)
	// URI is how reports name a file: relative to the repository root where there is one, else to the path given, with
	// forward slashes, not yet percent-encoded.
	URI(name string) string
	// Git tells what git knows of a file; the zero value where there is no git, no git program, or no repository.
	Git(name string) GitFacts
	// Modes tells whether POSIX permission bits of this source mean anything (false for the index and Windows).
	Modes() bool
}

// GitFacts is what git knows of a file.
type GitFacts struct {
	WorkTree bool // the file lies in a work tree (or is of its index)
	Tracked  bool
	Ignored  bool
}

// File is the content of a file with its name.
type File struct {
	Name string      // within its source
	URI  string      // for reports
	Data []byte      // not to be changed
	Mode fs.FileMode // permission bits where the source has them
	// Within is of a file that is a part of another one, which URI names; else nil. Such a file can't be repaired in place.
	Within *Within
	// Packed: it lies in an archive, and can't be repaired there.
	Packed bool
}

// Span is a range of bytes in a file, end exclusive. The zero value is the start of the file.
type Span struct{ Start, End int }

// Region is a place in a file as reports give it: 1-based lines, 1-based columns counted in Unicode code points, the end
// column exclusive (SARIF columnKind unicodeCodePoints).
type Region struct {
	StartLine   int `json:"start_line"`
	StartColumn int `json:"start_column"`
	EndLine     int `json:"end_line"`
	EndColumn   int `json:"end_column"`
}
