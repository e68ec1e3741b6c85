// Command generate writes the JSON Schemas of the input documents from the types of package facts and their comments. Run it by
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
	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

func main() {
	log.SetFlags(0)
	r := jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true}
	if err := r.AddGoComments("github.com/mi-kscheck/mi-kscheck/checker/facts", ".", jsonschema.WithFullComment()); err != nil {
		log.Fatal(err)
	}
	files := map[string]string{}
	files["schema.json"] = write(&r, &facts.Document{}, "schema.json", "input", facts.SchemaVersion, "The document that mi-kscheck's policies judge")
	files["fleet.json"] = write(&r, &facts.Fleet{}, "fleet.json", "fleet", facts.FleetVersion, "The document by which mi-kscheck's policies judge a run as a whole")
	if err := packed.Write("schema.gz", files); err != nil {
		log.Fatal(err)
	}
}

// write puts the schema of a document's type beside the package, and gives it.
func write(r *jsonschema.Reflector, document any, file, name string, version int, title string) string {
	s := r.Reflect(document)
	s.ID = jsonschema.ID(fmt.Sprintf("https://github.com/mi-kscheck/mi-kscheck/schema/%s-%d.json", name, version))
	s.Title = title
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(s); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil { //nolint:gosec // a source file is world-readable
		log.Fatal(err)
	}
	return b.String()
}
