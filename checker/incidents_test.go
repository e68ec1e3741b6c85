package checker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// notYet are the rules of incidents that are not built. The list may only become shorter.
var notYet = []string{
	"MIKS110", "MIKS111", "MIKS117", "MIKS118", "MIKS204", "MIKS207", "MIKS308", "MIKS314", "MIKS316", "MIKS511", "MIKS602",
}

// incident is what a case expects (expect.json).
type incident struct {
	Rule  string // empty: the home is clean
	File  string
	Line  int
	Level finding.Level
	Never []string // rules that the case's one replaces
	Now   time.Time
	Allow []string // rules that may stand beside it, on the repaired home too
}

// TestIncidents judges real incidents, faulty and repaired. A case is right when its rule is reported once, at the expected
// file, line and level, and nothing stands beside it that it replaces; the repaired home has no error and no warning, but
// those that the case allows, and not the case's rule at any level.
func TestIncidents(t *testing.T) {
	dir := shared(t, "incidents")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{"": true}
	for _, r := range rules.Policies() {
		built[r.ID] = true
	}
	waiting := map[string]bool{}
	judged := 0
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name(), "expect.json"))
		if err != nil {
			continue
		}
		var c incident
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		if !built[c.Rule] {
			waiting[c.Rule] = true
			continue
		}
		judged++
		t.Run(e.Name(), func(t *testing.T) { c.judge(t, filepath.Join(dir, e.Name())) })
	}
	for _, id := range notYet {
		if built[id] {
			t.Errorf("%s is built: take it out of notYet", id)
		}
	}
	for id := range waiting {
		if !slices.Contains(notYet, id) {
			t.Errorf("%s is the rule of an incident, is not built, and was before: nothing may get lost", id)
		}
	}
	if judged == 0 {
		t.Error("no case was judged")
	}
	t.Logf("%d cases judged, %d rules of cases not built yet", judged, len(waiting))
}

func (c *incident) judge(t *testing.T, dir string) {
	home := run{paths: []string{copyTo(t, filepath.Join(dir, "home"))}, now: c.Now}
	home.values = checker.Values{Env: envFile(t, filepath.Join(dir, "env"))}
	found := home.do(t).findings(t)
	if c.Rule == "" {
		if l := c.loud(found); len(l) > 0 {
			t.Errorf("a clean home is not silent:\n%s", strings.Join(places(l), "\n"))
		}
		return
	}
	var right, same, beside []finding.Finding
	for _, f := range found {
		switch {
		case slices.Contains(c.Never, f.Rule.ID):
			beside = append(beside, f)
		case f.Rule.ID == c.Rule && f.Level == c.Level:
			same = append(same, f)
			if strings.HasSuffix(f.URI, c.File) && (c.Line == 0 || f.Region.StartLine == c.Line) {
				right = append(right, f)
			}
		}
	}
	if len(right) != 1 || len(same) != 1 {
		t.Errorf("%s is wanted once at %s:%d as %s; found:\n%s", c.Rule, c.File, c.Line, c.Level, strings.Join(places(found), "\n"))
	}
	if len(beside) > 0 {
		t.Errorf("%s replaces:\n%s", c.Rule, strings.Join(places(beside), "\n"))
	}

	fixed := home
	fixed.paths = []string{copyTo(t, filepath.Join(dir, "fixed"))}
	found = fixed.do(t).findings(t)
	noise := c.loud(found)
	for _, f := range found {
		if f.Rule.ID == c.Rule && !slices.Contains(places(noise), place(&f)) {
			noise = append(noise, f)
		}
	}
	if len(noise) > 0 {
		t.Errorf("the repaired home is not clean:\n%s", strings.Join(places(noise), "\n"))
	}
}

// loud are the errors and warnings that a case does not allow.
func (c *incident) loud(fs []finding.Finding) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f finding.Finding) bool {
		return f.Suppressed != nil || f.Level.Rank() < finding.Warning.Rank() || slices.Contains(c.Allow, f.Rule.ID)
	})
}
