package deployment

import "encoding/json"

// MarshalJSON gives the problems and no content: a Document holds the whole file.
func (d *Document) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		URI      string    `json:"uri"`
		Version  string    `json:"version"`
		Parsed   bool      `json:"parsed"`
		Problems []Problem `json:"problems"`
	}{d.File.URI, d.Version, d.Parsed, d.Problems})
}
