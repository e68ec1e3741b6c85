package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Every requirement says where it stands and in which words, and names rules that there are; each rule carries it.
func TestStandards(t *testing.T) {
	if len(rules.Standards()) < 4 {
		t.Fatal("standards.json can't be read")
	}
	for _, s := range rules.Standards() {
		if s.ID == "" || s.Name == "" || s.Short == "" || !strings.HasPrefix(s.URL, "https://") || s.Read == "" || len(s.Requirements) == 0 {
			t.Errorf("%q lacks a field", s.ID)
		}
		set, ok := rules.Set(s.ID)
		if !ok || !slices.Contains(rules.Sets(), s.ID) {
			t.Errorf("%s is no rule set", s.ID)
		}
		seen := map[string]bool{}
		for _, q := range s.Requirements {
			if q.Number == "" || len(strings.Fields(q.Words)) < 4 || len(q.Rules) == 0 || seen[q.Number] {
				t.Errorf("%s %q: number, a few words and rules, once", s.ID, q.Number)
			}
			seen[q.Number] = true
			for _, id := range q.Rules {
				r, ok := rules.Find(id)
				if !ok || r.ID != id || r.Package == "" {
					t.Errorf("%s %s: there is no rule %s", s.ID, q.Number, id)
					continue
				}
				want := rules.Citation{Standard: s.ID, Name: s.Short, Number: q.Number, Words: q.Words}
				if !slices.Contains(r.Requirements, want) || !slices.Contains(set, id) {
					t.Errorf("%s does not carry %s %s: run go generate ./rules", id, s.ID, q.Number)
				}
			}
		}
	}
	if _, ok := rules.Set("none"); ok {
		t.Error("there is a rule set 'none'")
	}
	for _, r := range rules.All() {
		if !r.Custom && len(r.Requirements) != len(rules.Citations(r.ID)) {
			t.Errorf("%s carries requirements that no standard has", r.ID)
		}
		for _, name := range r.Standards {
			for _, s := range rules.Standards() {
				if strings.HasPrefix(name, s.Short) || strings.Contains(name, "WSO2 production") {
					t.Errorf("%s: %q belongs into standards.json, with its words", r.ID, name)
				}
			}
		}
	}
}
