package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// exitError carries an exit code with what is to be said; without an error nothing is said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is an error of the command line: exit 2.
func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// undone is an error of the job: exit 3.
func undone(format string, args ...any) error {
	return &exitError{code: exitUndone, err: fmt.Errorf(format, args...)}
}

// errNoTarget is what a run says that finds nothing to judge.
var errNoTarget = errors.New("no deployment.toml was found: name one, an MI home, or a folder or archive that holds one")

// system is what the operating system said, without the call and the name that the message around it tells in its own words.
func system(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	var s *os.SyscallError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	case errors.As(err, &s):
		return s.Err
	}
	return err
}

// written wraps the error of writing to standard output; nil stays nil.
func written(err error) error {
	if err == nil {
		return nil
	}
	return undone("standard output can't be written: %w", system(err))
}
