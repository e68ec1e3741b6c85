package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// place is where something is set.
type place struct {
	file string
	line int
}

// places notes where the reader found what it read.
func (c *Config) places(r *reader) {
	c.lines = map[string][]place{}
	for path, n := range r.lines {
		c.lines[path] = []place{{r.name, n}}
	}
	for path, n := range r.offs {
		c.lines[path] = []place{{r.name, n}}
	}
}

// over lays a configuration over the one that it extends.
func (c *Config) over(b *Config) *Config {
	c.Bases = append([]string{b.Name}, b.Bases...)
	for _, x := range []struct{ own, base *string }{
		{&c.FailOn, &b.FailOn}, {&c.Profile, &b.Profile}, {&c.KnownKeys, &b.KnownKeys}, {&c.ForbiddenPasswords, &b.ForbiddenPasswords},
		{&c.PolicyKey, &b.PolicyKey},
	} {
		if *x.own == "" {
			*x.own = *x.base
		}
	}
	if c.MaxDays == 0 {
		c.MaxDays = b.MaxDays
	}
	if len(c.RuleSets) == 0 {
		c.RuleSets = b.RuleSets
	}
	kept := slices.DeleteFunc(slices.Clone(b.Environments), func(e Environment) bool { return c.environment(e.Name) })
	c.take(b, map[string]int{"mount": len(c.Mounts), "waiver": len(c.Waivers)}, kept)
	c.Exclude, c.Policies, c.Mounts = slices.Concat(c.Exclude, b.Exclude), slices.Concat(c.Policies, b.Policies), slices.Concat(c.Mounts, b.Mounts)
	c.Waivers, c.Environments = slices.Concat(c.Waivers, b.Waivers), slices.Concat(c.Environments, kept)
	for _, id := range b.Unwaivable {
		if !slices.Contains(c.Unwaivable, id) {
			c.Unwaivable = append(c.Unwaivable, id)
		}
	}
	for id, s := range b.Rules {
		own := c.Rules[id]
		if own.Level == "" {
			own.Level = s.Level
		}
		if own.Off == nil {
			own.Off = s.Off
		}
		parameters := maps.Clone(s.Parameters)
		if parameters == nil {
			parameters = map[string]any{}
		}
		maps.Copy(parameters, own.Parameters)
		own.Parameters = parameters
		c.Rules[id] = own
	}
	return c
}

func (c *Config) environment(name string) bool {
	return slices.ContainsFunc(c.Environments, func(e Environment) bool { return e.Name == name })
}

// take adds the places of what is taken over, where lists have grown by what stands behind the own elements.
func (c *Config) take(b *Config, grown map[string]int, kept []Environment) {
	for path, at := range b.lines {
		parts := strings.Split(path, separator)
		if len(parts) > 1 && strings.HasPrefix(parts[1], "#") {
			n, err := strconv.Atoi(parts[1][1:])
			switch shift, list := grown[parts[0]]; {
			case err != nil:
				continue
			case parts[0] == "environment":
				i := -1
				if n < len(b.Environments) {
					i = slices.IndexFunc(kept, func(e Environment) bool { return e.Name == b.Environments[n].Name })
				}
				if i < 0 {
					continue
				}
				parts[1] = "#" + strconv.Itoa(len(c.Environments)+i)
			case list:
				parts[1] = "#" + strconv.Itoa(n+shift)
			default:
				continue // an element of a list that has one place
			}
			path = strings.Join(parts, separator)
		}
		_, own := c.lines[path]
		switch {
		case !own:
			c.lines[path] = at
		case slices.Contains([]string{"exclude", "policy", "unwaivable"}, path):
			c.lines[path] = slices.Concat(c.lines[path], at)
		}
	}
}
