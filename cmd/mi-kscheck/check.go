package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

type checkFlags struct {
	targetFlags
	formats          []string
	failOn           string
	minLevel         string
	choice           choiceFlags
	baseline         baselineFlags
	fix              fixFlags
	requireInspected bool
	timeout          time.Duration
	color            string
	noProgress       bool
	listTargets      bool
	quiet, verbose   bool
	trace            string
	schema           bool
	memory           *collector
}

func newCheck(memory *collector) *cobra.Command {
	f := checkFlags{memory: memory}
	c := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "Judge the stores that deployment.toml leads to",
		Long: `check judges each PATH: a deployment.toml, an MI home, or a tree with any number of them (default "."; "-" is standard input).

Exit: 0 nothing at or above --fail-on; 1 findings; 2 usage or policy error; 3 the job could not be done (no target, a file that
could not be read), with what was done still reported.`,
		RunE: f.run,
	}
	fs := c.Flags()
	fs.StringArrayVarP(&f.formats, "format", "f", nil, "output `FORMAT[=FILE]`: "+strings.Join(report.Formats(), ", ")+" (repeatable; default text on standard output)")
	fs.StringVar(&f.failOn, "fail-on", "error", "exit 1 on findings from this `LEVEL` on: error, warning, note, never")
	fs.StringVar(&f.minLevel, "min-level", "note", "show findings from this `LEVEL` on: error, warning, note")
	f.choice.register(fs)
	f.config.policy.register(fs)
	f.register(fs)
	fs.BoolVar(&f.requireInspected, "require-inspected", false, "exit 3 if a primary, internal or trust store could not be judged")
	fs.DurationVar(&f.timeout, "timeout", 0, "end the whole run after `D` (90s, 5m); what was found is reported, exit 3")
	fs.StringVar(&f.color, "color", "auto", "colour in text on standard output; `WHEN`: auto, always, never")
	fs.BoolVar(&f.noProgress, "no-progress", false, "show no progress")
	fs.BoolVar(&f.listTargets, "list-targets", false, "list what would be judged, and stop")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "findings only, a line each")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "also say what passed and why something was not judged")
	fs.BoolVar(&f.schema, "schema", false, "print the JSON Schema of --format json instead")
	f.baseline.register(fs)
	f.fix.register(fs)
	fs.StringVar(&f.trace, "trace", "", "show what `RULE` saw in each target and which condition decided, on standard error")
	f.trust.register(fs)
	completeFlags(c)
	return c
}

func (f *checkFlags) run(c *cobra.Command, paths []string) error {
	if f.schema {
		if len(paths) > 0 {
			return usage("--schema takes no PATH: there is one schema for all reports")
		}
		_, err := c.OutOrStdout().Write(report.JSONSchema())
		return written(err)
	}
	ctx := c.Context()
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	if err := f.trust.check(c.Flags()); err != nil {
		return err
	}
	p, err := f.plan()
	if err == nil {
		err = f.planFix(&p, paths)
	}
	if err != nil {
		return err
	}
	s, err := f.find(ctx, c.InOrStdin(), paths)
	if err != nil {
		return err
	}
	defer s.close()
	p.limits = s.limits
	if s.trusted != nil {
		if p.baseline, err = f.baseline.read(s.trusted); err != nil {
			return err
		}
	}
	if err := p.configure(s.settings, f, c.Flags().Changed("fail-on")); err != nil {
		return err
	}
	if f.listTargets {
		return listTargets(ctx, c.OutOrStdout(), s)
	}
	if p.tracer, err = f.tracer(ctx, s.settings); err != nil {
		return err
	}
	if s.idle && len(f.formats) == 0 {
		return nil
	}
	if f.fix.on {
		if p.undone, err = f.repair(ctx, &p, s, c.OutOrStdout(), c.ErrOrStderr()); err != nil {
			return err
		}
	}
	if s.trusted != nil {
		o := s.layout
		o.Paths = s.opened[0].Paths
		if p.waivers.Trusted, err = s.trusted.inline(ctx, &p, o, f.jobs); err != nil {
			return err
		}
	}
	p.progress = f.progressFor(c.ErrOrStderr(), len(s.targets), func(n int) string { return s.targets[n].Source.URI(s.targets[n].Path) })
	defer p.progress.end()
	reports := p.progress.beside(c.OutOrStdout())
	if f.fix.dry {
		reports = io.Discard // standard output has the diff
	}
	if err := p.outs.open(reports); err != nil {
		return err
	}
	defer p.outs.discard()
	repository := ""
	if p.outs.has("sarif") { // another call of git, which the other formats have no use for
		repository = s.repository(ctx)
	}
	return f.judge(ctx, p, s, c.ErrOrStderr(), report.Run{
		Tool: report.Tool{Version: toolVersion()}, Rules: p.chosen, Now: p.now, Revision: s.revision(ctx), Repository: repository, Color: f.colour(c.OutOrStdout()),
		Width: width(c.OutOrStdout()), Verbose: f.verbose, Quiet: f.quiet, MinLevel: p.minLevel, Profile: s.settings.Profiles(),
		FailOn: p.failOn, Baseline: f.baseline.file != "" && !f.baseline.update, Hints: f.hints(s.settings), Archives: s.archives(),
	})
}

