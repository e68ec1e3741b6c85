package rules

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Catalogue is the rules of a run: the built-in ones and those of custom policies. The zero value holds the built-in ones. It
// must not be changed.
type Catalogue struct {
	own []*Rule // of custom policies, in ID order
}

// BuiltIn is the catalogue without custom policies.
func BuiltIn() *Catalogue { return &Catalogue{} }

// With is the built-in catalogue with the rules of custom policies, whose IDs and names are their own (policy.Load sees to that).
func With(own []*Rule) *Catalogue {
	own = slices.Clone(own)
	slices.SortFunc(own, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return &Catalogue{own: own}
}

// All lists the built-in rules in ID order, those of the run itself (9xx) included, and behind them the custom ones.
func (c *Catalogue) All() []*Rule {
	if c == nil || len(c.own) == 0 {
		return catalogue()
	}
	return slices.Concat(catalogue(), c.own)
}

// Policies lists the rules that are judged by a policy: all but the 9xx.
func (c *Catalogue) Policies() []*Rule {
	var rs []*Rule
	for _, r := range c.All() {
		if r.Package != "" {
			rs = append(rs, r)
		}
	}
	return rs
}

// Find gives a rule by ID or name, without regard to case.
func (c *Catalogue) Find(idOrName string) (*Rule, bool) {
	for _, r := range c.All() {
		if strings.EqualFold(r.ID, idOrName) || strings.EqualFold(r.Name, idOrName) {
			return r, true
		}
	}
	return nil, false
}

// Nearest suggests a rule for a word that names none; empty where nothing is near.
func (c *Catalogue) Nearest(word string) string {
	if len(word) > 100 {
		return ""
	}
	best, at := "", 4
	for _, r := range c.All() {
		for _, name := range []string{r.ID, r.Name} {
			if n := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(name)); n < at {
				best, at = name, n
			}
		}
	}
	return best
}
