package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// catalogueFlags say which custom rules belong to the catalogue.
type catalogueFlags struct{ config configFlags }

func (f *catalogueFlags) register(fs *pflag.FlagSet) {
	f.config.policy.register(fs)
	f.config.register(fs)
}

// read gives the built-in rules and those that the command line and the configuration for this folder name.
func (f *catalogueFlags) read(ctx context.Context) (*rules.Catalogue, error) {
	var opened []source.Opened
	if f.config.file == "" {
		opened, _ = source.OpenAll(ctx, nil) // where there is no folder there is no configuration in it
		for _, o := range opened {
			defer o.Close() //nolint:errcheck // read-only: nothing is lost
		}
	}
	var c clock
	now, err := c.time()
	if err != nil {
		return nil, err
	}
	s, err := f.config.load(ctx, opened, nil, now)
	if err != nil {
		return nil, err
	}
	return s.catalogue, nil
}

func newRules() *cobra.Command {
	var format string
	var f catalogueFlags
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"text", "json", "markdown"}, format) {
				return usage("--format takes text, json or markdown, not %q", format)
			}
			catalogue, err := f.read(c.Context())
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			switch format {
			case "json":
				e := json.NewEncoder(w)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return written(e.Encode(catalogue.All()))
			case "markdown":
				return written(rulesMarkdown(w, catalogue.All()))
			}
			return written(rulesText(w, catalogue.All()))
		},
	}
	c.Flags().StringVarP(&format, "format", "f", "text", "`FORMAT`: text, json, markdown")
	f.register(c.Flags())
	return c
}

func rulesText(w io.Writer, all []*rules.Rule) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.ID, r.Name, strings.Join(r.Levels, "/"), report.Clean(r.Title)) //nolint:errcheck // Flush tells
	}
	return t.Flush()
}

func rulesMarkdown(w io.Writer, all []*rules.Rule) error {
	var b strings.Builder
	b.WriteString("| rule | name | level | what it finds |\n|---|---|---|---|\n")
	for _, r := range all {
		link, title := fmt.Sprintf("[%s](rules/pages/%s.md)", r.ID, r.ID), r.Title
		if r.Custom {
			link, title = r.ID, report.CleanMarkdown(r.Title)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", link, r.Name, strings.Join(r.Levels, "/"), title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func newExplain() *cobra.Command {
	var f catalogueFlags
	c := &cobra.Command{
		Use:   "explain ID|name",
		Short: "Explain a rule: why, a bad and a good example, how to repair",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("explain takes one rule, by ID or name, as in 'mi-kscheck explain MIKS101'; 'mi-kscheck rules' lists all")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if r, ok := rules.Find(args[0]); ok { // whatever the configuration says
				_, err := io.WriteString(c.OutOrStdout(), r.Text())
				return written(err)
			}
			catalogue, err := f.read(c.Context())
			if err != nil {
				return err
			}
			r, ok := catalogue.Find(args[0])
			if !ok {
				if n := catalogue.Nearest(args[0]); n != "" {
					return usage("there is no rule %q; did you mean %s? 'mi-kscheck rules' lists all", args[0], n)
				}
				return usage("there is no rule %q; 'mi-kscheck rules' lists all", args[0])
			}
			for line := range strings.Lines(r.Text()) { // the page is others' text
				if _, err := fmt.Fprintln(c.OutOrStdout(), report.Clean(strings.TrimRight(line, "\r\n"))); err != nil {
					return written(err)
				}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ruleWords(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f.register(c.Flags())
	return c
}
