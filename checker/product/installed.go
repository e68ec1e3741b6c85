package product

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Installed makes the table of an installation from the config mapper's files that lie in it
// (repository/resources/conf/default.json, key-mappings.json, infer.json; mi-semantics section 1): they count before the
// built-in table of that version. A file that is missing (nil) leaves that part as the built-in table has it, and so does
// what its templates read.
func Installed(version string, defaults, mappings, infer []byte) (*Table, error) {
	built := For(version)
	t := &Table{Version: version, Default: built.Default, KeyMappings: built.KeyMappings, Infer: built.Infer, Read: maps.Clone(built.Read)}
	if version == "" {
		t.Version = built.Version
	}
	if defaults != nil {
		t.Default = nil
		if err := json.Unmarshal(defaults, &t.Default); err != nil {
			return nil, fmt.Errorf("reading default.json: %w", err)
		}
	}
	if mappings != nil {
		t.KeyMappings = nil
		if err := json.Unmarshal(mappings, &t.KeyMappings); err != nil {
			return nil, fmt.Errorf("reading key-mappings.json: %w", err)
		}
	}
	if infer != nil {
		t.Infer = nil
		if err := json.Unmarshal(infer, &t.Infer); err != nil {
			return nil, fmt.Errorf("reading infer.json: %w", err)
		}
	}
	return t, nil
}
