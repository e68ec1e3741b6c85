// Command mi-kscheck checks the keystores of WSO2 Micro Integrator deployments. This package turns flags into calls and
// results into exit codes; what it calls is in checker/.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes (a contract). 2 counts more than 3, 3 more than 1, 1 more than 0.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2 // usage, configuration or policy error
	exitUndone   = 3 // the job could not be done: no target, a file that the system would not let us read
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

func main() { os.Exit(run(os.Args[1:])) }

// run executes one command line and gives its exit code.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitClean
	}
	code := exitUsage // cobra's own errors are about usage
	var e *exitError
	if errors.As(err, &e) {
		code = e.code
		err = e.err
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mi-kscheck: "+clean(err.Error()))
	}
	return code
}
