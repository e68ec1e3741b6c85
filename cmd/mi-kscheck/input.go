package main

import (
	"bufio"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

func newInput(memory *collector) *cobra.Command {
	var f targetFlags
	var schema, fleet bool
	c := &cobra.Command{
		Use:   "input PATH ...",
		Short: "Print the document that the policies see",
		Long:  "input prints the facts about each target as JSON, a line each if there are several. Passwords and keys are in it only as properties.",
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume() // no policy is compiled
			if schema {
				if len(args) > 0 {
					return usage("--schema takes no PATH: there is one schema for all documents")
				}
				text := facts.JSONSchema()
				if fleet {
					text = facts.FleetSchema()
				}
				_, err := c.OutOrStdout().Write(text)
				return written(err)
			}
			return f.printInput(c, args, fleet)
		},
	}
	f.register(c.Flags())
	c.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the document instead")
	c.Flags().BoolVar(&fleet, "fleet", false, "print the document by which the run as a whole is judged instead: the keys that targets share")
	return c
}

func (f *targetFlags) printInput(c *cobra.Command, paths []string, fleet bool) error {
	if len(paths) == 0 {
		return usage("input takes a PATH: a deployment.toml, an MI home, or a tree ('.' for this one)")
	}
	ctx := c.Context()
	s, err := f.begin(ctx, c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	var t tally
	t.notes(s.unreadable())
	t.undone = append(t.undone, s.missing...)
	if s.empty() {
		t.undone = append(t.undone, errNoTarget)
	}
	w := bufio.NewWriter(c.OutOrStdout())
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if len(s.targets) == 1 || fleet {
		e.SetIndent("", "  ")
	}
	var writing error
	terms := s.settings.terms(nil)
	o := s.options(terms, f.jobs)
	if fleet {
		o.Fleet = func(doc *facts.Fleet) error {
			writing = e.Encode(doc)
			return writing
		}
	}
	err = checker.Run(ctx, s.targets, o, func(o checker.Outcome) error {
		if o.Err != nil {
			return t.failed(o, &report.Summary{})
		}
		t.notes(o.Result.Notes)
		if fleet {
			return nil
		}
		writing = e.Encode(s.settings.shown(o.Document, terms(o.Result.URI)))
		return writing
	})
	if writing == nil {
		t.ended(ctx, err)
		writing = w.Flush()
	}
	if writing != nil {
		t.undone = append(t.undone, written(writing))
	}
	return t.exit()
}

// shown is the document with the parameters of custom rules, which these see under settings.custom.
func (s *settings) shown(doc *facts.Document, terms checker.Terms) any {
	own := policy.Parameters(s.catalogue.Policies(), terms.Own)
	if len(own) == 0 {
		return doc
	}
	type extended struct {
		facts.Settings
		Custom map[string]map[string]any `json:"custom"`
	}
	return struct {
		*facts.Document
		Settings extended `json:"settings"`
	}{doc, extended{doc.Settings, own}}
}