// hints are what a run that found something suggests.
func (f *checkFlags) hints(s *settings) []string {
	hints := []string{"mi-kscheck explain {{rule}}   why it matters, and how to repair it step by step"}
	if f.baseline.file == "" {
		hints = append(hints, "mi-kscheck check --baseline .mi-kscheck-baseline.json --update-baseline   accept these; later runs tell only what is new")
	}
	if s.Name == "" {
		hints = append(hints, "mi-kscheck config init   a configuration to start from; profile = \"development\" is for developers' machines")
	}
	return hints
}

// plan is what the options ask for, once all of them are known to be right.
type plan struct {
	failOn, minLevel finding.Level
	now              time.Time
	chosen           []*rules.Rule
	values           checker.Values
	outs             outputs
	progress         *progress // nil: none is shown
	baseline         *waiver.Baseline
	terms            func(uri string) checker.Terms
	own              facts.Own
	limits           limits
	custom           *policy.Custom
	tracer           *policy.Tracer // nil: nothing is traced
	waivers          *waiver.Set
	newWaivers       func() *waiver.Set // another one, for a run that is not reported
	undone           []error            // what was to be done before the run and could not be
}

// options are what the engine is run with.
func (p *plan) options(jobs int) checker.Options {
	return checker.Options{Limits: p.limits.stores, Keys: p.limits.keys, Rules: p.chosen, Custom: p.custom, Now: p.now, Terms: p.terms, Own: p.own, Values: p.values, Jobs: jobs, Waivers: p.waivers, Uses: p.outs.wantUses()}
}

func (f *checkFlags) plan() (p plan, err error) {
	switch {
	case f.timeout < 0:
		return p, usage("--timeout takes a duration like 90s or 5m, not %q", f.timeout)
	case f.quiet && f.verbose:
		return p, usage("--quiet and --verbose exclude each other")
	case !slices.Contains([]string{"auto", "always", "never"}, f.color):
		return p, usage("--color takes auto, always or never, not %q", f.color)
	}
	if p.failOn, err = level(f.failOn, "--fail-on", "never"); err != nil {
		return p, err
	}
	if p.minLevel, err = level(f.minLevel, "--min-level", ""); err != nil {
		return p, err
	}
	if p.outs, err = parseOutputs(f.formats); err != nil {
		return p, err
	}
	if f.trust.untrusted {
		if err := p.outs.unlinked(); err != nil {
			return p, err
		}
	}
	if p.now, err = f.now.time(); err != nil {
		return p, err
	}
	if p.values, err = f.values.read(); err != nil {
		return p, err
	}
	if !f.trust.untrusted {
		p.baseline, err = f.baseline.read(nil)
	}
	return p, err
}

