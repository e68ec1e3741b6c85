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
		defer (&selection{opened: opened}).close()
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
	var byStandard bool
	var f catalogueFlags
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Long: `rules lists the rules, those of custom policies too. With --by-standard it lists what standards ask for, in a few of their own
words, and the rules that find where it is not met; each standard is also a rule set (check --ruleset).`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"text", "json", "markdown"}, format) {
				return usage("--format takes text, json or markdown, not %q", format)
			}
			catalogue, err := f.read(c.Context())
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			if byStandard {
				return written(standards(w, format, catalogue))
			}
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
	c.Flags().BoolVar(&byStandard, "by-standard", false, "list the requirements of standards, with the rules that serve them")
	f.register(c.Flags())
	return c
}

// standards lists the requirements of standards with their rules.
func standards(w io.Writer, format string, catalogue *rules.Catalogue) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(rules.Standards())
	}
	var b strings.Builder
	for i, s := range rules.Standards() {
		if i > 0 {
			b.WriteByte('\n')
		}
		if format == "markdown" {
			fmt.Fprintf(&b, "## [%s](%s)\n\nRule set `%s`.\n\n| requirement | words | rules |\n|---|---|---|\n", s.Name, s.URL, s.ID)
		} else {
			fmt.Fprintf(&b, "%s (rule set %s)\n%s\n", s.Name, s.ID, s.URL)
		}
		for _, q := range s.Requirements {
			var found []string
			for _, id := range q.Rules {
				r, ok := catalogue.Find(id)
				switch {
				case !ok:
				case format == "markdown":
					found = append(found, fmt.Sprintf("[%s](rules/pages/%s.md) %s", r.ID, r.ID, r.Name))
				default:
					found = append(found, r.ID+" "+r.Name)
				}
			}
			if format == "markdown" {
				fmt.Fprintf(&b, "| %s | %s | %s |\n", q.Number, q.Words, strings.Join(found, ", "))
			} else {
				fmt.Fprintf(&b, "  %s: \"%s\"\n      %s\n", q.Number, q.Words, strings.Join(found, ", "))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
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
