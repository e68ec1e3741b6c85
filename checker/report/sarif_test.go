package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// sarifLog is what the tests read of a report.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				SemanticVersion string
				Rules           []struct {
					ID         string
					Name       string
					HelpURI    string
					Properties map[string]any
				}
				Notifications []struct{ ID string }
			}
		}
		Results     []sarifResult
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct {
				Level          string
				Message        struct{ Text string }
				AssociatedRule *struct{ ID string }
				Descriptor     *struct{ ID string }
				Locations      []sarifLocation
			}
		}
		VersionControlProvenance []struct{ RepositoryURI, RevisionID string }
	}
}

type sarifResult struct {
	RuleID              string
	RuleIndex           *int
	Level               string
	Message             struct{ Text string }
	Locations           []sarifLocation
	RelatedLocations    []sarifLocation
	CodeFlows           []any
	PartialFingerprints map[string]string
	BaselineState       string
	Suppressions        []struct{ Kind, Status, Justification string }
	Properties          struct {
		Store, Alias, Key, FollowsFrom string
		Also, Origin, InheritedBy      []string
	}
}

type sarifLocation struct {
	ID               int
	Message          struct{ Text string }
	PhysicalLocation struct {
		ArtifactLocation struct{ URI, URIBaseID string }
		Region           *struct{ StartLine, StartColumn, EndLine, EndColumn int }
	}
}

func parse(t *testing.T, b []byte) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal(b, &log); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	return log
}

func TestSARIFContent(t *testing.T) {
	run := sampleRun()
	run.Repository = "https://me:token@example.org/acme/integration.git"
	out := render(t, "sarif", run, Summary{Successful: true}, sample())
	golden(t, "sample.sarif", out)
	log := parse(t, out).Runs[0]

	for _, r := range log.Results {
		if r.RuleIndex == nil {
			t.Errorf("%s has no ruleIndex", r.RuleID)
		} else if got := log.Tool.Driver.Rules[*r.RuleIndex].ID; got != r.RuleID {
			t.Errorf("ruleIndex of %s leads to %s", r.RuleID, got)
		}
		if r.PartialFingerprints[fingerprint] == "" {
			t.Errorf("%s has no fingerprint", r.RuleID)
		}
		if !bytes.HasSuffix([]byte(r.Message.Text), []byte(".")) {
			t.Errorf("%s: no full stop at the end of %q", r.RuleID, r.Message.Text)
		}
	}
	key := log.Results[1]
	if key.Locations[0].PhysicalLocation.ArtifactLocation.URIBaseID != srcRoot || key.Locations[0].PhysicalLocation.ArtifactLocation.URI != sampleFile {
		t.Errorf("location %+v", key.Locations[0])
	}
	if r := key.Locations[0].PhysicalLocation.Region; r.StartLine != 12 || r.StartColumn != 1 || r.EndColumn != 10 || r.EndLine != 0 {
		t.Errorf("region %+v", r)
	}
	if len(key.RelatedLocations) != 1 || key.RelatedLocations[0].ID != 1 || !bytes.Contains([]byte(key.Message.Text), []byte(" See [the primary keystore](1).")) {
		t.Errorf("no link to the store in %q, %+v", key.Message.Text, key.RelatedLocations)
	}
	if w := log.Results[4].Suppressions; len(w) != 1 || w[0].Kind != "inSource" || w[0].Status != "accepted" || w[0].Justification == "" {
		t.Errorf("suppressions %+v", w)
	}
	if len(log.Results[2].CodeFlows) != 1 {
		t.Error("no code flow for a value that came in two steps")
	}
	if !log.Invocations[0].ExecutionSuccessful || parse(t, render(t, "sarif", run, Summary{}, sample())).Runs[0].Invocations[0].ExecutionSuccessful {
		t.Error("the report does not tell whether the run was successful")
	}
	notes := log.Invocations[0].ToolExecutionNotifications
	if len(notes) != 4 || notes[0].Descriptor.ID != "MIKS903" || notes[1].AssociatedRule.ID != "MIKS401" || notes[1].Level != "note" || len(notes[1].Locations) != 1 {
		t.Errorf("notifications %+v", notes)
	}
	if v := log.VersionControlProvenance; len(v) != 1 || v[0].RepositoryURI != "https://example.org/acme/integration.git" {
		t.Errorf("provenance %+v", v)
	}
	if bytes.Contains(out, []byte("token")) {
		t.Error("the report tells the token of the repository's address")
	}
	driver := log.Tool.Driver
	if len(driver.Rules) != 6 || len(driver.Notifications) != 1 || driver.SemanticVersion != "1.2.3" {
		t.Errorf("driver %+v", driver)
	}
	if driver.Rules[5].HelpURI != "" {
		t.Error("a rule of others has a page of ours")
	}
	if got := driver.Rules[1].Properties["security-severity"]; got != "9.8" {
		t.Errorf("security-severity %v", got)
	}
}

