package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
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
	if path, err := exec.LookPath("sarif-multitool"); err == nil {
		return path
	}
	// Where the project's own scripts keep pinned tools.
	if cache, err := os.UserCacheDir(); err == nil {
		found, _ := filepath.Glob(filepath.Join(cache, "mi-kscheck-tools", "sarif-multitool-*", "node_modules", ".bin", "sarif-multitool"))
		if len(found) > 0 {
			return found[len(found)-1]
		}
	}
	oracle(t, "the SARIF validator is missing: npm install @microsoft/sarif-multitool, and name the program in SARIF_MULTITOOL")
	return ""
}

// complaint is what the validator says of a file.
type complaint struct {
	RuleID    string
	Level     string
	Message   struct{ Arguments []string }
	Locations []sarifLocation
}

// validate asks the validator about all files of a folder.
func validate(t *testing.T, tool, dir string) []complaint {
	t.Helper()
	out := filepath.Join(t.TempDir(), "verdict.json")
	// The npm wrapper hands its arguments to a shell, which without the inner quotes would end the command at the semicolon.
	said, err := exec.CommandContext(t.Context(), tool, "validate", "'"+filepath.Join(dir, "*.sarif")+"'", "--rule-kind", "'Sarif;Ghas'", "--level", "'Error;Warning;Note'", "--output", out).CombinedOutput()
	verdict, readErr := os.ReadFile(out)
	if readErr != nil {
		t.Fatalf("%v, %v: %s", err, readErr, said)
	}
	var log struct {
		Runs []struct {
			Artifacts []struct{ Location struct{ URI string } }
			Results   []complaint
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(verdict, []byte("\xef\xbb\xbf")), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("the validator gave %d runs: %s", len(log.Runs), said)
	}
	return log.Runs[0].Results
}

// validated are the reports that the validator and the schema judge.
var validated = []struct {
	name    string
	change  func(*Run)
	results []finding.Result
}{
	{"all kinds", func(r *Run) { r.Repository = "https://me:token@example.org/acme/integration.git" }, []finding.Result{sample()}},
	{"no findings", func(*Run) {}, []finding.Result{{URI: sampleFile, Unjudged: sampleUnjudged()}}},
	{"no targets", func(*Run) {}, nil},
	{"baseline", func(r *Run) { r.Baseline = true }, []finding.Result{sample()}},
	{"real catalogue", func(r *Run) { r.Rules = rules.All() }, []finding.Result{sample()}},
	{"odd places", func(*Run) {}, []finding.Result{oddPlaces()}},
	{"hostile names", func(*Run) {}, []finding.Result{hostileNames()}},
}

// oddPlaces are a file outside the root, a file as a whole, and names that a URI cannot hold as they are.
func oddPlaces() finding.Result {
	outside, whole, spaces := knownKey(), missing(), expired()
	outside.URI = "/etc/mi/deployment.toml"
	outside.Related = []finding.Related{{URI: "/etc/mi/a b.jks", Message: "the [primary] store."}, {Message: "named by its section"}}
	whole.Region = region(0, 0, 0)
	spaces.URI = "my home/c:d/100%/ü#.toml"
	return finding.Result{URI: outside.URI, Findings: []finding.Finding{outside, whole, spaces}}
}

// hostileNames are hostile strings where the input has its say, under a rule that exists.
func hostileNames() finding.Result {
	var r finding.Result
	all := hostileStrings()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, f := range hostileResult(all[name]).Findings {
			f.Rule = rule("MIKS203")
			r.Findings = append(r.Findings, f)
		}
	}
	return r
}

func TestSARIFValidator(t *testing.T) {
	tool, dir := multitool(t), t.TempDir()
	for _, v := range validated {
		run := sampleRun()
		v.change(&run)
		report := render(t, "sarif", run, Summary{Successful: true}, v.results...)
		if len(run.Rules) == 0 {
			t.Fatalf("%s: no rules", v.name)
		}
		if err := os.WriteFile(filepath.Join(dir, v.name+".sarif"), report, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	joined := merged(t, shard("a", render(t, "sarif", fleetRun(), Summary{}, sample())), shard("b", render(t, "sarif", sampleRun(), Summary{}, hostileNames(), home(1, 5))))
	if err := os.WriteFile(filepath.Join(dir, "merged.sarif"), joined, 0o600); err != nil {
		t.Fatal(err)
	}
	judged := map[string]bool{}
	for _, c := range validate(t, tool, dir) {
		file := c.Locations[0].PhysicalLocation.ArtifactLocation.URI
		judged[file] = true
		if c.Level != "note" {
			t.Errorf("%s: %s %s: %.300q", file, c.RuleID, c.Level, c.Message.Arguments)
		}
	}
	// There is a note about each of them, so a file that nothing is said of was not read.
	if len(judged) != len(validated)+1 {
		t.Errorf("of %d reports the validator judged %d: %v", len(validated)+1, len(judged), slices.Collect(maps.Keys(judged)))
	}
}

// TestSARIFSchema holds the reports to the JSON Schema that comes with the validator, formats included.
func TestSARIFSchema(t *testing.T) {
	tool, err := filepath.EvalSymlinks(multitool(t))
	if err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(tool), "..", "sarif-multitool-*", "sarif-2.1.0.json"))
	if len(found) == 0 {
		oracle(t, "the SARIF schema is not beside the validator")
	}
	file, err := os.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range validated {
		t.Run(v.name, func(t *testing.T) {
			run := sampleRun()
			v.change(&run)
			report, err := jsonschema.UnmarshalJSON(bytes.NewReader(render(t, "sarif", run, Summary{}, v.results...)))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(report); err != nil {
				t.Error(err)
			}
		})
	}
}
