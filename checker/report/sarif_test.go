package report

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// oracle skips a test whose judge is not at hand, unless MIKSCHECK_ORACLES says that it must be.
func oracle(t *testing.T, missing string) {
	t.Helper()
	if os.Getenv("MIKSCHECK_ORACLES") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

// multitool finds Microsoft's SARIF validator.
func multitool(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("SARIF_MULTITOOL"); path != "" {
		return path
	}
	path, err := exec.LookPath("sarif-multitool")
	if err != nil {
		oracle(t, "the SARIF validator is missing: npm install @microsoft/sarif-multitool, and name the program in SARIF_MULTITOOL")
	}
	return path
}

// complaint is what the validator says.
type complaint struct {
	RuleID  string `json:"ruleId"`
	Level   string `json:"level"`
	Message struct {
		Text      string   `json:"text"`
		ID        string   `json:"id"`
		Arguments []string `json:"arguments"`
	} `json:"message"`
}

func validate(t *testing.T, tool string, report []byte) []complaint {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "report.sarif"), filepath.Join(dir, "verdict.sarif")
	if err := os.WriteFile(in, report, 0o600); err != nil {
		t.Fatal(err)
	}
	// The npm wrapper hands its arguments to a shell, which would end the command at the semicolon without the inner quotes.
	said, err := exec.Command(tool, "validate", in, "--rule-kind", "'Sarif;Ghas'", "--level", "'Error;Warning;Note'", "--output", out).CombinedOutput()
	verdict, readErr := os.ReadFile(out)
	if readErr != nil {
		t.Fatalf("%v, %v: %s", err, readErr, said)
	}
	var log struct {
		Runs []struct {
			Results     []complaint `json:"results"`
			Invocations []struct {
				ToolConfigurationNotifications []complaint `json:"toolConfigurationNotifications"`
			} `json:"invocations"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(verdict, []byte("\xef\xbb\xbf")), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("the validator gave %d runs: %s", len(log.Runs), said)
	}
	return log.Runs[0].Results
}

func TestSARIFValidator(t *testing.T) {
	tool := multitool(t)
	for _, c := range []struct {
		name    string
		run     func(*Run)
		results []finding.Result
	}{
		{"all kinds", func(r *Run) { r.Repository = "https://me:token@example.org/acme/integration.git" }, []finding.Result{sample()}},
		{"no findings", func(*Run) {}, []finding.Result{{URI: sampleFile, Unjudged: sampleUnjudged()}}},
		{"no targets", func(*Run) {}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := sampleRun()
			c.run(&run)
			for _, r := range validate(t, tool, render(t, "sarif", run, Summary{Successful: true}, c.results...)) {
				if r.Level == "note" {
					t.Logf("%s %s: %s %s %q", r.RuleID, r.Level, r.Message.Text, r.Message.ID, r.Message.Arguments)
					continue
				}
				t.Errorf("%s %s: %s %s %q", r.RuleID, r.Level, r.Message.Text, r.Message.ID, r.Message.Arguments)
			}
		})
	}
}
