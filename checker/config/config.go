// Package config reads .mi-kscheck.toml, the configuration of the checker itself: what fails a run, which rules are asked and
// how severe they are, what is accepted, and where that differs by environment. It knows TOML and the rules' METADATA; it opens
// no file and changes nothing by itself. Whoever runs the checker hands its values on.
package config

import (
	"maps"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// MaxChain is how many files a configuration may be made of.
const MaxChain = 8

// FileName is what the file is called that is looked for.
const FileName = ".mi-kscheck.toml"

// The profiles.
const (
	Production  = "production"  // the levels of the catalogue
	Development = "development" // what is normal on a developer's machine is a note
)

// development lists the rules that are notes in the development profile.
var development = []string{"MIKS101", "MIKS102", "MIKS104", "MIKS201", "MIKS203", "MIKS204", "MIKS301", "MIKS302", "MIKS308", "MIKS402"}

// Config is what one file says. The zero value is what holds without a file.
type Config struct {
	Name string // of the file, as it is shown; empty: there is none

	// Bases are the configurations that it extends, the nearest first.
	Bases []string

	FailOn  string // error, warning, note, never; empty: not set
	Profile string // empty: production
	Exclude []string
	Mounts  []string // paths relative to MI home, or absolute, that exist only at run time
	// KnownKeys and ForbiddenPasswords name files, relative to the folder of this one.
	KnownKeys, ForbiddenPasswords string
	// Policies are folders and bundles of custom policies, and PolicyKey the file with the key that bundles must be signed with; all
	// relative to the folder of this one.
	Policies  []string
	PolicyKey string

	Rules        Rules
	Environments []Environment
	Waivers      []waiver.Waiver
	Unwaivable   []string // IDs
	MaxDays      int      // of a waiver; 0: no limit
	RuleSets     []string // names; empty: all rules

	lines map[string][]place // where each path is set
	// catalogue holds the rules that it may name; nil: the built-in ones.
	catalogue *rules.Catalogue
}

// Rules is what is set of rules, by ID.
type Rules map[string]Setting

// Setting is what is set of one rule.
type Setting struct {
	Level      finding.Level // empty: not set
	Off        *bool         // nil: not set
	Parameters map[string]any
}

// Environment is a part of the files with settings of its own.
type Environment struct {
	Name    string
	Paths   []string // globs on the files that it holds
	Profile string   // empty: that of the whole
	Rules   Rules
}

// Terms are what a file is judged by.
type Terms struct {
	Environment string // empty: none
	Profile     string
	Levels      map[string]finding.Level // by rule ID, where not the catalogue's
	Off         map[string]bool          // by rule ID
	Parameters  map[string]any           // of built-in rules, where not the default
	// Own are the parameters of custom rules, by ID, where not the default.
	Own map[string]map[string]any
}

// For gives the terms for a file: those of the first environment that holds it, else those of the whole.
func (c *Config) For(uri string) Terms {
	for i := range c.Environments {
		e := &c.Environments[i]
		if slices.ContainsFunc(e.Paths, func(p string) bool { return waiver.Match(p, uri) }) {
			return c.terms(e)
		}
	}
	return c.terms(nil)
}

func (c *Config) terms(e *Environment) Terms {
	t := Terms{Profile: c.profile(e), Levels: map[string]finding.Level{}, Off: map[string]bool{}, Parameters: map[string]any{}, Own: map[string]map[string]any{}}
	if t.Profile == Development {
		for _, id := range development {
			t.Levels[id] = finding.Note
		}
	}
	t.set(c.catalogue, c.Rules)
	if e != nil {
		t.Environment = e.Name
		t.set(c.catalogue, e.Rules)
	}
	return t
}

func (c *Config) profile(e *Environment) string {
	switch {
	case e != nil && e.Profile != "":
		return e.Profile
	case c.Profile != "":
		return c.Profile
	}
	return Production
}

func (t *Terms) set(catalogue *rules.Catalogue, rs Rules) {
	for id, s := range rs {
		if s.Level != "" {
			t.Levels[id] = s.Level
		}
		if s.Off != nil {
			t.Off[id] = *s.Off
		}
		into := t.Parameters
		if r, ok := catalogue.Find(id); ok && r.Custom {
			into = maps.Clone(t.Own[id])
			if into == nil {
				into = map[string]any{}
			}
			t.Own[id] = into
		}
		maps.Copy(into, s.Parameters)
	}
}

// All gives the terms of the whole and of each environment, in this order.
func (c *Config) All() []Terms {
	all := []Terms{c.terms(nil)}
	for i := range c.Environments {
		all = append(all, c.terms(&c.Environments[i]))
	}
	return all
}

// Off tells whether a rule is asked nowhere.
func (c *Config) Off(r *rules.Rule) bool {
	return !slices.ContainsFunc(c.All(), func(t Terms) bool { return !t.Off[r.ID] })
}

// Version is the one of the format.
const Version = 1

// Profiles names what the run as a whole is judged by: the profile, or both where environments differ.
func (c *Config) Profiles() string {
	p := c.profile(nil)
	for i := range c.Environments {
		if q := c.profile(&c.Environments[i]); q != p {
			return "by environment"
		}
	}
	return p
}
