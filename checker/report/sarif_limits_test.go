package report

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// home is one of a fleet, with its faults in files, places and fingerprints of its own.
func home(n, faults int) finding.Result {
	kinds := []func() finding.Finding{missing, waived, knownKey, expired, password}
	r := finding.Result{URI: fmt.Sprintf("homes/%05d/conf/deployment.toml", n)}
	for i := range faults {
		f := kinds[i%len(kinds)]()
		if i%len(kinds) == 1 && i > len(kinds) {
			f.Suppressed = nil // a warning that counts
		}
		sum := sha256.Sum256(fmt.Append(nil, n, i))
		f.URI, f.Fingerprint, f.Region.StartLine = r.URI, hex.EncodeToString(sum[:16]), i+1
		f.Store, f.Alias = fmt.Sprintf("homes/%05d/security/%s.p12", n, f.Fingerprint[:8]), f.Fingerprint[8:]
		r.Findings = append(r.Findings, f)
	}
	return r
}

func zipped(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// levels counts the results by level; "waived" are the suppressed ones.
func levels(log sarifLog) map[string]int {
	count := map[string]int{}
	for _, r := range log.Runs[0].Results {
		if len(r.Suppressions) > 0 {
			count["waived"]++
		} else {
			count[r.Level]++
		}
	}
	return count
}

func fleet(t *testing.T, homes, faults int) ([]byte, sarifLog) {
	t.Helper()
	var results []finding.Result
	for n := range homes {
		results = append(results, home(n, faults))
	}
	run := sampleRun()
	run.Rules = rules.All()
	out := render(t, "sarif", run, Summary{Successful: true}, results...)
	return out, parse(t, out)
}

func saidOf(log sarifLog) string {
	var b strings.Builder
	for _, n := range log.Runs[0].Invocations[0].ToolExecutionNotifications {
		b.WriteString(n.Message.Text + "\n")
	}
	return b.String()
}

func TestSARIFOfThousandHomes(t *testing.T) {
	out, log := fleet(t, 1000, 12)
	size := zipped(t, out)
	t.Logf("%d results, %d bytes, %d gzipped", len(log.Runs[0].Results), len(out), size)
	if len(log.Runs[0].Results) != 12_000 || size > maxZipped/4 {
		t.Errorf("%d results in %d bytes", len(log.Runs[0].Results), size)
	}
	if said := saidOf(log); !strings.Contains(said, "There are 12000 results. GitHub shows the 5000 most severe") || strings.Contains(said, "left out") {
		t.Errorf("%s", said)
	}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		if tags, _ := rule.Properties["tags"].([]any); len(tags) > maxTags {
			t.Errorf("%s has %d tags", rule.ID, len(tags))
		}
	}
}

func TestSARIFKeepsTheMostSevere(t *testing.T) {
	out, log := fleet(t, 3000, 12)
	count := levels(log)
	if n := len(log.Runs[0].Results); n != maxResults {
		t.Errorf("%d results", n)
	}
	if size := zipped(t, out); size > maxZipped {
		t.Errorf("%d bytes gzipped", size)
	}
	// A home has 6 errors, 2 warnings that count, 3 notes, and one waived.
	errors, warnings, notes, waived := 3000*6, 3000*2, 3000*3, 3000
	if count["error"] != errors || count["warning"] != warnings || count["note"] != maxResults-errors-warnings {
		t.Errorf("errors and warnings are left out while lesser results are not: %v", count)
	}
	left := fmt.Sprintf("%d notes and %d waived ones", notes-count["note"], waived-count["waived"])
	if said := saidOf(log); !strings.Contains(said, left) {
		t.Errorf("want %q in %s", left, said)
	}
	seen := map[string]bool{}
	for _, r := range log.Runs[0].Results {
		key := r.PartialFingerprints[fingerprint]
		if seen[key] {
			t.Fatalf("%s twice", key)
		}
		seen[key] = true
	}
}

// TestSARIFSizeOfNoise holds the size where nothing compresses.
func TestSARIFSizeOfNoise(t *testing.T) {
	var results []finding.Result
	for n := range 12_000 {
		f := knownKey()
		var noise strings.Builder
		for i := range 20 {
			sum := sha256.Sum256(fmt.Append(nil, n, i))
			noise.WriteString(hex.EncodeToString(sum[:]) + " ")
		}
		f.Message = noise.String()
		results = append(results, finding.Result{URI: f.URI, Findings: []finding.Finding{f}})
	}
	out := render(t, "sarif", sampleRun(), Summary{Successful: true}, results...)
	if size := zipped(t, out); size > maxZipped || size < maxZipped/2 {
		t.Errorf("%d bytes gzipped", size)
	}
	if said := saidOf(parse(t, out)); !strings.Contains(said, "were left out") {
		t.Errorf("%s", said)
	}
}

func TestSARIFBaselineState(t *testing.T) {
	known, fresh := knownKey(), expired()
	known.InBaseline = true
	run := sampleRun()
	state := func() string {
		var s []string
		for _, r := range parse(t, render(t, "sarif", run, Summary{}, finding.Result{Findings: []finding.Finding{known, fresh}})).Runs[0].Results {
			s = append(s, r.BaselineState)
		}
		return strings.Join(s, ",")
	}
	if s := state(); s != "," {
		t.Errorf("without a baseline: %s", s)
	}
	run.Baseline = true
	if s := state(); s != "unchanged,new" {
		t.Errorf("with one: %s", s)
	}
}
