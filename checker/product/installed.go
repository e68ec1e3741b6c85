package product

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
)

// What is read of an installation's files. The product's own have 70 KB and 700 keys.
const (
	MaxInstalled     = 1 << 20 // bytes of one file
	maxInstalledKeys = 20_000  // of one file
)

// InstalledFiles are the names of the config mapper's files in an installation's repository/resources/conf.
func InstalledFiles() []string { return []string{"default.json", "key-mappings.json", "infer.json"} }

// InstalledError tells which of an installation's files can't be used, and why.
type InstalledError struct {
	File   string // one of InstalledFiles
	Reason string
}

func (e *InstalledError) Error() string { return e.File + ": " + e.Reason }

// Installed makes the table of an installation from the config mapper's files that lie in it
// (repository/resources/conf/default.json, key-mappings.json, infer.json; mi-semantics section 1): they count before the
// built-in table of that version. A file that is missing (nil) leaves that part as the built-in table has it, and so does
// what its templates read. The error is an *InstalledError.
func Installed(version string, defaults, mappings, infer []byte) (*Table, error) {
	built := For(version)
	t := &Table{Version: built.Version, Default: built.Default, KeyMappings: built.KeyMappings, Infer: built.Infer, Read: maps.Clone(built.Read), Installed: true}
	if defaults != nil {
		t.Default = nil
		if err := decode("default.json", defaults, &t.Default); err != nil {
			return nil, err
		}
		if err := counted("default.json", len(t.Default)); err != nil {
			return nil, err
		}
	}
	if mappings != nil {
		t.KeyMappings = nil
		if err := decode("key-mappings.json", mappings, &t.KeyMappings); err != nil {
			return nil, err
		}
		if err := counted("key-mappings.json", len(t.KeyMappings)); err != nil {
			return nil, err
		}
	}
	if infer != nil {
		t.Infer = nil
		if err := decode("infer.json", infer, &t.Infer); err != nil {
			return nil, err
		}
		if err := counted("infer.json", len(t.Infer)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// decode reads one of the files, which is a JSON object and nothing behind it.
func decode(name string, data []byte, into any) error {
	if len(data) > MaxInstalled {
		return &InstalledError{name, fmt.Sprintf("it is larger than %d MiB", MaxInstalled>>20)}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	err := d.Decode(into)
	var form *json.UnmarshalTypeError
	switch {
	case errors.As(err, &form):
		return &InstalledError{name, fmt.Sprintf("line %d is not what the product has there: %s", line(data, form.Offset), shapes[name])}
	case err != nil:
		return &InstalledError{name, fmt.Sprintf("line %d is no JSON", line(data, d.InputOffset()+syntaxOffset(err)))}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &InstalledError{name, "something stands behind its last brace"}
	}
	return nil
}

// counted holds a file to its limit.
func counted(name string, keys int) error {
	if keys > maxInstalledKeys {
		return &InstalledError{name, fmt.Sprintf("it has more than %d keys", maxInstalledKeys)}
	}
	return nil
}

// shapes say what each file is.
var shapes = map[string]string{
	"default.json":      "an object of keys with their defaults",
	"key-mappings.json": "an object of keys with the keys that they stand for",
	"infer.json":        "an object of keys, of values, of the keys that these bring",
}

// syntaxOffset is where in the part that it could not read the decoder stopped; the end of the file is no place of its own.
func syntaxOffset(err error) int64 {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Offset
	}
	return 0
}

// line is the 1-based line of an offset.
func line(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:max(0, min(int(offset), len(data)))], []byte("\n"))
}
