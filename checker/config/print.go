package config

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Print writes what is in force and where it comes from, as a configuration that says the same.
func (c *Config) Print(w io.Writer) error {
	p := &printer{c: c}
	if c.Name == "" {
		p.text("# There is no " + FileName + "; this is what holds without one.")
	} else {
		from := quotedName(c.Name)
		for _, b := range c.Bases {
			from += ", which extends " + quotedName(b)
		}
		p.text("# In force by " + from + ".")
	}
	p.value("fail_on", quote(or(c.FailOn, "error")), "fail_on")
	p.value("profile", quote(c.profile(nil)), "profile")
	p.value("exclude", list(c.Exclude), "exclude")
	if c.KnownKeys != "" {
		p.value("known_keys", quote(c.KnownKeys), "known_keys")
	}
	if c.ForbiddenPasswords != "" {
		p.value("forbidden_passwords", quote(c.ForbiddenPasswords), "forbidden_passwords")
	}
	if len(c.Policies) > 0 {
		p.value("policy", list(c.Policies), "policy")
	}
	if c.PolicyKey != "" {
		p.value("policy_key", quote(c.PolicyKey), "policy_key")
	}
	if len(c.RuleSets) > 0 {
		p.value("ruleset", list(c.RuleSets), "ruleset")
	}
	p.value("unwaivable", list(c.Unwaivable), "unwaivable")
	if c.MaxDays > 0 {
		p.value("max_waiver_days", strconv.Itoa(c.MaxDays), "max_waiver_days")
	}
	if slices.ContainsFunc(c.All(), func(t Terms) bool { return t.Profile == Development }) {
		p.text("# The profile development makes these notes, unless their level is set: " + strings.Join(development, ", "))
	}
	p.rules("rules", "rules", c.Rules)
	for i := range c.Environments {
		e := &c.Environments[i]
		path := at("environment", i)
		p.text("\n[[environment]]" + p.from(path))
		p.value("name", quote(e.Name), at(path, "name"))
		p.value("paths", list(e.Paths), at(path, "paths"))
		p.value("profile", quote(c.profile(e)), at(path, "profile"))
		p.rules("environment.rules", at(path, "rules"), e.Rules)
	}
	for i, m := range c.Mounts {
		p.text("\n[[mount]]" + p.from(at("mount", i)))
		p.text("path = " + quote(m))
	}
	for i := range c.Waivers {
		v := &c.Waivers[i]
		p.text("\n[[waiver]]" + p.from(at("waiver", i)))
		p.text("rule = " + quote(v.Rule) + "  # " + p.ruleName(v.Rule))
		for _, x := range []struct{ key, value string }{{"path", v.Path}, {"store", v.Store}} {
			if x.value != "" {
				p.text(x.key + " = " + quote(x.value))
			}
		}
		if !v.Until.IsZero() {
			p.text("until = " + v.Until.Format("2006-01-02"))
		}
		p.text("reason = " + quote(v.Reason))
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	c *Config
	b strings.Builder
}

func (p *printer) text(s string) { p.b.WriteString(s + "\n") }

func (p *printer) value(key, value, path string) { p.text(key + " = " + value + p.from(path)) }

// from says where something is set.
func (p *printer) from(path string) string {
	if at, ok := p.c.lines[path]; ok {
		return "  # " + p.places(at)
	}
	return "  # default"
}

func (p *printer) places(at []place) string {
	var out []string
	for _, x := range at {
		line := fmt.Sprintf("line %d", x.line)
		if x.file != p.c.Name {
			line = quotedName(x.file) + ", " + line
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

// rules writes what is set of rules, in ID order, and at the top also the defaults of the parameters that are not.
func (p *printer) rules(table, path string, set Rules) {
	for _, r := range p.c.catalogue.Policies() {
		var lines []string
		from := func(name string) string { return p.from(at(path, r.ID, name)) }
		s := set[r.ID]
		if s.Level != "" {
			lines = append(lines, "level = "+quote(string(s.Level))+from("level"))
		}
		if s.Off != nil {
			lines = append(lines, "off = "+strconv.FormatBool(*s.Off)+from("off"))
		}
		for _, name := range sortedKeys(r.Parameters) {
			if v, ok := s.Parameters[name]; ok {
				lines = append(lines, name+" = "+literal(v)+from(name))
			} else if path == "rules" {
				lines = append(lines, name+" = "+literal(r.Parameters[name].Default)+"  # default")
			}
		}
		if len(lines) > 0 {
			p.text(fmt.Sprintf("\n[%s.%s]  # %s", table, r.ID, r.Name))
			p.text(strings.Join(lines, "\n"))
		}
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (p *printer) ruleName(id string) string {
	if r, ok := p.c.catalogue.Find(id); ok {
		return r.Name
	}
	return id
}

// quotedName is a file's name in a comment, where a line break would end it.
func quotedName(s string) string { return "'" + strings.Map(printable, s) + "'" }

func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

// quote writes a TOML string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case !unicode.IsPrint(r): // nothing that a terminal obeys, and no text that runs backwards
			fmt.Fprintf(&b, "\\U%08X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func list(texts []string) string {
	var out []string
	for _, s := range texts {
		out = append(out, quote(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func literal(v any) string {
	switch x := v.(type) {
	case string:
		return quote(x)
	case []any:
		var out []string
		for _, e := range x {
			out = append(out, literal(e))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	return fmt.Sprint(v)
}
