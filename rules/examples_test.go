package rules_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Where an example is judged stands behind the language of its code block:
//
//	toml deployment.toml               the file alone, without stores and without values for variables
//	toml MI_HOME/conf/deployment.toml  in a copy of the home "clean" of testdata, with the values of clean.env
//	sh MI_HOME                         run in that copy beforehand, to make or break stores
//
// Any other block is shown and not judged. Blocks of a section are taken in their order; where a section has commands and no
// file, the file of the home stays.
const (
	alone  = "deployment.toml"
	inHome = "MI_HOME/conf/deployment.toml"
	atHome = "MI_HOME"
)

const cleanHome = "../testdata/homes/clean"

// Among all rules, the bad example of a page gives a finding of its rule, not only one that stands behind another; the good
// example gives none, not even behind another.
func TestExamples(t *testing.T) {
	of := map[string]*[2][]*example{} // by rule: bad, good
	var all []*example
	for _, r := range rules.Policies() {
		p := r.Page()
		of[r.ID] = &[2][]*example{examples(t, r.ID, p.Bad), examples(t, r.ID, p.Good)}
		all = append(append(all, of[r.ID][0]...), of[r.ID][1]...)
	}
	judge(t, all, true, nil)
	judge(t, all, false, cleanEnv(t))
	for _, r := range rules.Policies() {
		t.Run(r.ID, func(t *testing.T) {
			bad, good := of[r.ID][0], of[r.ID][1]
			if len(bad) == 0 || len(good) == 0 {
				t.Skip("the page has no example that can be judged as it stands")
			}
			for _, e := range bad {
				if own, _ := e.found(t, r.ID); !own {
					t.Errorf("the bad example has no finding of %s, only %s:\n%s", r.ID, e.ids(), e)
				}
			}
			for _, e := range good {
				if own, also := e.found(t, r.ID); own || also {
					t.Errorf("the good example has a finding of %s:\n%s", r.ID, e)
				}
			}
		})
	}
}

// example is one file and what has to be done in the home before it is judged.
type example struct {
	commands []string
	toml     string // empty: the home's own file
	alone    bool
	left     string // why it was not judged
	findings []finding.Finding
}

func (e *example) String() string { return strings.Join(e.commands, "") + e.toml }

// found tells of a finding of the rule, and of one that another replaced.
func (e *example) found(t *testing.T, id string) (own, also bool) {
	t.Helper()
	if e.left != "" {
		t.Skip(e.left)
	}
	for i := range e.findings {
		own = own || e.findings[i].Rule.ID == id
		for _, a := range e.findings[i].Also {
			also = also || a.Rule.ID == id
		}
	}
	return own, also
}

func (e *example) ids() []string {
	var ids []string
	for i := range e.findings {
		ids = append(ids, e.findings[i].Rule.ID)
	}
	return ids
}

// examples reads the code blocks of a section.
func examples(t *testing.T, id, section string) []*example {
	t.Helper()
	var out []*example
	var commands []string
	for _, f := range fences(section) {
		switch {
		case f.language == "toml" && f.where == alone:
			out = append(out, &example{toml: f.body, alone: true})
		case f.language == "toml" && f.where == inHome:
			out = append(out, &example{commands: commands, toml: f.body})
		case f.language == "sh" && f.where == atHome:
			commands = append(commands, f.body)
		case f.where != "":
			t.Errorf("%s: a code block says %q, which says nothing: see the README of the pages", id, f.where)
		}
	}
	if len(out) == 0 && len(commands) > 0 {
		out = append(out, &example{commands: commands})
	}
	return out
}

// judge runs all rules over the examples that stand alone, or over those that need a home.
func judge(t *testing.T, all []*example, alone bool, env map[string]secret.Value) {
	t.Helper()
	var judged []*example
	var targets []*layout.Target
	for _, e := range all {
		if e.alone != alone {
			continue
		}
		opened := []source.Opened{{Source: source.Bytes("deployment.toml", []byte(e.toml)), Paths: []string{"deployment.toml"}, Named: "-"}}
		if !alone {
			dir := e.home(t)
			if e.left != "" {
				continue
			}
			var errs []error
			if opened, errs = source.OpenAll(context.Background(), []string{dir}); len(errs) > 0 {
				t.Fatal(errs)
			}
			defer opened[0].Close() //nolint:errcheck // read-only
		}
		ts, problems := checker.Targets(context.Background(), opened, layout.Options{})
		if len(ts) != 1 || len(problems) > 0 {
			t.Fatalf("%d targets, problems %v:\n%s", len(ts), problems, e)
		}
		judged, targets = append(judged, e), append(targets, ts[0])
	}
	n := 0
	o := checker.Options{Rules: rules.Policies(), Now: time.Now(), Settings: facts.DefaultSettings, Values: checker.Values{Env: env}}
	err := checker.Run(context.Background(), targets, o, func(out checker.Outcome) error {
		judged[n].findings = out.Result.Findings
		n++
		return out.Err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// home makes the home that the example speaks of.
func (e *example) home(t *testing.T) string {
	t.Helper()
	if len(e.commands) > 0 {
		if testing.Short() {
			e.left = "runs keytool"
			return ""
		}
		for _, program := range []string{"bash", "keytool"} {
			if _, err := exec.LookPath(program); err != nil {
				if os.Getenv("CI") != "" {
					t.Fatalf("%s is needed", program)
				}
				e.left = program + " is needed"
				return ""
			}
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(cleanHome)); err != nil {
		t.Fatal(err)
	}
	for _, commands := range e.commands {
		c := exec.Command("bash", "-euo", "pipefail", "-c", commands)
		c.Dir = dir
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C", "TZ=UTC"}
		for name, value := range cleanEnv(t) {
			c.Env = append(c.Env, name+"="+value.Reveal())
		}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, commands, out)
		}
	}
	if e.toml != "" {
		if err := os.WriteFile(filepath.Join(dir, "conf", "deployment.toml"), []byte(e.toml), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func cleanEnv(t *testing.T) map[string]secret.Value {
	t.Helper()
	b, err := os.ReadFile(cleanHome + ".env")
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]secret.Value{}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			env[name] = secret.New(value)
		}
	}
	return env
}
