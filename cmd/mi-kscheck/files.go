package main

import (
	"io"
	"os"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// readFile reads a regular file that the user named, at most limit bytes. It never blocks on a pipe.
func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, source.ErrNotRegular
	}
	f, err := os.Open(name) //nolint:gosec // the user named the file
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read-only: nothing is lost
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = source.ErrTooLarge
	}
	return b, err
}