func TestSARIFMinLevel(t *testing.T) {
	run := sampleRun()
	run.MinLevel = finding.Warning
	if got := len(parse(t, render(t, "sarif", run, Summary{}, sample())).Runs[0].Results); got != 4 {
		t.Errorf("%d results at or above warning, want 4", got)
	}
}

func TestSARIFRegions(t *testing.T) {
	f := knownKey()
	for _, c := range []struct {
		name string
		in   [4]int
		want [4]int // startLine, startColumn, endLine, endColumn
	}{
		{"one line", [4]int{3, 5, 3, 9}, [4]int{3, 5, 0, 9}},
		{"empty", [4]int{3, 5, 3, 5}, [4]int{3, 5, 0, 5}},
		{"several lines", [4]int{3, 5, 4, 2}, [4]int{3, 5, 4, 2}},
		{"no end", [4]int{3, 5, 0, 0}, [4]int{3, 5, 0, 0}},
		{"the whole file", [4]int{0, 0, 0, 0}, [4]int{1, 1, 0, 0}},
		{"no column", [4]int{1, 0, 0, 0}, [4]int{1, 1, 0, 0}},
	} {
		f.Region.StartLine, f.Region.StartColumn, f.Region.EndLine, f.Region.EndColumn = c.in[0], c.in[1], c.in[2], c.in[3]
		got := parse(t, render(t, "sarif", sampleRun(), Summary{}, finding.Result{Findings: []finding.Finding{f}})).Runs[0].Results[0].Locations[0].PhysicalLocation.Region
		if [4]int{got.StartLine, got.StartColumn, got.EndLine, got.EndColumn} != c.want {
			t.Errorf("%s: %+v, want %v", c.name, *got, c.want)
		}
	}
}

func TestLocation(t *testing.T) {
	for path, want := range map[string][2]string{
		"conf/deployment.toml":     {"conf/deployment.toml", srcRoot},
		"a b/ü#?.toml":             {"a%20b/%C3%BC%23%3F.toml", srcRoot},
		"c:d/x":                    {"c%3Ad/x", srcRoot},
		`back\slash`:               {"back%5Cslash", srcRoot},
		"/etc/mi/deployment.toml":  {"file:///etc/mi/deployment.toml", ""},
		"C:/wso2/conf":             {"file:///C:/wso2/conf", ""},
		"home.zip/conf/100%.toml":  {"home.zip/conf/100%25.toml", srcRoot},
		"##vso[x]/deployment.toml": {"%23%23vso%5Bx%5D/deployment.toml", srcRoot},
	} {
		if uri, base := location(path); uri != want[0] || base != want[1] {
			t.Errorf("location(%q) = %q, %q; want %q", path, uri, base, want)
		}
	}
}

func TestWebURI(t *testing.T) {
	for in, want := range map[string]string{
		"https://u:p@example.org/a.git?t=1#x": "https://example.org/a.git",
		"ssh://git@example.org/a.git":         "ssh://example.org/a.git",
		"git@example.org:a/b.git":             "ssh://example.org/a/b.git",
		"example.org:a.git":                   "ssh://example.org/a.git",
		"C:/git/a.git":                        "",
		"/srv/git/a.git":                      "",
		"file:///srv/git/a.git":               "",
		"":                                    "",
		"https://exa mple\x1b":                "",
	} {
		if got, _ := webURI(in); got != want {
			t.Errorf("webURI(%q) = %q, want %q", in, got, want)
		}
	}
}

// A value that came over three places has three steps, though five things are said of them.
func TestSARIFCodeFlow(t *testing.T) {
	first, second, third := region(3, 1, 9), region(7, 1, 6), region(8, 1, 7)
	hops := []finding.Hop{
		{Text: "'keystore.internal.password' has the default of MI 4.6.0"},
		{Text: "'keystore.primary.password' is written here", URI: sampleFile, Region: &first},
		{Text: "$ref{my.first}", URI: sampleFile, Region: &second}, {Text: "'my.first' is written here", URI: sampleFile, Region: &second},
		{Text: "$ref{my.second}", URI: sampleFile, Region: &third}, {Text: "'my.second' is written here", URI: sampleFile, Region: &third},
		{Text: "$env{X}"},
	}
	flows := new(artifacts).codeFlows(hops)
	if len(flows) != 1 {
		t.Fatal("no code flow")
	}
	steps := flows[0].ThreadFlows[0].Locations
	if len(steps) != 3 || steps[1].Location.Message.Text != "$ref{my.first}: 'my.first' is written here." || steps[2].Location.PhysicalLocation.Region.StartLine != 8 {
		t.Errorf("%d steps: %+v", len(steps), steps)
	}
	if hops[2].Text != "$ref{my.first}" {
		t.Error("the finding was changed")
	}
	if new(artifacts).codeFlows(hops[2:4]) != nil {
		t.Error("one place is no flow")
	}
}
