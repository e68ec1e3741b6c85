package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

func newRules() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			w := c.OutOrStdout()
			switch format {
			case "text":
				return written(rulesText(w))
			case "json":
				e := json.NewEncoder(w)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return written(e.Encode(rules.All()))
			case "markdown":
				return written(rulesMarkdown(w))
			}
			return usage("--format takes text, json or markdown, not %q", format)
		},
	}
	c.Flags().StringVarP(&format, "format", "f", "text", "`FORMAT`: text, json, markdown")
	return c
}

func rulesText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rules.All() {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.ID, r.Name, strings.Join(r.Levels, "/"), r.Title) //nolint:errcheck // Flush tells
	}
	return t.Flush()
}

func rulesMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| rule | name | level | what it finds |\n|---|---|---|---|\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&b, "| [%s](rules/pages/%s.md) | %s | %s | %s |\n", r.ID, r.ID, r.Name, strings.Join(r.Levels, "/"), r.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID|name",
		Short: "Explain a rule: why, a bad and a good example, how to repair",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("explain takes one rule, by ID or name, as in 'mi-kscheck explain MIKS101'; 'mi-kscheck rules' lists all")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			r, ok := rules.Find(args[0])
			if !ok {
				if n := rules.Nearest(args[0]); n != "" {
					return usage("there is no rule %q; did you mean %s? 'mi-kscheck rules' lists all", args[0], n)
				}
				return usage("there is no rule %q; 'mi-kscheck rules' lists all", args[0])
			}
			_, err := io.WriteString(c.OutOrStdout(), r.Text())
			return written(err)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ruleWords(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}
