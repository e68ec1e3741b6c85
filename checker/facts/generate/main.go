// Command generate writes the JSON Schema of the input document from the types of package facts and their comments. Run it by
// go generate ./checker/facts.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/invopop/jsonschema"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

func main() {
	log.SetFlags(0)
	r := jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true}
	if err := r.AddGoComments("github.com/mi-kscheck/mi-kscheck/checker/facts", ".", jsonschema.WithFullComment()); err != nil {
		log.Fatal(err)
	}
	s := r.Reflect(&facts.Document{})
	s.ID = jsonschema.ID(fmt.Sprintf("https://github.com/mi-kscheck/mi-kscheck/schema/input-%d.json", facts.SchemaVersion))
	s.Title = "The document that mi-kscheck's policies judge"
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
}
