package deployment

import (
	"encoding/json"
	"fmt"
)

// Format implements fmt.Formatter: the name of the file and nothing of its content, whatever the verb.
func (d *Document) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s (%d problems)", d.File.URI, len(d.Problems))
}

// MarshalJSON gives the problems and no content: a Document holds the whole file.
func (d *Document) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		URI      string    `json:"uri"`
		Version  string    `json:"version"`
		Parsed   bool      `json:"parsed"`
		Problems []Problem `json:"problems"`
	}{d.File.URI, d.Version, d.Parsed, d.Problems})
}
