package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func shard(name string, data []byte) Shard {
	return Shard{Name: name, Data: bytes.NewReader(data), Size: int64(len(data))}
}

func merged(t *testing.T, shards ...Shard) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Merge(&b, shards); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fleetRun is a run with a rule that compares targets.
func fleetRun() Run {
	run := sampleRun()
	run.Rules = append(run.Rules[:2:2], append([]*rules.Rule{{ID: "MIKS208", Name: "shared-key", Category: "separation", Title: "Targets share a key", Level: "warning"}}, run.Rules[2:]...)...)
	return run
}

func TestMerge(t *testing.T) {
	run := fleetRun()
	run.Repository, run.Revision = "https://example.org/a.git", "0123"
	one, two, three := home(1, 5), home(2, 5), home(3, 5)
	two.Unjudged, three.Unjudged = sampleUnjudged(), sampleUnjudged()
	for i := range two.Unjudged {
		two.Unjudged[i].URI, three.Unjudged[i].URI = two.URI, three.URI
	}
	a := render(t, "sarif", run, Summary{Successful: true}, one, three)
	run.Rules = run.Rules[:4] // another choice of rules
	run.Profile = "development"
	b := render(t, "sarif", run, Summary{Successful: true, Notifications: sample().Notes}, three, two)
	out := merged(t, shard("a", a), shard("b", b))
	if again := merged(t, shard("b", b), shard("a", a)); !bytes.Equal(out, again) {
		t.Error("the order of the shards makes a difference")
	}
	if again := merged(t, shard("a", a), shard("b", b), shard("c", a)); !bytes.Equal(out, again) {
		t.Error("a shard that is named twice makes a difference")
	}
	if again := merged(t, shard("x", out), shard("b", b)); !bytes.Equal(out, again) {
		for i := range out {
			if i >= len(again) || out[i] != again[i] {
				t.Fatalf("merging with what is merged already makes a difference: %s, %s", out[max(0, i-100):i+100], again[max(0, i-100):i+100])
			}
		}
	}
	log := parse(t, out).Runs[0]
	if len(log.Results) != 15 {
		t.Errorf("%d results, want 15: the third home is in both", len(log.Results))
	}
	last := ""
	for _, r := range log.Results {
		if r.RuleIndex == nil || log.Tool.Driver.Rules[*r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s: the index of the rule is wrong", r.RuleID)
		}
		uri := r.Locations[0].PhysicalLocation.ArtifactLocation.URI
		if uri < last {
			t.Errorf("%s after %s", uri, last)
		}
		last = uri
	}
	if n := len(log.Tool.Driver.Rules); n != 7 {
		t.Errorf("%d rules", n)
	}
	if v := log.VersionControlProvenance; len(v) != 1 || v[0].RevisionID != "0123" {
		t.Errorf("provenance %+v", v)
	}
	if !log.Invocations[0].ExecutionSuccessful {
		t.Error("both were successful")
	}
	notes := map[string]int{}
	for _, n := range log.Invocations[0].ToolExecutionNotifications {
		switch {
		case n.Descriptor != nil:
			notes[n.Descriptor.ID]++
		case n.AssociatedRule != nil:
			notes[n.AssociatedRule.ID]++
		}
	}
	if fmt.Sprint(notes) != "map[MIKS208:1 MIKS302:1 MIKS401:1 MIKS402:1 MIKS903:1]" {
		t.Errorf("notifications %v", notes)
	}
	if !strings.Contains(string(out), `"profile":"development, production"`) {
		t.Error("profiles")
	}
}

// A shard that failed makes the whole unsuccessful, and one that says less of a result does not hide it.
func TestMergeKeepsTheWorst(t *testing.T) {
	for n := range 20 {
		testKeepsTheWorst(t, fmt.Sprint(n))
	}
}

func testKeepsTheWorst(t *testing.T, alias string) {
	t.Helper()
	known := knownKey()
	known.Alias = alias // whose text orders two results that are alike in all else
	accepted := known
	accepted.Suppressed = &finding.Suppression{Kind: "external", Justification: "x"}
	a := render(t, "sarif", sampleRun(), Summary{Successful: true}, finding.Result{Findings: []finding.Finding{known}})
	b := render(t, "sarif", sampleRun(), Summary{}, finding.Result{Findings: []finding.Finding{accepted}})
	log := parse(t, merged(t, shard("a", a), shard("b", b))).Runs[0]
	if len(log.Results) != 1 || len(log.Results[0].Suppressions) > 0 {
		t.Errorf("%+v", log.Results)
	}
	if log.Invocations[0].ExecutionSuccessful {
		t.Error("one was not successful")
	}
}

func TestMergeVersions(t *testing.T) {
	old, recent := sampleRun(), sampleRun()
	old.Tool.Version, recent.Tool.Version = "1.9.0", "1.10.0"
	a := render(t, "sarif", old, Summary{Successful: true}, home(1, 3))
	b := render(t, "sarif", recent, Summary{Successful: true}, home(2, 3))
	out := merged(t, shard("a", a), shard("b", b))
	log := parse(t, out)
	if v := log.Runs[0].Tool.Driver.SemanticVersion; v != "1.10.0" {
		t.Errorf("version %s", v)
	}
	if said := saidOf(log); !strings.Contains(said, "several versions of mi-kscheck, from 1.9.0 to 1.10.0") {
		t.Error(said)
	}
}

func TestCompareVersions(t *testing.T) {
	order := []string{"0.1.0-dev", "0.1.0", "0.9.0", "0.10.0", "1.0.0-rc.1", "1.0.0"}
	for i := range order {
		for j := range order {
			if got := compareVersions(order[i], order[j]); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s and %s: %d", order[i], order[j], got)
			}
		}
	}
}

