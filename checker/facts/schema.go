package facts

import (
	_ "embed"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

//go:generate go run ./generate

//go:embed schema.gz
var packedSchemas []byte

// schemas are schema.json and fleet.json.
var schemas = packed.New(packedSchemas)

// JSONSchema is the published schema of the document (JSON Schema 2020-12, no additional properties anywhere). It is
// generated from the types of this package.
func JSONSchema() []byte { return schemas.Read("schema.json") }

// FleetSchema is that of the fleet document.
func FleetSchema() []byte { return schemas.Read("fleet.json") }
