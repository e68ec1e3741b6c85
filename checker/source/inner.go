package source

import (
	"bytes"
	"io/fs"
	"path"
)

// Within tells where a file that is a part of another one stands in it, so that reports can point into the outer file.
type Within struct {
	Outer []byte // the outer file's content; not to be changed
	Name  string // of the object that the part is of, among those of the outer file; empty: it has none
	// Line and Indent are of a part whose lines are the outer file's, from Line on, each behind Indent columns.
	Line, Indent int
	// Whole stands for every place of a part whose text does not stand in the outer file as it is; nil where it does.
	Whole *Region
}

// region turns a place of the part into one of the outer file.
func (w *Within) region(r Region) Region {
	if w.Whole != nil {
		return *w.Whole
	}
	return Region{
		StartLine: w.Line + r.StartLine - 1, StartColumn: w.Indent + r.StartColumn,
		EndLine: w.Line + r.EndLine - 1, EndColumn: w.Indent + r.EndColumn,
	}
}

// Lines indexes the lines of the file; its regions are those of the outer file where it is a part of one.
func (f *File) Lines() *Lines {
	l := NewLines(f.Data)
	l.within = f.Within
	return l
}

// Inner is a source in which parts of files are files too: the deployment.toml in a ConfigMap, the stores in a Secret. All else
// is the source beneath. A part hides a file of its name.
type Inner struct {
	Source
	Parts map[string]Part
}

// Part is a file that stands in another one.
type Part struct {
	Outer string // name of the outer file in the source beneath
	Data  []byte
	*Within
}

func (s Inner) part(name string) (Part, bool) {
	p, ok := s.Parts[name]
	return p, ok
}

// Read gives a part, under the URI of the file that it stands in.
func (s Inner) Read(name string) (*File, error) {
	p, ok := s.part(name)
	if !ok {
		return s.Source.Read(name)
	}
	if len(p.Data) > MaxFile {
		return nil, tooLarge(s.URI(name), MaxFile)
	}
	return &File{Name: name, URI: s.URI(name), Data: p.Data, Within: p.Within}, nil
}

// URI is that of the outer file.
func (s Inner) URI(name string) string {
	if p, ok := s.part(name); ok {
		name = p.Outer
	}
	return s.Source.URI(name)
}

// Embedded tells a part, which no program can open by its URI.
func (s Inner) Embedded(name string) bool {
	if _, ok := s.part(name); ok {
		return true
	}
	e, ok := s.Source.(interface{ Embedded(string) bool })
	return ok && e.Embedded(name)
}

// Git tells what git knows of the outer file.
func (s Inner) Git(name string) GitFacts {
	if p, ok := s.part(name); ok {
		name = p.Outer
	}
	return s.Source.Git(name)
}

// Modes is false: the parts have none of their own.
func (s Inner) Modes() bool { return false }

// Stat describes a part.
func (s Inner) Stat(name string) (fs.FileInfo, error) {
	if p, ok := s.part(name); ok {
		return fileInfo{name: path.Base(name), size: int64(len(p.Data)), mode: 0o444}, nil
	}
	return s.Source.Stat(name)
}

// Open opens a part.
func (s Inner) Open(name string) (fs.File, error) {
	if p, ok := s.part(name); ok {
		info, err := s.Stat(name)
		return &memoryFile{info: info, Reader: bytes.NewReader(p.Data)}, err
	}
	return s.Source.Open(name)
}
