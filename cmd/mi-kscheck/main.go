// Command mi-kscheck checks the keystores of WSO2 Micro Integrator deployments. This package turns flags into calls and
// results into exit codes; what it calls is in checker/.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// The exit codes (a contract). 2 counts more than 3, 3 more than 1, 1 more than 0.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2 // usage, configuration or policy error
	exitUndone   = 3 // the job could not be done: no target, a file that the system would not let us read
)

func main() { os.Exit(run(os.Args[1:])) }

// run executes one command line and gives its exit code.
func run(args []string) int {
	// Without a receiver a write to a closed pipe would end the process on the spot: half-written files would stay, and the
	// exit code would tell nothing.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	root := newRoot(deferCollection())
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitClean
	}
	code := exitUsage // cobra's own errors are about usage
	var e *exitError
	if errors.As(err, &e) {
		code, err = e.code, e.err
	}
	if err != nil {
		complain(os.Stderr, err)
	}
	return code
}

// complain writes an error, a line for each of its lines, fit for a terminal.
func complain(w io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			fmt.Fprintln(w, "mi-kscheck: "+report.Clean(line)) //nolint:errcheck // there is no one left to tell
		}
	}
}
