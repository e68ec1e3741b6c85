package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (write it anew with -update):\n%s", path, diff)
	}
}

func TestTextGolden(t *testing.T) {
	ok := Summary{Successful: true}
	one := finding.Result{URI: sampleFile, Version: "4.4.0", VersionFrom: "assumed", Findings: []finding.Finding{knownKey()}}
	wide := knownKey()
	wide.Message = "主鍵庫「資源/安全/主鍵.jks」には製品と同じ秘密鍵が入っています。 The alias is '日本語の別名'. Make a key of your own."
	wide.Fix = "Make a key of your own."
	wide.Quote = &finding.Quote{Line: 1200, Text: "\t別名 = \"日本\", alias = \"日本語の別名\" # 注釈 " + strings.Repeat("長", 60), Column: 12, Width: 5}
	long := expired()
	long.Quote = &finding.Quote{Line: 7, Text: strings.Repeat("a", 150) + "alias" + strings.Repeat("b", 150), Column: 150, Width: 5}
	silent := finding.Result{URI: sampleFile, Version: "4.4.0", VersionFrom: "bin/version.txt", Unjudged: sampleUnjudged(), Verdicts: []finding.Verdict{
		{Rule: rule("MIKS101"), Outcome: finding.Passed}, {Rule: rule("MIKS203"), Outcome: finding.Passed},
		{Rule: rule("MIKS501"), Outcome: finding.DoesNotApply},
		{Rule: finding.Rule{ID: "MIKS401"}, Outcome: finding.NotJudged}, {Rule: finding.Rule{ID: "MIKS402"}, Outcome: finding.NotJudged},
	}}
	clean := silent
	clean.Unjudged = nil
	clean.Verdicts = silent.Verdicts[:3]

	with := func(change func(*Run)) Run {
		r := sampleRun()
		change(&r)
		return r
	}
	for _, c := range []struct {
		name    string
		run     Run
		sum     Summary
		results []finding.Result
	}{
		{"one", sampleRun(), ok, []finding.Result{one}},
		{"many", sampleRun(), ok, []finding.Result{sample()}},
		{"targets", sampleRun(), Summary{}, []finding.Result{sample(), clean, one}},
		{"verbose", with(func(r *Run) { r.Verbose = true }), ok, []finding.Result{sample(), clean}},
		{"quiet", with(func(r *Run) { r.Quiet = true }), ok, []finding.Result{sample()}},
		{"min-level", with(func(r *Run) { r.MinLevel = finding.Error }), ok, []finding.Result{sample()}},
		{"not-judged", sampleRun(), ok, []finding.Result{silent}},
		{"none", sampleRun(), ok, []finding.Result{clean}},
		{"color", with(func(r *Run) { r.Color = true }), ok, []finding.Result{sample()}},
		{"narrow", with(func(r *Run) { r.Width = 40 }), ok, []finding.Result{sample()}},
		{"wide", sampleRun(), ok, []finding.Result{{URI: sampleFile, Findings: []finding.Finding{wide, long}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			golden(t, c.name+".txt", render(t, "text", c.run, c.sum, c.results...))
		})
	}
}
