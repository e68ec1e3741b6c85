// Package packed is about texts that the program carries along and seldom shows: they are embedded compressed, since the program may be
// no larger than 30 MB. What is committed beside it, and read by people, are the texts themselves.
package packed

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"sync"
)

// Files are texts by name.
type Files struct {
	all func() map[string]string
}

// New gives the files that Write packed, which are unpacked when the first of them is asked for. Bytes that can't be, which is a broken
// build, hold none.
func New(data []byte) Files {
	return Files{sync.OnceValue(func() map[string]string {
		files, err := unpack(data)
		if err != nil {
			return nil
		}
		return files
	})}
}

// Read gives a file; nil where there is none of the name.
func (f Files) Read(name string) []byte {
	text, ok := f.all()[name]
	if !ok {
		return nil
	}
	return []byte(text)
}

// unpack reads a JSON object of texts by name, compressed with gzip: what the files have in common is kept once.
func unpack(data []byte) (map[string]string, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var files map[string]string
	err = json.NewDecoder(r).Decode(&files)
	return files, err
}

// Write packs files, for the generators. What holds them already stays as it is: versions of Go compress differently.
func Write(file string, files map[string]string) error {
	if old, err := os.ReadFile(file); err == nil { //nolint:gosec // the generators name their own file
		if held, err := unpack(old); err == nil && maps.Equal(held, files) {
			return nil
		}
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(files); err != nil { // in the order of the names
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // a source file is world-readable
}
