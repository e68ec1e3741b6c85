package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// publishedSchema is what readers of the format json are given.
func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parseJSON(t *testing.T, b []byte) JSONReport {
	t.Helper()
	var r JSONReport
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields() // the types are the whole of the format
	if err := d.Decode(&r); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if err := publishedSchema(t).Validate(doc); err != nil {
		t.Errorf("the report is not of the published schema: %v", err)
	}
	return r
}

func TestJSON(t *testing.T) {
	out := render(t, "json", sampleRun(), Summary{Successful: true}, sample(), finding.Result{URI: "clean.toml"})
	golden(t, "sample.json", out)
	r := parseJSON(t, out)
	if r.Version != JSONVersion || r.Tool.Name != toolName || len(r.Targets) != 2 || len(r.Targets[0].Findings) != 5 {
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

// TestPacked holds the schema that is embedded to the one that people read.
func TestPacked(t *testing.T) {
	if want, err := os.ReadFile("schema.json"); err != nil || !bytes.Equal(JSONSchema(), want) {
		t.Errorf("what is embedded is not schema.json (%v): run go generate ./checker/report", err)
	}
}

// TestJSONSchemaHolds breaks reports in ways that the schema must see.
func TestJSONSchemaHolds(t *testing.T) {
	good := string(render(t, "json", sampleRun(), Summary{Successful: true}, sample()))
	for _, c := range [][2]string{
		{`"level":"error"`, `"level":"fatal"`}, {`"rule":"MIKS203"`, `"rules":"MIKS203"`}, {`"version":1`, `"version":"1"`}, {`"summary":`, `"total":`},
		{`"start_line":12`, `"start_line":"12"`},
	} {
		if !strings.Contains(good, c[0]) {
			t.Errorf("there is no %s", c[0])
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(good, c[0], c[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if publishedSchema(t).Validate(doc) == nil {
			t.Errorf("%s passes", c[1])
		}
	}
}
