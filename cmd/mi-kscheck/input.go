package main

import (
	"bufio"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

func newInput() *cobra.Command {
	var f targetFlags
	var schema bool
	c := &cobra.Command{
		Use:   "input PATH",
		Short: "Print the document that the policies see",
		Long:  "input prints the facts about each target as JSON, a line each if there are several. Passwords and keys are in it only as properties.",
		RunE: func(c *cobra.Command, args []string) error {
			if schema {
				_, err := c.OutOrStdout().Write(facts.JSONSchema())
				return err
			}
			return f.printInput(c, args)
		},
	}
	f.register(c.Flags())
	c.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the document instead")
	return c
}

func (f *targetFlags) printInput(c *cobra.Command, paths []string) error {
	if len(paths) == 0 {
		return usage("input takes a PATH: a deployment.toml, an MI home, or a tree ('.' for this one)")
	}
	now, err := f.time()
	if err != nil {
		return err
	}
	values, err := f.values.read()
	if err != nil {
		return err
	}
	s, err := f.find(c.Context(), c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	w := bufio.NewWriter(c.OutOrStdout())
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if len(s.targets) == 1 {
		e.SetIndent("", "  ")
	}
	var failed []error
	err = checker.Run(c.Context(), s.targets, checker.Options{Now: now, Settings: facts.DefaultSettings, Values: values, Jobs: f.jobs}, func(o checker.Outcome) error {
		if o.Err != nil {
			failed = append(failed, o.Err)
			return nil
		}
		return e.Encode(o.Document)
	})
	if err = errors.Join(err, w.Flush()); err != nil {
		return undone("the document could not be written: %w", err)
	}
	for _, p := range s.problems {
		failed = append(failed, p.Err)
	}
	failed = append(failed, s.missing...)
	if len(s.targets) == 0 && len(failed) == 0 {
		failed = append(failed, errors.New("no deployment.toml was found: name one, an MI home, or a folder that holds one"))
	}
	if err := errors.Join(failed...); err != nil {
		return undone("%w", err)
	}
	return nil
}
