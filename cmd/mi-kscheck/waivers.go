package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func newWaivers(memory *collector) *cobra.Command {
	c := &cobra.Command{
		Use:   "waivers",
		Short: "List what is waived",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("'mi-kscheck waivers' takes a command: list shows what is waived, by whom, why and until when")
		},
	}
	c.AddCommand(newWaiversList(memory))
	return c
}

// waiversFlags are the options of waivers list.
type waiversFlags struct {
	targetFlags
	format   string
	baseline baselineFlags
	memory   *collector
}

func newWaiversList(memory *collector) *cobra.Command {
	f := waiversFlags{memory: memory}
	c := &cobra.Command{
		Use:   "list [PATH ...]",
		Short: "List every waiver: what, who, why, until when, and whether it is still used",
		Long: `list judges each PATH (default ".") as check does and lists every waiver: comments, [[waiver]] in the configuration, and what the file
of --baseline accepts. Who and when is what git blame tells of the line, where there is git; a commit can name whom it likes.

The state is used; unused (nothing is left to waive); expired; not-judged (its rule was not asked or lacked a fact); or invalid.
Exit: 0, whatever is waived; 2 usage or configuration error; 3 the job could not be done.`,
		RunE: f.run,
	}
	c.Flags().StringVarP(&f.format, "format", "f", "text", "`FORMAT`: text, json")
	c.Flags().StringVar(&f.baseline.file, "baseline", "", "also list what this `FILE` accepts")
	f.config.policy.register(c.Flags())
	f.register(c.Flags())
	return c
}

