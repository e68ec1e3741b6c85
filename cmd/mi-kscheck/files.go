package main

import (
	"context"
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

// readInput reads standard input, at most limit bytes of it. Whoever gave it may be a person, or may never come to an end: when ctx
// does, nobody waits any longer. Errors carry the exit code.
func readInput(ctx context.Context, stdin io.Reader, limit int64) ([]byte, error) {
	type input struct {
		data []byte
		err  error
	}
	read := make(chan input, 1)
	go func() { // it is left behind at its read, which nothing can end, if ctx ends first
		data, err := io.ReadAll(io.LimitReader(stdin, limit))
		read <- input{data, err}
	}()
	select {
	case <-ctx.Done():
		return nil, undone("interrupted while standard input was awaited")
	case in := <-read:
		if in.err != nil {
			return nil, undone("standard input could not be read: %w", system(in.err))
		}
		return in.data, nil
	}
}
