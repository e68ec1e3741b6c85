package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/inventory"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

type inventoryFlags struct {
	targetFlags
	format string
	all    bool
}

func newInventory(memory *collector) *cobra.Command {
	var f inventoryFlags
	c := &cobra.Command{
		Use:   "inventory PATH ...",
		Short: "List every certificate that deployments reach",
		Long: `inventory lists the certificates of every store that a deployment.toml below PATH leads to, by the end of their validity: who
uses them, what they are made of, and which truststores trust them. As ics it is a calendar with a reminder 90, 30 and 7 days ahead.

Exit: 0 listed; 2 usage error; 3 the job could not be done (no deployment.toml, a file that could not be read), with what was done
still listed.`,
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume() // no policy is compiled
			return f.run(c, args)
		},
	}
	fs := c.Flags()
	fs.StringVarP(&f.format, "format", "f", "text", "`FORMAT`: text, json, csv, ics")
	fs.BoolVar(&f.all, "all", false, "also stores that nothing refers to, as far as a shipped password or none shows them")
	f.register(fs)
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(inventory.Formats(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (f *inventoryFlags) run(c *cobra.Command, paths []string) error {
	if len(paths) == 0 {
		return usage("inventory takes a PATH: a deployment.toml, an MI home, or a tree ('.' for this one)")
	}
	if !slices.Contains(inventory.Formats(), f.format) {
		return usage("--format takes text, json, csv or ics, not %q", f.format)
	}
	ctx := c.Context()
	s, err := f.begin(ctx, c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	in := inventory.Input{Targets: s.targets, Env: s.values.Env, Sys: s.values.Sys, Secrets: s.values.Secrets, Decrypt: s.values.Decrypt, KnownKeys: s.settings.own.KnownKeys, Now: s.now, Limits: s.limits.stores, Keys: s.limits.keys}
	if f.all {
		in.Files = f.files(ctx, s)
	}
	var t tally
	t.notes(s.unreadable())
	t.undone = append(t.undone, s.missing...)
	if s.empty() && len(in.Files) == 0 {
		t.undone = append(t.undone, errNoTarget)
	}
	inv, err := inventory.Collect(ctx, in)
	t.ended(ctx, err)
	if inv != nil {
		for _, p := range inv.Problems {
			t.notes([]finding.Notification{checker.Unreadable(p.URI, p.Err)})
		}
		if err := inv.Write(c.OutOrStdout(), f.format, report.Clean); err != nil {
			t.undone = append(t.undone, written(err))
		}
	}
	return t.exit()
}

// files are the stores below the PATHs, whatever refers to them.
func (f *inventoryFlags) files(ctx context.Context, s *selection) []inventory.File {
	var files []inventory.File
	for _, o := range s.opened {
		names, problems := layout.Stores(ctx, o.Source, layout.Options{Paths: o.Paths, Exclude: slices.Concat(f.exclude, s.settings.Exclude)})
		for _, n := range names {
			files = append(files, inventory.File{Source: o.Source, Name: n})
		}
		for _, p := range problems {
			// The search for targets has met most of them already.
			if !slices.ContainsFunc(s.problems, func(q layout.Problem) bool { return q.URI == p.URI }) {
				s.problems = append(s.problems, p)
			}
		}
	}
	return files
}
