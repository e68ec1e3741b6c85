package checker_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// shared gives a folder of the test material beside the repository; a test skips where it is not there (.ci insists on it).
func shared(t testing.TB, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("../../shared", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the test material ../shared/%s is not here", name)
	}
	return dir
}

// instant is when the tests judge where nothing else is said.
var instant = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// run is one run of the checker as the command line would do it.
type run struct {
	paths  []string
	now    time.Time // zero: instant
	values checker.Values
	layout layout.Options
	rules  []*rules.Rule // none: all
	jobs   int
	waived *waiver.Set
}

// outcome is what came of it.
type outcome struct {
	targets  []checker.Outcome
	problems []finding.Notification
	missing  []error
	err      error
}

func (r run) do(t testing.TB) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // nothing may hang
	defer cancel()
	var o outcome
	var opened []source.Opened
	opened, o.missing = source.OpenAll(ctx, r.paths)
	defer func() {
		for _, s := range opened {
			s.Close()
		}
	}()
	targets, problems := checker.Targets(ctx, opened, r.layout)
	o.problems = checker.Problems(problems)
	o.err = checker.Run(ctx, targets, r.options(), func(out checker.Outcome) error {
		o.targets = append(o.targets, out)
		return nil
	})
	return o
}

func (r run) options() checker.Options {
	if r.now.IsZero() {
		r.now = instant
	}
	if r.rules == nil {
		r.rules = rules.Policies()
	}
	return checker.Options{Rules: r.rules, Now: r.now, Settings: facts.DefaultSettings, Values: r.values, Jobs: r.jobs, Waivers: r.waived}
}

// findings are those of all targets; a target that could not be judged fails the test.
func (o outcome) findings(t testing.TB) []finding.Finding {
	t.Helper()
	if o.err != nil {
		t.Fatal(o.err)
	}
	for _, err := range o.missing {
		t.Error(err)
	}
	var all []finding.Finding
	for _, out := range o.targets {
		if out.Err != nil {
			t.Fatalf("%s: %v", out.Result.URI, out.Err)
		}
		all = append(all, out.Result.Findings...)
	}
	return all
}

// reports writes what was found in every format, quiet and verbose.
func (o outcome) reports(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, format := range report.Formats() {
		for _, mode := range []report.Run{{}, {Quiet: true}, {Verbose: true, Color: true, Width: 80}} {
			var b bytes.Buffer
			w, err := report.New(format, &b)
			if err != nil {
				t.Fatal(err)
			}
			mode.Rules, mode.Now, mode.Tool.Version, mode.Profile = rules.Policies(), instant, "0.0.0", "production"
			if err := w.Begin(mode); err != nil {
				t.Fatal(err)
			}
			for _, out := range o.targets {
				if out.Err == nil {
					err = w.Target(out.Result)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := w.End(report.Summary{Targets: len(o.targets), Notifications: o.problems, Successful: true}); err != nil {
				t.Fatal(err)
			}
			all[fmt.Sprintf("%s (quiet %v, verbose %v)", format, mode.Quiet, mode.Verbose)] = b.String()
		}
	}
	return all
}

// place is a finding in one word: rule, file, line and level.
func place(f *finding.Finding) string {
	return fmt.Sprintf("%s %s:%d %s", f.Rule.ID, f.URI, f.Region.StartLine, f.Level)
}

func places(fs []finding.Finding) []string {
	var all []string
	for i := range fs {
		all = append(all, place(&fs[i]))
	}
	return all
}

// envFile reads NAME=VALUE lines.
func envFile(t testing.TB, name string) map[string]secret.Value {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]secret.Value{}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "="); ok {
			env[name] = secret.New(value)
		}
	}
	return env
}

// copyTo copies a folder to a new one, so that it lies in no git work tree.
func copyTo(t testing.TB, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(from))
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// write makes a file with the folders that it needs.
func write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
