package source

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"
)

// Bytes is a source of one file in memory: standard input, under the name that it is to be reported by. Any name will do; in
// the source it is called by it only where io/fs allows that name, else "stdin".
func Bytes(name string, data []byte) Source { return inMemory(name, data) }

func inMemory(name string, data []byte) *memory {
	inner := name
	if !fs.ValidPath(name) || name == "." {
		inner = "stdin"
	}
	return &memory{name: inner, uri: name, data: data}
}

type memory struct {
	name, uri string
	data      []byte
}

func (m *memory) is(name string) error {
	if name == m.name {
		return nil
	}
	return explain(name, fs.ErrNotExist)
}

func (m *memory) Read(name string) (*File, error) {
	if err := m.is(name); err != nil {
		return nil, err
	}
	if len(m.data) > MaxFile {
		return nil, tooLarge(m.uri, MaxFile)
	}
	return &File{Name: name, URI: m.uri, Data: m.data}, nil
}

func (m *memory) URI(name string) string {
	if name == m.name {
		return m.uri
	}
	return name
}

func (m *memory) Git(string) GitFacts { return GitFacts{} }
func (m *memory) Modes() bool         { return false }

func (m *memory) Open(name string) (fs.File, error) {
	info, err := m.Stat(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if info.IsDir() {
		entries, err := m.ReadDir(name)
		return &openDir{info, entries}, err
	}
	return &memoryFile{info: info, Reader: bytes.NewReader(m.data)}, nil
}

func (m *memory) Stat(name string) (fs.FileInfo, error) {
	if name == "." {
		return fileInfo{name: name, mode: fs.ModeDir | 0o555}, nil
	}
	if err := m.is(name); err != nil {
		return nil, err
	}
	return fileInfo{name: path.Base(name), size: int64(len(m.data)), mode: 0o444}, nil
}

func (m *memory) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != path.Dir(m.name) {
		return nil, explain(name, fs.ErrNotExist)
	}
	info, err := m.Stat(m.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

// memoryFile is an open file whose content is at hand.
type memoryFile struct {
	info fs.FileInfo
	*bytes.Reader
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

// fileInfo describes a file or folder that no file system holds.
type fileInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }

// openDir is an open folder that no file system holds.
type openDir struct {
	info    fs.FileInfo
	entries []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *openDir) Close() error               { return nil }
func (d *openDir) Read([]byte) (int, error) {
	return 0, say(ErrNotRegular, "%q is a folder, not a file", d.info.Name())
}

func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n >= len(d.entries) {
		if n > 0 && len(d.entries) == 0 {
			return nil, io.EOF
		}
		n = len(d.entries)
	}
	some := d.entries[:n]
	d.entries = d.entries[n:]
	return some, nil
}
