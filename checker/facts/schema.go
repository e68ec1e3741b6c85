package facts

import _ "embed"

//go:generate go run ./generate

//go:embed schema.json
var schemaJSON []byte

//go:embed fleet.json
var fleetJSON []byte

// JSONSchema is the published schema of the document (JSON Schema 2020-12, no additional properties anywhere). It is
// generated from the types of this package.
func JSONSchema() []byte { return schemaJSON }

// FleetSchema is that of the fleet document.
func FleetSchema() []byte { return fleetJSON }
