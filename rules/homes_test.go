package rules_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Beside each policy lie a bad and a repaired home, and what text and SARIF say of them. A home is a text archive of the files
// in which it differs from testdata/homes/clean, stores in base64, so that no keytool runs here. Its comment holds a word and its
// value a line:
//
//	now TIME          when it is judged
//	alone             the deployment.toml stands alone, without a home and values
//	project           there is no home, only the files
//	environments      each folder is an environment of its own
//	remove FILE       of the clean home
//	mode FILE OCTAL   permission bits, where they matter
//	env NAME=VALUE    a variable beside those of clean.env; sys NAME=VALUE a system property
//	git FILE          the home is a repository that tracks this file
//
// Homes are made of the examples of the rule's page (go test ./rules -run TestHomes -homes MIKS305, or all), or by hand where a
// page has none that can be run. Expectations are renewed with -golden.
var (
	makeHomes = flag.String("homes", "", "rules whose homes are made anew from the examples of their pages, separated by commas; all")
	homesFrom = flag.String("homes-from", "", "folder RULE/bad and RULE/repaired of which homes are made, as testdata/homes/rules.sh does")
	golden    = flag.Bool("golden", false, "write what the homes are expected to give")
)

type home struct {
	rule    *rules.Rule
	which   string // bad, repaired
	archive *txtar.Archive
	now     time.Time
	words   map[string][]string
	dir     string
	opened  []source.Opened
	results []finding.Result
}

func (h *home) file(suffix string) string {
	return filepath.Join("..", "policies", h.rule.Category, h.rule.Name, h.which+suffix)
}

// TestHomes judges the homes among all rules: the bad one has a finding of its rule and the repaired one none, and the reports say of
// the rule what they said before.
func TestHomes(t *testing.T) {
	var homes []*home
	for _, r := range rules.Policies() {
		for _, which := range []string{"bad", "repaired"} {
			h := &home{rule: r, which: which, words: map[string][]string{}}
			if *makeHomes == "all" || slices.Contains(strings.Split(*makeHomes, ","), r.ID) {
				h.make(t)
			}
			if dir := filepath.Join(*homesFrom, r.ID, which); *homesFrom != "" {
				if _, err := os.Stat(dir); err == nil {
					h.take(t, &txtar.Archive{}, dir)
				}
			}
			if h.read(t) && h.runs(t) {
				homes = append(homes, h)
			}
		}
	}
	judgeHomes(t, homes)
	for _, h := range homes {
		t.Run(h.rule.ID+"/"+h.which, h.check)
	}
}

// read takes the archive.
func (h *home) read(t *testing.T) bool {
	t.Helper()
	data, err := os.ReadFile(h.file(".txtar"))
	if err != nil {
		t.Errorf("%s lacks its home %s", h.rule.ID, h.file(".txtar"))
		return false
	}
	h.archive = txtar.Parse(data)
	for line := range strings.Lines(string(h.archive.Comment)) {
		if f := strings.Fields(line); len(f) > 0 {
			h.words[f[0]] = append(h.words[f[0]], strings.Join(f[1:], " "))
		}
	}
	if h.now, err = time.Parse(time.RFC3339, strings.Join(h.words["now"], "")); err != nil {
		t.Errorf("%s: %v", h.file(".txtar"), err)
		return false
	}
	return true
}

// runs tells that there is what the home needs.
func (h *home) runs(t *testing.T) bool {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil && h.is("git") {
		if os.Getenv("CI") != "" {
			t.Error("git is needed")
		}
		t.Logf("%s needs git", h.file(".txtar"))
		return false
	}
	return true
}

func (h *home) is(word string) bool { _, ok := h.words[word]; return ok }

