package checker_test

import (
	"encoding/json"
	"fmt"
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

// notYet are the incidents that are not told right yet, because what they need is not read. The list may only become shorter.
var notYet = []string{}

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
	judged, waiting := 0, slices.Clone(notYet)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name(), "expect.json"))
		if err != nil {
			continue
		}
		var c incident
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		if _, ok := rules.Find(c.Rule); !ok && c.Rule != "" {
			t.Errorf("%s: the rule %s is not built", e.Name(), c.Rule)
		}
		judged++
		t.Run(e.Name(), func(t *testing.T) {
			wrong := c.judge(t, filepath.Join(dir, e.Name()))
			if i := slices.Index(waiting, e.Name()); i >= 0 {
				waiting = slices.Delete(waiting, i, i+1)
				if len(wrong) == 0 {
					t.Error("it is told right: take it out of notYet")
				} else {
					t.Skip("not yet: " + wrong[0])
				}
			}
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
	if judged == 0 || len(waiting) > 0 {
		t.Errorf("%d cases judged; there is no case %v", judged, waiting)
	}
}

// judge tells what is wrong with the findings of a case.
func (c *incident) judge(t *testing.T, dir string) (wrong []string) {
	t.Helper()
	home := run{paths: []string{copyTo(t, filepath.Join(dir, "home"))}, now: c.Now}
	home.values = checker.Values{Env: envFile(t, filepath.Join(dir, "env"))}
	found := home.do(t).findings(t)
	if c.Rule == "" {
		if l := c.loud(found); len(l) > 0 {
			wrong = append(wrong, "a clean home is not silent:\n"+strings.Join(places(l), "\n"))
		}
		return wrong
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
		wrong = append(wrong, fmt.Sprintf("%s is wanted once at %s:%d as %s; found:\n%s", c.Rule, c.File, c.Line, c.Level, strings.Join(places(found), "\n")))
	}
	if len(beside) > 0 {
		wrong = append(wrong, c.Rule+" replaces:\n"+strings.Join(places(beside), "\n"))
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
		wrong = append(wrong, "the repaired home is not clean:\n"+strings.Join(places(noise), "\n"))
	}
	return wrong
}

// loud are the errors and warnings that a case does not allow.
func (c *incident) loud(fs []finding.Finding) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f finding.Finding) bool {
		return f.Suppressed != nil || f.Level.Rank() < finding.Warning.Rank() || slices.Contains(c.Allow, f.Rule.ID)
	})
}