// configure adds what the configuration says and the command line does not.
func (p *plan) configure(s *settings, f *checkFlags, failOnGiven bool) (err error) {
	if s.FailOn != "" && !failOnGiven {
		if p.failOn, err = level(s.FailOn, "fail_on", "never"); err != nil {
			return err
		}
	}
	if p.chosen, err = f.choice.rules(s.catalogue, s.RuleSets); err != nil {
		return err
	}
	named := f.choice.named(s.catalogue)
	if p.chosen, err = s.asked(p.chosen, named); err != nil {
		return err
	}
	p.terms, p.own, p.custom = s.terms(named), s.own, s.custom
	p.newWaivers = func() *waiver.Set {
		w := &waiver.Set{
			Now: p.now, Waivers: s.Waivers, Unwaivable: map[string]bool{}, MaxDays: s.MaxDays, Baseline: p.baseline, Accept: f.baseline.update,
			Whole: s.whole && !f.staged, Catalogue: s.catalogue,
		}
		for _, id := range s.Unwaivable {
			w.Unwaivable[id] = true
		}
		return w
	}
	p.waivers = p.newWaivers()
	return nil
}

// judge runs the check and writes the reports, which tell what was done also where it was not all.
func (f *checkFlags) judge(ctx context.Context, p plan, s *selection, stderr io.Writer, run report.Run) error {
	stderr = p.progress.beside(stderr)
	t := tally{failOn: p.failOn, requireInspected: f.requireInspected}
	sum := report.Summary{Notifications: s.unreadable()}
	t.notes(sum.Notifications)
	t.undone = slices.Concat(t.undone, s.missing, p.undone)
	if s.empty() {
		t.undone = append(t.undone, errNoTarget)
	}
	err := p.outs.begin(run)
	if err == nil && !s.idle {
		err = checker.Run(ctx, s.targets, p.options(f.jobs), func(o checker.Outcome) error {
			f.memory.resume()
			return f.take(ctx, &p, &t, &sum, stderr, &o)
		})
	}
	p.progress.end()
	if !errors.Is(err, errNoOutput) {
		t.ended(ctx, err)
	}
	if errors.Is(err, policy.ErrCompile) || errors.Is(err, policy.ErrEvaluate) {
		sum.Notifications = append(sum.Notifications, checker.PolicyError(err))
	}
	sum.Notifications = append(sum.Notifications, p.waivers.Remarks()...)
	sum.Successful = len(t.usage)+len(t.undone) == 0
	t.undone = append(t.undone, p.outs.end(sum)...)
	if f.baseline.update && !s.idle {
		f.settle(&t, p.baseline, stderr)
	}
	return t.exit()
}

// take hands what became of a target to all who want to know.
func (f *checkFlags) take(ctx context.Context, p *plan, t *tally, sum *report.Summary, stderr io.Writer, o *checker.Outcome) error {
	if !o.Result.Fleet {
		p.progress.step()
		sum.Targets++
	}
	if o.Err != nil {
		return t.failed(*o, sum)
	}
	if p.tracer != nil {
		if err := p.explain(ctx, stderr, o); err != nil {
			return err
		}
	}
	t.add(*o)
	if f.baseline.update {
		t.accept(p.baseline, &o.Result)
	}
	return p.outs.target(o.Result)
}

func listTargets(ctx context.Context, w io.Writer, s *selection) error {
	for _, t := range s.targets {
		v := t.Version.Number
		if v == "" {
			v = "newest (nothing names a version)"
		} else {
			v += " (" + t.Version.Origin + ")"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s\tMI %s\n", report.Clean(t.Source.URI(t.Path)), t.Kind, report.Clean(v)); err != nil {
			return written(err)
		}
	}
	var t tally
	t.notes(s.unreadable())
	t.undone = append(t.undone, s.missing...)
	if s.empty() {
		t.undone = append(t.undone, errNoTarget)
	}
	t.ended(ctx, nil)
	return t.exit()
}

func level(name, option, never string) (finding.Level, error) {
	switch l := finding.Level(name); {
	case l.Rank() > 0:
		return l, nil
	case never != "" && name == never:
		return finding.None, nil
	}
	words := "error, warning or note"
	if never != "" {
		words = "error, warning, note or " + never
	}
	return "", usage("%s takes %s, not %q", option, words, name)
}

// colour decides on colours: as asked, else only on a terminal, and not where NO_COLOR is set.
func (f *checkFlags) colour(w io.Writer) bool {
	switch f.color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && isTerminal(w)
}
