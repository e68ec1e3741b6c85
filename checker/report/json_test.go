package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// jsonReport is the whole of the format, as a script would read it.
type jsonReport struct {
	Version int
	Tool    struct{ Name, Version string }
	Profile string
	Targets []jsonTarget
	Summary jsonSummary
}

func parseJSON(t *testing.T, b []byte) jsonReport {
	t.Helper()
	var r jsonReport
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
	return r
}

func TestJSON(t *testing.T) {
	out := render(t, "json", sampleRun(), Summary{Successful: true}, sample(), finding.Result{URI: "clean.toml"})
	golden(t, "sample.json", out)
	r := parseJSON(t, out)
	if r.Version != jsonVersion || r.Tool.Name != toolName || len(r.Targets) != 2 || len(r.Targets[0].Findings) != 5 {
		t.Errorf("%+v", r)
	}
	if s := r.Summary; s.Targets != 2 || s.Errors != 3 || s.Notes != 1 || s.Suppressed != 1 || !s.Successful {
		t.Errorf("summary %+v", s)
	}
	if empty := parseJSON(t, render(t, "json", sampleRun(), Summary{})); empty.Targets == nil {
		t.Error("no list of targets where there is none")
	}
}

func TestJSONOfHostileStrings(t *testing.T) {
	for name, s := range hostileStrings() {
		t.Run(name, func(t *testing.T) {
			out := render(t, "json", hostileRun(s), Summary{Notifications: hostileResult(s).Notes}, hostileResult(s))
			for _, line := range strings.Split(string(out), "\n") {
				if at := unfit(line); at != "" {
					t.Errorf("%s in %.200q", at, line)
				}
			}
			checkStrings(t, "", decode(t, out))
			f := parseJSON(t, out).Targets[0].Findings[0]
			if f.Alias != CleanValue(s) || f.Path != cleanPath("a/"+s) {
				t.Errorf("alias %q, path %q", f.Alias, f.Path)
			}
		})
	}
}