// What a formatter made of a report is the same report.
func TestMergeOfReformatted(t *testing.T) {
	a := render(t, "sarif", sampleRun(), Summary{Successful: true}, sample())
	b := render(t, "sarif", sampleRun(), Summary{Successful: true}, home(1, 7))
	var pretty bytes.Buffer
	e := json.NewEncoder(&pretty)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(decode(t, a)); err != nil { // members in the order of their names: results before tool
		t.Fatal(err)
	}
	if !bytes.Equal(merged(t, shard("a", a), shard("b", b)), merged(t, shard("a", pretty.Bytes()), shard("b", b))) {
		t.Error("reformatting makes a difference")
	}
}

func TestMergeRefuses(t *testing.T) {
	good := string(render(t, "sarif", sampleRun(), Summary{Successful: true}, sample()))
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	run := good[strings.Index(good, "[\n")+1 : strings.LastIndex(good, "]")]
	for name, c := range map[string]struct{ data, want string }{
		"nothing":         {"", notSARIF},
		"text":            {"deployment.toml:3: error", notSARIF},
		"a list":          {"[]", notSARIF},
		"half":            {good[:len(good)/2], notSARIF},
		"text behind it":  {good + "{}", notSARIF},
		"version":         {swap(`"version":"2.1.0"`, `"version":"2.0.0"`), notSARIF},
		"no version":      {swap(`"version":"2.1.0",`, ""), notSARIF},
		"another tool":    {swap(`"name":"mi-kscheck"`, `"name":"mi-other"`), "it is not a report of mi-kscheck"},
		"no run":          {`{"version":"2.1.0","runs":[]}`, "it holds 0 runs"},
		"two runs":        {swap(run, run+","+run), "it holds 2 runs"},
		"no invocation":   {swap(`"invocations"`, `"x"`), "does not say whether the run was successful"},
		"no place":        {swap(`"locations":[{"physicalLocation"`, `"locations":[{"x"`), notSARIF},
		"a result is odd": {swap(`"results":[`, `"results":[1,`), notSARIF},
		"null":            {swap(`"results":[`, `"results":[null,`), notSARIF},
		"null rule":       {swap(`"rules":[`, `"rules":[null,`), notSARIF},
		"an escape":       {swap(`"alias":"wso2carbon"`, `"alias":"\u001b[2J"`), unfitText},
		"a bidi mark":     {swap(`"alias":"wso2carbon"`, "\"alias\":\"\u202e\""), unfitText},
		"a command":       {swap(`"alias":"wso2carbon"`, `"alias":"##vso[x]"`), unfitText},
		"in a rule":       {swap(`"name":"KnownDefaultKey"`, `"name":"Known\u202e"`), unfitText},
		"too long":        {swap(`"alias":"wso2carbon"`, `"alias":"`+strings.Repeat("a", maxMember)+`"`), "a part of it is larger than 4 MiB"},
		"many rules":      {swap(`"rules":[`, `"rules":[`+strings.Repeat(`{"id":"x"},`, maxDescribed)), "it describes more than 2000 rules"},
		"many notes":      {swap(`"toolExecutionNotifications":[`, `"toolExecutionNotifications":[`+strings.Repeat(`{"message":{"text":"x"}},`, maxNotes)), "more notifications than mi-kscheck writes"},
		"no note":         {swap(`"toolExecutionNotifications":[`, `"toolExecutionNotifications":[null,`), notSARIF},
		"deep":            {swap(`"alias":"wso2carbon"`, `"alias":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)), notSARIF},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := Merge(&b, []Shard{shard("good", []byte(good)), shard("bad.sarif", []byte(c.data))})
			var refused *ShardError
			if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), "'bad.sarif' can't be merged: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("have %v, want %s", err, c.want)
			}
			if b.Len() > 0 {
				t.Error("something was written all the same")
			}
		})
	}
}

func TestMergeOfHostileStrings(t *testing.T) {
	for name, s := range hostileStrings() {
		a := render(t, "sarif", hostileRun(s), Summary{Successful: true, Notifications: hostileResult(s).Notes}, hostileResult(s))
		b := render(t, "sarif", sampleRun(), Summary{Successful: true}, sample())
		out := merged(t, shard("a", a), shard("b", b))
		if n := len(parse(t, out).Runs[0].Results); n != 6 { // the two hostile ones are of one place and fingerprint
			t.Errorf("%s: %d results", name, n)
		}
		for _, line := range strings.Split(string(out), "\n") {
			if at := unfit(line); at != "" {
				t.Errorf("%s: %s in %.200q", name, at, line)
			}
		}
	}
}

// TestMergeKeepsToTheLimits joins more than GitHub takes.
func TestMergeKeepsToTheLimits(t *testing.T) {
	var shards []Shard
	for n := range 3 {
		var results []finding.Result
		for i := range 900 {
			results = append(results, home(n*900+i, 12))
		}
		shards = append(shards, shard(fmt.Sprint(n), render(t, "sarif", sampleRun(), Summary{Successful: true}, results...)))
	}
	log := parse(t, merged(t, shards...))
	if n, count := len(log.Runs[0].Results), levels(log); n != maxResults || count["error"] != 2700*6 || count["warning"] != 2700*2 {
		t.Errorf("%d results: %v", n, count)
	}
	if said := saidOf(log); !strings.Contains(said, "Results were left out") {
		t.Error(said)
	}
}

func TestMergeWriteError(t *testing.T) {
	a := render(t, "sarif", sampleRun(), Summary{Successful: true}, home(1, 100), home(2, 100))
	if err := Merge(&brittle{left: 1000}, []Shard{shard("a", a)}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
