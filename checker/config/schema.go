package config

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

//go:generate go test . -run ^TestSchema$ -update

//go:embed schema.gz
var packedSchema []byte

// JSONSchema is the published schema of the configuration, for editors (JSON Schema 2020-12). It is made of the tables that the
// parser reads by.
func JSONSchema() []byte { return packed.New(packedSchema).Read("schema.json") }

// makeSchema makes the schema.
func makeSchema() ([]byte, error) {
	top := object(topFields)
	properties, _ := top["properties"].(map[string]any)
	properties["rules"] = rulesSchema("rules that are off, and settings of single rules")
	environment := object(environmentFields, "name", "paths")
	inner, _ := environment["properties"].(map[string]any)
	inner["rules"] = rulesSchema("as [rules], for this environment alone")
	for name, items := range map[string]any{
		"environment": environment, "mount": object(mountFields, "path"), "waiver": object(waiverFields, "rule", "reason"),
	} {
		if p, ok := properties[name].(map[string]any); ok {
			p["items"] = items
		}
	}
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["$id"] = "https://raw.githubusercontent.com/mi-kscheck/mi-kscheck/main/checker/config/schema.json"
	top["title"] = FileName
	top["description"] = "Configuration of mi-kscheck"
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(top)
	return b.Bytes(), err
}

// object is a table with these keys and no others.
func object(fields []field, required ...string) map[string]any {
	properties := map[string]any{}
	for _, f := range fields {
		properties[f.name] = f.schema()
	}
	o := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (f *field) schema() map[string]any {
	s := map[string]any{"description": f.doc}
	switch f.kind {
	case text:
		s["type"] = "string"
	case date: // a date of TOML comes to JSON as a text
		s["type"], s["format"] = "string", "date"
	case texts:
		s["type"], s["items"] = "array", map[string]any{"type": "string"}
	case number:
		s["type"], s["minimum"] = "integer", 0
	case boolean:
		s["type"] = "boolean"
	case table:
		s["type"] = "object"
	case tables:
		s["type"] = "array"
	}
	if len(f.one) > 0 {
		s["enum"] = f.one
	}
	return s
}

// rulesSchema is [rules]: the list of rules that are off, and a table for each rule, by ID or name. An editor is offered the
// parameters of all built-in rules; the parser knows whose they are, and what custom rules have.
func rulesSchema(doc string) map[string]any {
	one := object(ruleFields)
	fields, _ := one["properties"].(map[string]any)
	for _, r := range rules.Policies() {
		for name, p := range r.Parameters {
			f := field{name: name, kind: kindOf(p.Type), doc: "of " + r.ID + " " + r.Name + ": " + p.Description}
			s := f.schema()
			if len(p.Values) > 0 {
				s["enum"] = p.Values
			}
			fields[name] = s
		}
	}
	var builtIn []string
	for _, r := range rules.Policies() {
		builtIn = append(builtIn, r.Name)
	}
	custom := object(ruleFields)
	custom["additionalProperties"] = true
	return map[string]any{
		"type": "object", "description": doc, "additionalProperties": custom, "propertyNames": map[string]any{"pattern": "^[A-Za-z]"},
		"properties": map[string]any{
			"off": map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "rules that are not asked, by ID, name or category"},
		},
		"patternProperties": map[string]any{"^(MIKS[0-9]{3}|" + strings.Join(builtIn, "|") + ")$": one},
	}
}
