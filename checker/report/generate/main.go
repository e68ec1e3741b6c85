// Command generate writes the JSON Schema of the format json from the types of package report and their comments. Run it by
// go generate ./checker/report.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/invopop/jsonschema"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

func main() {
	log.SetFlags(0)
	r := jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true, AllowAdditionalProperties: true}
	for path, dir := range map[string]string{"github.com/mi-kscheck/mi-kscheck/checker/report": ".", "github.com/mi-kscheck/mi-kscheck/checker/source": "../source"} {
		if err := r.AddGoComments(path, dir, jsonschema.WithFullComment()); err != nil {
			log.Fatal(err)
		}
	}
	s := r.Reflect(&report.JSONReport{})
	s.ID = jsonschema.ID(fmt.Sprintf("https://github.com/mi-kscheck/mi-kscheck/schema/report-%d.json", report.JSONVersion))
	s.Title = "A report of mi-kscheck in the format json"
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(s); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("schema.json", b.Bytes(), 0o644); err != nil { //nolint:gosec // a source file is world-readable
		log.Fatal(err)
	}
	if err := packed.Write("schema.gz", map[string]string{"schema.json": b.String()}); err != nil {
		log.Fatal(err)
	}
}
