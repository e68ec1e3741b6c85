package rules

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed standards.json
var standardsJSON []byte

// Standard is a document that asks for what rules find, with those of its requirements whose text was read. What was not read is
// not there, however likely it is.
type Standard struct {
	ID           string        `json:"id"`    // "owasp-asvs"; also the name of the rule set
	Name         string        `json:"name"`  // in full, with the version
	Short        string        `json:"short"` // as a report has room for
	URL          string        `json:"url"`
	Read         string        `json:"read"` // the text that the words are from
	Requirements []Requirement `json:"requirements"`
}

// Requirement is one requirement of a standard.
type Requirement struct {
	Number string   `json:"number"` // or the heading, where there are no numbers
	Words  string   `json:"words"`  // a few of its own words
	Rules  []string `json:"rules"`  // IDs of the rules that find where it is not met
}

// Citation is a requirement as a rule carries it.
type Citation struct {
	Standard string `json:"standard"` // ID
	Name     string `json:"name"`     // short
	Number   string `json:"number"`
	Words    string `json:"words"`
}

// standards parses the file once; TestStandards finds a broken one.
var standards = sync.OnceValue(func() []Standard {
	var all []Standard
	_ = json.Unmarshal(standardsJSON, &all)
	return all
})

// Standards lists the standards in a fixed order. The list must not be changed.
func Standards() []Standard { return standards() }

// Citations lists the requirements that a rule serves, in the order of Standards.
func Citations(id string) []Citation {
	var cs []Citation
	for _, s := range standards() {
		for _, q := range s.Requirements {
			if slices.Contains(q.Rules, id) {
				cs = append(cs, Citation{Standard: s.ID, Name: s.Short, Number: q.Number, Words: q.Words})
			}
		}
	}
	return cs
}

// References are all that a rule rests on, in words for a report: the requirements of standards, and what METADATA names beside them.
func (r *Rule) References() []string {
	var out []string
	for _, c := range r.Requirements {
		out = append(out, c.Name+": "+c.Number)
	}
	return append(out, r.Standards...)
}

// Sets lists the names of the rule sets.
func Sets() []string {
	var names []string
	for _, s := range standards() {
		names = append(names, s.ID)
	}
	return names
}

// Set gives the IDs of the rules of a rule set, in order: those that find where the standard of this name is not met.
func Set(name string) (ids []string, ok bool) {
	for _, s := range standards() {
		if s.ID != name {
			continue
		}
		for _, q := range s.Requirements {
			ids = append(ids, q.Rules...)
		}
		slices.Sort(ids)
		return slices.Compact(ids), true
	}
	return nil, false
}
