package rules

import (
	_ "embed"
	"encoding/json"
	"sort"
	"strings"
	"sync"
)

//go:generate go run ./generate

//go:embed catalogue.json
var catalogueJSON []byte

// catalogue parses the generated file once. It is part of the binary, so that a failure is a fault of the build, which
// TestCatalogue finds; a broken one gives the run rules alone.
var catalogue = sync.OnceValue(func() []*Rule {
	var rs []*Rule
	_ = json.Unmarshal(catalogueJSON, &rs)
	rs = append(rs, Run()...)
	sort.Slice(rs, func(i, j int) bool { return rs[i].ID < rs[j].ID })
	return rs
})

// All lists the rules in ID order, those of the run itself (9xx) included. The list and the rules must not be changed.
func All() []*Rule { return catalogue() }

// Find gives a rule by ID or name, without regard to case.
func Find(idOrName string) (*Rule, bool) {
	for _, r := range All() {
		if strings.EqualFold(r.ID, idOrName) || strings.EqualFold(r.Name, idOrName) {
			return r, true
		}
	}
	return nil, false
}

// Policies lists the rules that are judged by a policy: all but the 9xx.
func Policies() []*Rule {
	var rs []*Rule
	for _, r := range All() {
		if r.Package != "" {
			rs = append(rs, r)
		}
	}
	return rs
}

// Run lists the rules about the run itself. They are notifications, never results, and come from Go (rules.md, 9xx).
func Run() []*Rule {
	return []*Rule{
		{
			ID: "MIKS903", Name: "unreadable", Category: "run", Level: "warning", Levels: []string{"warning"}, Precision: "very-high",
			PointsAt: "use", Since: "0.1.0",
			Title:       "File or folder could not be read",
			Description: "A file or folder that belongs to the check could not be read. What depends on it was not judged.",
			Message:     "'{{uri}}' could not be read: {{reason}}.",
			Fix:         "Give the checker read permission, or leave the path out with --exclude.",
		},
	}
}
