package main

import (
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// readFile reads a file that the user named, at most limit bytes. It never waits for a pipe that nobody writes to, but takes
// what a shell hands over, as in --env-file <(vault …).
func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	handed := info.Mode()&fs.ModeNamedPipe != 0 && (strings.HasPrefix(name, "/dev/fd/") || name == "/dev/stdin")
	if !info.Mode().IsRegular() && !handed {
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
