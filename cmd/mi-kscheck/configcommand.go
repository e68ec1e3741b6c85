package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/config"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

func newConfig(memory *collector) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration in force, or begin one",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return usage("'mi-kscheck config' takes a command: print shows what is in force, init begins a configuration")
		},
	}
	c.AddCommand(newConfigPrint(memory), newConfigInit(memory))
	return c
}

func newConfigPrint(memory *collector) *cobra.Command {
	var f targetFlags
	var schema bool
	c := &cobra.Command{
		Use:   "print [PATH]",
		Short: "Show the configuration in force for PATH, and where each value comes from",
		Long: `print shows what is in force for PATH (default "."), as a configuration that says the same, with the line that each value comes
from. Options of check, which would win, are not in it.`,
		RunE: func(c *cobra.Command, paths []string) error {
			memory.resume() // no policy is compiled
			if schema {
				_, err := c.OutOrStdout().Write(config.JSONSchema())
				return written(err)
			}
			s, err := f.find(c.Context(), c.InOrStdin(), paths)
			if err != nil {
				return err
			}
			defer s.close()
			for _, n := range s.settings.ignored(s) {
				complain(c.ErrOrStderr(), errors.New(n.Message))
			}
			if len(s.missing) > 0 {
				return &exitError{code: exitUndone, err: errors.Join(s.missing...)}
			}
			return written(s.settings.Print(c.OutOrStdout()))
		},
	}
	f.config.register(c.Flags())
	c.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration instead")
	return c
}

func newConfigInit(memory *collector) *cobra.Command {
	var f targetFlags
	return &cobra.Command{
		Use:   "init [PATH]",
		Short: "Write a commented " + config.FileName + " for what PATH holds",
		Long:  "init writes " + config.FileName + ", with comments, to the repository's folder, outside of a repository to PATH (default \".\"). It replaces no file.",
		RunE: func(c *cobra.Command, paths []string) error {
			memory.resume() // no policy is compiled
			if len(paths) > 1 {
				return usage("'config init' takes one PATH: a run has one configuration")
			}
			s, err := f.find(c.Context(), c.InOrStdin(), paths)
			if err != nil {
				return err
			}
			defer s.close()
			if len(s.missing) > 0 {
				return &exitError{code: exitUndone, err: errors.Join(s.missing...)}
			}
			if s.settings.Name != "" {
				return usage("there is a configuration already: %s ('mi-kscheck config print' shows it)", s.settings.Name)
			}
			if len(s.opened) == 0 || s.opened[0].Root == "" {
				return usage("'config init' takes a folder, not standard input")
			}
			var uris []string
			for _, t := range s.targets {
				uris = append(uris, t.Source.URI(t.Path))
			}
			return begin(c.ErrOrStderr(), filepath.Join(s.opened[0].Root, config.FileName), config.Start(uris))
		},
	}
}

// begin writes a file that must not exist yet.
func begin(stderr io.Writer, name, text string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // the umask decides
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage("%q is there already and stays as it is", name)
	case err != nil:
		return undone("%q could not be written: %s", name, checker.Reason(system(err)))
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return undone("%q could not be written: %w", name, system(err))
	}
	_, err = fmt.Fprintf(stderr, "mi-kscheck: wrote %s; every line in it is a comment until you take its mark away\n", report.Clean(strings.TrimSpace(name)))
	return written(err)
}