// lay puts the home into a folder, or the file into memory.
func (h *home) lay(t *testing.T) {
	t.Helper()
	if h.is("alone") {
		h.opened = []source.Opened{{Source: source.Bytes("deployment.toml", h.archive.Files[0].Data), Paths: []string{"deployment.toml"}, Named: "-"}}
		return
	}
	h.dir = t.TempDir()
	if !h.is("project") {
		if err := os.CopyFS(h.dir, os.DirFS(cleanHome)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range h.archive.Files {
		name, data := f.Name, f.Data
		if plain, ok := strings.CutSuffix(name, ".b64"); ok {
			name = plain
			var err error
			if data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(data)), "")); err != nil {
				t.Fatalf("%s: %s: %v", h.file(".txtar"), f.Name, err)
			}
		}
		full := filepath.Join(h.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range h.words["remove"] {
		if err := os.Remove(filepath.Join(h.dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, mode := range h.words["mode"] {
		name, bits, _ := strings.Cut(mode, " ")
		n, err := strconv.ParseUint(bits, 8, 32)
		if err == nil {
			err = os.Chmod(filepath.Join(h.dir, filepath.FromSlash(name)), fs.FileMode(n))
		}
		if err != nil {
			t.Fatalf("%s: %v", h.file(".txtar"), err)
		}
	}
	if h.is("git") {
		for _, args := range [][]string{{"init", "-q"}, append([]string{"add", "--"}, h.words["git"]...)} {
			c := exec.Command("git", args...)
			c.Dir = h.dir
			c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
	}
	var errs []error
	if h.opened, errs = source.OpenAll(context.Background(), []string{h.dir}); len(errs) > 0 {
		t.Fatal(errs)
	}
}

// judgeHomes runs all rules: one run for all homes of one time, and a run of its own for what judges runs.
func judgeHomes(t *testing.T, homes []*home) {
	t.Helper()
	groups := map[string][]*home{}
	for _, h := range homes {
		h.lay(t)
		key := fmt.Sprint(h.now.Unix(), h.is("alone"))
		if h.rule.Fleet != "" || h.is("env") || h.is("sys") {
			key += h.rule.ID + h.which
		}
		groups[key] = append(groups[key], h)
	}
	for _, group := range groups {
		var targets []*layout.Target
		var of []*home
		for _, h := range group {
			ts, problems := checker.Targets(context.Background(), h.opened, layout.Options{})
			if len(ts) == 0 || len(problems) > 0 {
				t.Fatalf("%s: %d targets, problems %v", h.file(".txtar"), len(ts), problems)
			}
			for range ts {
				of = append(of, h)
			}
			targets = append(targets, ts...)
		}
		env := map[string]secret.Value{}
		if !group[0].is("alone") {
			env = cleanEnv(t)
		}
		sys := map[string]secret.Value{}
		for word, into := range map[string]map[string]secret.Value{"env": env, "sys": sys} {
			for _, pair := range group[0].words[word] {
				name, value, _ := strings.Cut(pair, "=")
				into[name] = secret.New(value)
			}
		}
		n := 0
		o := checker.Options{Rules: rules.Policies(), Now: group[0].now, Settings: facts.DefaultSettings, Values: checker.Values{Env: env, Sys: sys}}
		if group[0].is("environments") {
			o.Terms = func(uri string) checker.Terms {
				name, _, _ := strings.Cut(uri, "/")
				return checker.Terms{Environment: name, Settings: facts.DefaultSettings}
			}
		}
		err := checker.Run(context.Background(), targets, o, func(out checker.Outcome) error {
			h := of[min(n, len(of)-1)] // a second result of a target comes behind all first ones; then the group is one home
			h.results = append(h.results, out.Result)
			if n++; n == len(of) && group[0].rule.Fleet == "" {
				return checker.ErrStop
			}
			return out.Err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// check holds the findings to the rule, and what the reports say to what they said before.
func (h *home) check(t *testing.T) {
	own, also := 0, 0
	for i := range h.results {
		r := &h.results[i]
		r.Findings = slices.DeleteFunc(r.Findings, func(f finding.Finding) bool {
			if f.Rule.ID == h.rule.ID {
				own++
				return false
			}
			also += count(f.Also, h.rule.ID)
			return true
		})
		r.Verdicts = slices.DeleteFunc(r.Verdicts, func(v finding.Verdict) bool { return v.Rule.ID != h.rule.ID })
		r.Unjudged = slices.DeleteFunc(r.Unjudged, func(u finding.Unjudged) bool { return u.Rule.ID != h.rule.ID })
		r.Notes, r.Later, r.Again = nil, nil, false // what other rules said is not here
	}
	switch {
	case h.which == "bad" && own == 0:
		t.Errorf("the bad home has no finding of %s", h.rule.ID)
	case h.which == "repaired" && own+also > 0:
		t.Errorf("the repaired home still has a finding of %s", h.rule.ID)
	}
	for format, suffix := range map[string]string{"text": ".txt", "sarif": ".sarif"} {
		got := h.report(t, format)
		if *golden {
			if err := os.WriteFile(h.file(suffix), got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(h.file(suffix))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s differs (renew it with go test ./rules -run TestHomes -golden):\n%s", h.file(suffix), diff)
		}
	}
}

func count(also []finding.Also, id string) (n int) {
	for _, a := range also {
		if a.Rule.ID == id {
			n++
		}
	}
	return n
}

// report writes the findings of the rule. Of SARIF the results and the invocation stay: what it says of rules is their page.
func (h *home) report(t *testing.T, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := report.New(format, &b)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Begin(report.Run{Tool: report.Tool{Version: "0.1.0"}, Rules: []*rules.Rule{h.rule}, Now: h.now, Profile: "production"})
	for _, r := range h.results {
		if err == nil {
			err = w.Target(r)
		}
	}
	if err == nil {
		targets := slices.DeleteFunc(slices.Clone(h.results), func(r finding.Result) bool { return r.Fleet })
		err = w.End(report.Summary{Targets: len(targets), Successful: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	if format == "sarif" {
		var log struct {
			Runs []struct {
				Invocations json.RawMessage `json:"invocations"`
				Results     json.RawMessage `json:"results"`
			} `json:"runs"`
		}
		if err := json.Unmarshal(out, &log); err != nil {
			t.Fatal(err)
		}
		var pretty bytes.Buffer
		raw, err := json.Marshal(log)
		if err == nil {
			err = json.Indent(&pretty, raw, "", " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(pretty.Bytes(), '\n')
	}
	if h.dir != "" {
		out = bytes.ReplaceAll(out, []byte(h.dir), []byte("/MI_HOME"))
	}
	return out
}

// TestFolders demands that each folder of a policy belongs to a rule and holds all that a rule needs, and nothing else.
func TestFolders(t *testing.T) {
	of := map[string]*rules.Rule{}
	for _, r := range rules.Policies() {
		of[r.Category+"/"+r.Name] = r
	}
	dirs, err := filepath.Glob("../policies/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		rel := path.Base(path.Dir(filepath.ToSlash(dir))) + "/" + filepath.Base(dir)
		if strings.HasPrefix(rel, "lib/") {
			continue
		}
		r := of[rel]
		if r == nil {
			t.Errorf("policies/%s belongs to no rule", rel)
			continue
		}
		delete(of, rel)
		policy := strings.ReplaceAll(r.Name, "-", "_")
		wanted := []string{policy + ".rego", policy + "_test.rego"}
		for _, which := range []string{"bad", "repaired"} {
			wanted = append(wanted, which+".txtar", which+".txt", which+".sarif")
		}
		if r.Fleet != "" && !r.OfRun() {
			wanted = append(wanted, "fleet.rego", "fleet_test.rego")
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var there []string
		for _, e := range entries {
			there = append(there, e.Name())
		}
		slices.Sort(wanted)
		if diff := cmp.Diff(wanted, there); diff != "" {
			t.Errorf("policies/%s lacks (-) or has too much (+):\n%s", rel, diff)
		}
	}
	for rel := range of {
		t.Errorf("there is no folder policies/%s", rel)
	}
}

// make writes the archive from the example of the rule's page.
func (h *home) make(t *testing.T) {
	t.Helper()
	p := h.rule.Page()
	section := p.Bad
	if h.which == "repaired" {
		section = p.Good
	}
	es := examples(t, h.rule.ID, section)
	if len(es) == 0 {
		return
	}
	e := es[0]
	if e.alone {
		h.take(t, &txtar.Archive{Comment: []byte("alone\n"), Files: []txtar.File{{Name: "deployment.toml", Data: []byte(e.toml)}}}, "")
		return
	}
	dir := e.home(t)
	if e.left != "" {
		t.Fatal(e.left)
	}
	h.take(t, &txtar.Archive{}, dir)
}

// take writes the archive, with what a folder holds beside the clean home.
func (h *home) take(t *testing.T, a *txtar.Archive, dir string) {
	t.Helper()
	comment := "now " + time.Now().UTC().Truncate(time.Hour).Add(time.Hour).Format(time.RFC3339) + "\n" // certificates begin now
	if dir != "" {
		comment += snapshot(t, a, dir)
	}
	a.Comment = append([]byte(comment), a.Comment...)
	if err := os.WriteFile(h.file(".txtar"), txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// snapshot takes what differs from the clean home, and gives the words for what is no file.
func snapshot(t *testing.T, a *txtar.Archive, dir string) (words string) {
	t.Helper()
	kept := map[string]bool{}
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, full)
		if name == ".git" {
			out, err := exec.Command("git", "-C", dir, "ls-files").Output()
			for file := range strings.Lines(string(out)) {
				words += "git " + file
			}
			if err != nil {
				return err
			}
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		name = filepath.ToSlash(name)
		kept[name] = true
		data, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		clean, cleanErr := os.ReadFile(filepath.Join(cleanHome, name))
		was := fs.FileMode(0o644)
		if m := info.Mode().Perm(); m != was && name != "conf/deployment.toml" {
			words += fmt.Sprintf("mode %s %o\n", name, m)
		}
		if cleanErr == nil && bytes.Equal(clean, data) {
			return nil
		}
		if slices.Contains([]string{".p12", ".jks", ".jceks", ".pfx", ".bks", ".keystore"}, path.Ext(name)) || bytes.IndexByte(data, 0) >= 0 || !bytes.HasSuffix(data, []byte("\n")) {
			var b strings.Builder
			for text := base64.StdEncoding.EncodeToString(data); text != ""; {
				n := min(len(text), 120)
				b.WriteString(text[:n] + "\n")
				text = text[n:]
			}
			name, data = name+".b64", []byte(b.String())
		}
		a.Files = append(a.Files, txtar.File{Name: name, Data: data})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(cleanHome, func(full string, d fs.DirEntry, err error) error {
		if name, relErr := filepath.Rel(cleanHome, full); err == nil && relErr == nil && !d.IsDir() && !kept[filepath.ToSlash(name)] {
			words += "remove " + filepath.ToSlash(name) + "\n"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return words
}
