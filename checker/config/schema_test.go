package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

var update = flag.Bool("update", false, "write schema.json and schema.gz anew")

func TestSchema(t *testing.T) {
	want, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := packed.Write("schema.gz", map[string]string{"schema.json": string(want)}); err != nil {
			t.Fatal(err)
		}
		return
	}
	read, err := os.ReadFile("schema.json")
	if err != nil || !bytes.Equal(want, read) || !bytes.Equal(want, JSONSchema()) {
		t.Errorf("schema.json or schema.gz is not what the tables of fields give (%v): run go generate ./checker/config", err)
	}
}

// The parser and the schema agree on what a configuration may hold.
func TestSchemaAgrees(t *testing.T) {
	s := compiled(t)
	for _, text := range []string{full, "", "fail_on = \"never\"", "[rules]\noff = [\"tls\"]", "[[mount]]\npath = \"/x\""} {
		if err := s.Validate(asJSON(t, text)); err != nil {
			t.Errorf("the schema refuses what the parser takes: %v\n%s", err, text)
		}
		if _, err := Parse("c", []byte(text), today); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	for _, text := range []string{
		"fail-on = \"error\"", "fail_on = \"fatal\"", "profile = 1", "exclude = \"a\"", "exclude = [1]", "max_waiver_days = \"x\"", "mount = 1",
		"[[mount]]", "[[environment]]\nname = \"x\"", "[[environment]]\npaths = [\"x\"]", "[[waiver]]\nrule = \"MIKS301\"", "[[waiver]]\nreason = \"x\"",
		"[[waiver]]\nrule = \"MIKS301\"\nreason = \"x\"\nunless = 1", "[rules.MIKS304]\nexpiring_days = \"x\"", "[rules.MIKS304]\nlevel = \"loud\"",
		"[rules.MIKS304]\noff = 1", "[rules.MIKS109]\npassword_length = 10", "[rules.304]\nlevel = \"note\"", "[rules]\noff = \"x\"", "policy = \"x\"", "extends = 1",
	} {
		if s.Validate(asJSON(t, text)) == nil {
			t.Errorf("the schema takes what the parser refuses:\n%s", text)
		}
		if _, err := Parse("c", []byte(text), today); err == nil {
			t.Errorf("the parser takes it:\n%s", text)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func asJSON(t *testing.T, text string) any {
	t.Helper()
	var v map[string]any
	if err := toml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if v == nil {
		v = map[string]any{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
