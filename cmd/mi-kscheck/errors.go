package main

import "fmt"

// usage is an error of the command line: exit 2.
func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// undone is an error of the job: exit 3.
func undone(format string, args ...any) error {
	return &exitError{code: exitUndone, err: fmt.Errorf(format, args...)}
}