func (f *waiversFlags) run(c *cobra.Command, paths []string) error {
	if f.format != "text" && f.format != "json" {
		return usage("--format takes text or json, not %q", f.format)
	}
	set := &waiver.Set{Unwaivable: map[string]bool{}, Ledger: &waiver.Ledger{}}
	var err error
	if set.Baseline, err = f.baseline.read(nil); err != nil {
		return err
	}
	ctx := c.Context()
	s, err := f.begin(ctx, c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	set.Now = s.now
	set.Waivers, set.MaxDays, set.Catalogue = s.settings.Waivers, s.settings.MaxDays, s.settings.catalogue
	for _, id := range s.settings.Unwaivable {
		set.Unwaivable[id] = true
	}
	t := tally{failOn: finding.None}
	t.notes(s.unreadable())
	t.undone = append(t.undone, s.missing...)
	if s.empty() {
		t.undone = append(t.undone, errNoTarget)
	}
	o := s.options(s.settings.terms(nil), f.jobs)
	o.Rules, o.Custom, o.Waivers = s.settings.catalogue.Policies(), s.settings.custom, set
	err = checker.Run(ctx, s.targets, o, func(o checker.Outcome) error {
		f.memory.resume()
		if o.Err != nil {
			return t.failed(o, &report.Summary{})
		}
		t.add(o)
		return nil
	})
	t.ended(ctx, err)
	records := set.Records()
	who := blame(ctx, s, records)
	switch {
	case f.format == "json":
		err = waiversJSON(c.OutOrStdout(), records, who, set.Catalogue.Find)
	case len(records) == 0 && len(t.undone) > 0: // nobody knows whether nothing is waived
	default:
		err = waiversText(c.OutOrStdout(), records, who, set.Catalogue.Find)
	}
	if err != nil {
		return written(err)
	}
	return t.exit()
}

// blame finds who wrote the waivers, by their index; where it is not known there is none.
func blame(ctx context.Context, s *selection, records []waiver.Record) map[int]git.Author {
	who := map[int]git.Author{}
	if len(s.opened) != 1 || !s.opened[0].Repository {
		return who
	}
	o := s.opened[0]
	repo := git.At(o.Root)
	defer repo.Close() //nolint:errcheck // read-only: nothing is lost
	type file struct {
		lines  []string
		blamed []git.Blamed
	}
	files := map[string]file{}
	for i := range records {
		r := &records[i]
		if r.Kind == waiver.KindBaseline {
			continue
		}
		f, known := files[r.URI]
		if !known {
			if data, err := o.Source.Read(r.URI); err == nil {
				f.lines = strings.Split(string(data.Data), "\n")
				f.blamed, _ = repo.Blame(ctx, r.URI) // who knows not is no fault of the list
			}
			files[r.URI] = f
		}
		if b, ok := committed(f.blamed, f.lines, r.Line); ok {
			who[i] = b.Author
		}
	}
	return who
}

// committed finds the committed line that a line of the work tree is: by its place where nothing before it or behind it has changed,
// else by its text where both files hold that once. A guess would name the wrong one.
func committed(blamed []git.Blamed, lines []string, line int) (git.Blamed, bool) {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for len(blamed) > 0 && blamed[len(blamed)-1].Text == "" {
		blamed = blamed[:len(blamed)-1]
	}
	same := func(i, j int) bool { return strings.TrimRight(lines[i], "\r") == blamed[j].Text }
	i := line - 1
	if i < 0 || i >= len(lines) {
		return git.Blamed{}, false
	}
	before := 0
	for before < min(len(lines), len(blamed)) && same(before, before) {
		before++
	}
	behind := 0
	for behind < min(len(lines), len(blamed))-before && same(len(lines)-1-behind, len(blamed)-1-behind) {
		behind++
	}
	switch {
	case i < before:
		return blamed[i], true
	case i >= len(lines)-behind:
		return blamed[len(blamed)-(len(lines)-i)], true
	}
	found, here, there := -1, 0, 0
	for k := before; k < len(lines)-behind; k++ {
		if lines[k] == lines[i] {
			here++
		}
	}
	for k := before; k < len(blamed)-behind; k++ {
		if same(i, k) {
			found = k
			there++
		}
	}
	if here != 1 || there != 1 {
		return git.Blamed{}, false
	}
	return blamed[found], true
}

func waiversText(w io.Writer, records []waiver.Record, who map[int]git.Author, find func(string) (*rules.Rule, bool)) error {
	var b strings.Builder
	for i := range records {
		r := &records[i]
		place := report.Clean(r.URI)
		if r.Line > 0 {
			place += fmt.Sprintf(":%d", r.Line)
		}
		if r.Key != "" {
			place += " " + report.Clean(r.Key)
		}
		name := "a waiver"
		if rule, ok := find(r.Rule); ok {
			name = rule.ID + " " + rule.Name
		} else if r.Rule != "" {
			name = report.Clean(r.Rule)
		}
		fmt.Fprintf(&b, "%s  %s  (%s, %s)\n", place, name, r.Kind, r.State)
		if r.Path != "" {
			fmt.Fprintf(&b, "    path    %s\n", report.Clean(r.Path))
		}
		if r.Store != "" {
			fmt.Fprintf(&b, "    store   %s\n", report.Clean(r.Store))
		}
		if r.Reason != "" {
			fmt.Fprintf(&b, "    why     %s\n", report.Clean(r.Reason))
		}
		if r.Kind != waiver.KindBaseline && r.State != waiver.Invalid {
			fmt.Fprintf(&b, "    until   %s\n", until(r))
		}
		if a, ok := who[i]; ok {
			fmt.Fprintf(&b, "    who     %s <%s>, %s, %.12s\n", report.Clean(a.Name), report.Clean(a.Email), a.Time.Format(time.DateOnly), a.Commit)
		} else if r.Kind != waiver.KindBaseline {
			b.WriteString("    who     not known: it is not committed, or git can't tell\n")
		}
		if r.Detail != "" {
			fmt.Fprintf(&b, "    does not count: %s\n", report.Clean(r.Detail))
		}
	}
	if len(records) == 0 {
		b.WriteString("Nothing is waived.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func until(r *waiver.Record) string {
	if r.Until.IsZero() {
		return "without end"
	}
	return r.Until.Format(time.DateOnly)
}

// listed is a waiver in JSON.
type listed struct {
	Kind   string        `json:"kind"`
	State  waiver.State  `json:"state"`
	Rule   string        `json:"rule,omitempty"`
	Name   string        `json:"name,omitempty"`
	File   string        `json:"file"`
	Line   int           `json:"line,omitempty"`
	Key    string        `json:"key,omitempty"`
	Path   string        `json:"path,omitempty"`
	Store  string        `json:"store,omitempty"`
	Reason string        `json:"reason,omitempty"`
	Until  string        `json:"until,omitempty"`
	Detail string        `json:"detail,omitempty"`
	Author *listedAuthor `json:"author,omitempty"`
}

type listedAuthor struct {
	Name   string `json:"name"`
	Email  string `json:"email"`
	Date   string `json:"date"` // RFC 3339
	Commit string `json:"commit"`
}

func waiversJSON(w io.Writer, records []waiver.Record, who map[int]git.Author, find func(string) (*rules.Rule, bool)) error {
	all := []listed{}
	for i := range records {
		r := &records[i]
		l := listed{
			Kind: r.Kind, State: r.State, Rule: r.Rule, File: report.Clean(r.URI), Line: r.Line, Key: report.Clean(r.Key), Path: report.Clean(r.Path),
			Store: report.Clean(r.Store), Reason: report.Clean(r.Reason), Detail: report.Clean(r.Detail),
		}
		if rule, ok := find(r.Rule); ok {
			l.Name = rule.Name
		}
		if !r.Until.IsZero() {
			l.Until = r.Until.Format(time.DateOnly)
		}
		if a, ok := who[i]; ok {
			l.Author = &listedAuthor{report.Clean(a.Name), report.Clean(a.Email), a.Time.Format(time.RFC3339), a.Commit}
		}
		all = append(all, l)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"version": 1, "waivers": all})
}
