package main

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

func newMerge(memory *collector) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "merge A.sarif B.sarif ...",
		Short: "Join the SARIF reports of several runs",
		Long: `merge joins the SARIF reports of runs over parts of a tree to one: each result once, in the order of their places, the rules of all,
and what the runs had to say. The order of the files makes no difference.

Exit: 0 joined, whatever was found; 2 a file is no SARIF report of mi-kscheck; 3 a file could not be read or written.`,
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume() // no policy is compiled
			return merge(args, out, c.OutOrStdout())
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "write to `FILE` instead of standard output")
	return c
}

func merge(names []string, out string, stdout io.Writer) error {
	if len(names) == 0 {
		return usage("merge takes SARIF files: 'mi-kscheck check -f sarif=A.sarif PATH' writes one")
	}
	var shards []report.Shard
	var opened []*os.File
	defer func() {
		for _, f := range opened {
			_ = f.Close() // read-only: nothing is lost
		}
	}()
	for _, name := range names {
		f, size, err := openShard(name)
		if err != nil {
			return undone("%q could not be read: %s", name, checker.Reason(system(err)))
		}
		opened = append(opened, f)
		shards = append(shards, report.Shard{Name: name, Data: f, Size: size})
	}
	if out == "" {
		w := bufio.NewWriterSize(stdout, 64<<10)
		err := report.Merge(w, shards)
		if err == nil {
			err = w.Flush()
		}
		return mergeError(err, written)
	}
	f, err := createFile(out)
	if err != nil {
		return undone("--output %q: %w", out, err)
	}
	defer f.discard()
	w := bufio.NewWriterSize(f, 64<<10)
	err = report.Merge(w, shards)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.settle()
	}
	return mergeError(err, func(err error) error { return undone("%q could not be written: %w", out, system(err)) })
}

// mergeError tells what is wrong with a file from what went wrong in writing.
func mergeError(err error, writing func(error) error) error {
	var shard *report.ShardError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &shard):
		return usage("%w", err)
	case errors.Is(err, report.ErrReading):
		return undone("%w", err)
	}
	return writing(err)
}

// openShard opens a regular file, and never waits for a pipe that nobody writes to.
func openShard(name string) (*os.File, int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, source.ErrNotRegular
	}
	f, err := os.Open(name) //nolint:gosec // the user named the file
	return f, info.Size(), err
}
