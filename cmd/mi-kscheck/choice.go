package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// choiceFlags choose the rules that are asked.
type choiceFlags struct {
	disable, enable, only, sets []string
}

func (f *choiceFlags) register(fs *pflag.FlagSet) {
	fs.StringSliceVar(&f.disable, "disable", nil, "leave out a `RULE` by ID, name or category (repeatable)")
	fs.StringSliceVar(&f.enable, "enable", nil, "ask a `RULE` all the same that --disable leaves out with its category (repeatable)")
	fs.StringSliceVar(&f.only, "only", nil, "ask this `RULE` and no other, by ID, name or category (repeatable)")
	fs.StringSliceVar(&f.sets, "ruleset", nil, "ask only the built-in rules of the rule set `NAME`: "+strings.Join(rules.Sets(), ", ")+" (repeatable)")
}

// rules gives the chosen rules in ID order. Sets are the rule sets of the configuration, which those of the command line replace.
func (f *choiceFlags) rules(c *rules.Catalogue, sets []string) ([]*rules.Rule, error) {
	all := c.Policies()
	if len(f.sets) > 0 {
		sets = f.sets
	}
	chosen, err := inSets(all, sets)
	if err != nil {
		return nil, err
	}
	if len(f.only) > 0 {
		only, err := matching(c, all, "--only", f.only)
		if err != nil {
			return nil, err
		}
		chosen = slices.DeleteFunc(only, func(r *rules.Rule) bool { return len(f.sets) > 0 && !slices.Contains(chosen, r) })
	}
	off, err := matching(c, all, "--disable", f.disable)
	if err != nil {
		return nil, err
	}
	on, err := matching(c, all, "--enable", f.enable)
	if err != nil {
		return nil, err
	}
	var out []*rules.Rule
	for _, r := range all {
		if slices.Contains(on, r) || slices.Contains(chosen, r) && !slices.Contains(off, r) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, usage("--ruleset, --only, --disable and --enable leave no rule to ask")
	}
	return out, nil
}

// inSets leaves the rules of some rule sets, all where there are none. Custom rules stay: someone added them on purpose.
func inSets(all []*rules.Rule, sets []string) ([]*rules.Rule, error) {
	if len(sets) == 0 {
		return all, nil
	}
	var ids []string
	for _, name := range sets {
		in, ok := rules.Set(name)
		if !ok {
			return nil, usage("--ruleset: there is no rule set %q; there are %s", name, strings.Join(rules.Sets(), ", "))
		}
		ids = append(ids, in...)
	}
	return slices.DeleteFunc(slices.Clone(all), func(r *rules.Rule) bool { return !r.Custom && !slices.Contains(ids, r.ID) }), nil
}

// named gives the rules that --only and --enable name by themselves, not with their category: they are asked whatever the
// configuration says. The words are those that rules accepted.
func (f *choiceFlags) named(c *rules.Catalogue) []*rules.Rule {
	var out []*rules.Rule
	for _, w := range slices.Concat(f.only, f.enable) {
		if r, ok := c.Find(w); ok {
			out = append(out, r)
		}
	}
	return out
}

// matching gives the rules that words name, in the order of all. A word that names none is an error.
func matching(c *rules.Catalogue, all []*rules.Rule, option string, words []string) ([]*rules.Rule, error) {
	var out []*rules.Rule
	for _, w := range words {
		n := len(out)
		for _, r := range all {
			if strings.EqualFold(w, r.ID) || strings.EqualFold(w, r.Name) || strings.EqualFold(w, r.Category) {
				out = append(out, r)
			}
		}
		if r, ok := c.Find(w); len(out) == n && !ok {
			return nil, usage("%s: there is no rule or category %q; 'mi-kscheck rules' lists them", option, w)
		} else if ok && r.Package == "" {
			return nil, usage("%s: %s is about the run itself and can't be chosen", option, r.ID)
		}
	}
	return out, nil
}
