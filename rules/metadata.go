package rules

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// FromMetadata reads a rule from the METADATA of its policy: what stands under `custom`, the title and the description. What
// METADATA leaves out has its default. Package and category are the caller's to set. An error names the field that does not fit.
func FromMetadata(custom map[string]any, title, description string) (*Rule, error) {
	raw, err := json.Marshal(custom)
	if err != nil {
		return nil, err
	}
	r := &Rule{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(r); err != nil {
		return nil, err
	}
	r.Title, r.Description = title, strings.Join(strings.Fields(description), " ")
	if r.PointsAt == "" {
		r.PointsAt = "definition"
	}
	r.Levels = []string{r.Level}
	for _, v := range r.Variants {
		if v.Level != "" && !slices.Contains(r.Levels, v.Level) {
			r.Levels = append(r.Levels, v.Level)
		}
	}
	rank := []string{"error", "warning", "note"}
	slices.SortFunc(r.Levels, func(a, b string) int { return slices.Index(rank, a) - slices.Index(rank, b) })
	return r, nil
}
