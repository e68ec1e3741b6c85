package config

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// section is a table of the file that is being read, with the fields that it may have.
type section struct {
	r      *reader
	path   string
	fields []field
	values map[string]any
}

// section checks the keys of a table: all are known, and have the right type. Those that are wrong are dropped.
func (r *reader) section(table, where string, values map[string]any, fields []field) section {
	s := section{r: r, path: table, fields: fields, values: map[string]any{}}
	for _, key := range sortedKeys(values) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key })
		switch {
		case i < 0:
			r.unknown(at(table, key), key, where, names(fields))
		case s.fits(&fields[i], values[key]):
			s.values[key] = values[key]
		}
	}
	return s
}

// fits tells whether a value is of the field's type; the fault is noted where it is not.
func (s *section) fits(f *field, v any) bool {
	ok := true
	switch f.kind {
	case text:
		_, ok = v.(string)
	case texts:
		var list []any
		if list, ok = v.([]any); ok {
			ok = !slices.ContainsFunc(list, func(x any) bool { _, is := x.(string); return !is })
		}
	case number:
		_, ok = v.(int64)
	case boolean:
		_, ok = v.(bool)
	case date:
		_, ok = v.(toml.LocalDate)
		if !ok {
			_, ok = v.(string)
		}
	case table:
		_, ok = v.(map[string]any)
	case tables:
		ok = isTables(v)
	}
	if !ok {
		s.r.fault(at(s.path, f.name), "'%s' takes %s", f.name, f.kind)
		return false
	}
	if length(v) > maxList {
		s.r.fault(at(s.path, f.name), "'%s' has more than %d elements", f.name, maxList)
		return false
	}
	if word, is := v.(string); is && len(f.one) > 0 && !slices.Contains(f.one, word) {
		s.r.fault(at(s.path, f.name), "'%s' is one of %s, not %.60q", f.name, strings.Join(f.one, ", "), word)
		return false
	}
	return true
}

// length is that of a list.
func length(v any) int {
	switch list := v.(type) {
	case []any:
		return len(list)
	case []map[string]any:
		return len(list)
	}
	return 0
}

func isTables(v any) bool {
	switch list := v.(type) {
	case []map[string]any:
		return true
	case []any:
		return !slices.ContainsFunc(list, func(x any) bool { _, is := x.(map[string]any); return !is })
	}
	return false
}

func (s *section) text(key string) string {
	v, _ := s.values[key].(string)
	return v
}

func (s *section) texts(key string) []string {
	var out []string
	list, _ := s.values[key].([]any)
	for _, x := range list {
		if t, ok := x.(string); ok {
			out = append(out, t)
		}
	}
	return out
}

// globs gives the patterns of a key that can be used.
func (s *section) globs(key string) []string {
	var out []string
	for i, p := range s.texts(key) {
		if err := layout.CheckPattern(p); err != nil {
			s.r.fault(at(s.path, key, i), "'%s': %s", key, err)
			continue
		}
		out = append(out, p)
	}
	return out
}

// each calls do for the tables of a key.
func (s *section) each(key, where string, fields []field, do func(section)) {
	list, ok := s.values[key].([]any)
	if maps, is := s.values[key].([]map[string]any); is {
		ok = true
		for _, m := range maps {
			list = append(list, m)
		}
	}
	if !ok {
		return
	}
	for i, x := range list {
		if m, ok := x.(map[string]any); ok {
			do(s.r.section(at(s.path, key, i), where, m, fields))
		}
	}
}

func (r *reader) top(root map[string]any) {
	s := r.section("", "", root, topFields)
	c := r.c
	_ = s.extends() // the files were gathered before; here it is checked with the rest
	if v, ok := s.values["version"].(int64); ok && v != Version {
		r.fault("version", "the file is of version %d of the format, and this mi-kscheck reads version %d", v, Version)
	}
	c.FailOn, c.Profile = s.text("fail_on"), s.text("profile")
	c.Exclude = s.globs("exclude")
	c.KnownKeys, c.ForbiddenPasswords = s.file("known_keys"), s.file("forbidden_passwords")
	c.Policies, c.PolicyKey = s.folders("policy"), s.file("policy_key")
	for i, name := range s.texts("ruleset") {
		if _, ok := rules.Set(name); !ok {
			r.fault(at("ruleset", i), "there is no rule set '%.60s'%s; there are %s", name, didYouMean(name, rules.Sets()), strings.Join(rules.Sets(), ", "))
			continue
		}
		c.RuleSets = append(c.RuleSets, name)
	}
	if n, ok := s.values["max_waiver_days"].(int64); ok {
		if n < 1 || n > 36500 {
			r.fault("max_waiver_days", "'max_waiver_days' takes a number of days from 1 on")
		}
		c.MaxDays = int(n)
	}
	for i, word := range s.texts("unwaivable") {
		for _, rule := range r.ruleWords(at("unwaivable", i), word) {
			c.Unwaivable = append(c.Unwaivable, rule.ID)
		}
	}
	if m, ok := s.values["rules"].(map[string]any); ok {
		c.Rules = r.rules("rules", m)
	}
	s.each("mount", " in [[mount]]", mountFields, func(m section) {
		if p := m.text("path"); p != "" {
			c.Mounts = append(c.Mounts, p)
		} else if m.missing("path") {
			r.fault(m.path, "a [[mount]] needs a path")
		}
	})
	s.each("environment", " in [[environment]]", environmentFields, r.environment)
	s.each("waiver", " in [[waiver]]", waiverFields, r.waiver)
}

// missing tells that a key is not there, or empty; one of a wrong type was already told.
func (s *section) missing(key string) bool {
	_, told := s.r.lines[at(s.path, key)]
	_, ok := s.values[key]
	return ok || !told
}

// file gives the name of a file that belongs to the configuration: it lies beside it or below.
func (s *section) file(key string) string {
	name := s.text(key)
	if _, ok := s.values[key]; ok && !local(name) {
		s.r.fault(at(s.path, key), "'%s' names a file in the folder of this one or below, with a relative path", key)
		return ""
	}
	return s.r.rebased(name)
}

// folders gives the folders and bundles of a key, which belong to the configuration as its files do.
func (s *section) folders(key string) []string {
	var out []string
	for i, name := range s.texts(key) {
		if !local(name) {
			s.r.fault(at(s.path, key, i), "'%s' names folders and bundles in the folder of this file or below, with relative paths", key)
			continue
		}
		out = append(out, s.r.rebased(name))
	}
	return out
}

// rebased makes a name relative to the folder of the outermost configuration.
func (r *reader) rebased(name string) string {
	if r.dir == "" || name == "" {
		return name
	}
	return path.Join(r.dir, name)
}

func (r *reader) environment(s section) {
	e := Environment{Name: s.text("name"), Paths: s.globs("paths"), Profile: s.text("profile"), Rules: Rules{}}
	if e.Name == "" && s.missing("name") {
		r.fault(s.path, "an [[environment]] needs a name")
	}
	if len(s.texts("paths")) == 0 && s.missing("paths") {
		r.fault(s.path, "an [[environment]] needs paths: globs of the files that belong to it")
	}
	if slices.ContainsFunc(r.c.Environments, func(o Environment) bool { return o.Name == e.Name }) && e.Name != "" {
		r.fault(at(s.path, "name"), "there are two environments with the name %.60q", e.Name)
	}
	if m, ok := s.values["rules"].(map[string]any); ok {
		e.Rules = r.rules(at(s.path, "rules"), m)
	}
	r.c.Environments = append(r.c.Environments, e)
}

func (r *reader) waiver(s section) {
	w := waiver.Waiver{Path: s.glob("path"), Store: s.glob("store"), URI: r.name, Line: r.line(s.path), Reason: strings.TrimSpace(s.text("reason"))}
	switch v := s.values["until"].(type) {
	case toml.LocalDate:
		w.Until = v.AsTime(time.UTC)
	case string:
		var err error
		if w.Until, err = waiver.ParseUntil(v); err != nil {
			r.fault(at(s.path, "until"), "%s", err)
			return
		}
	}
	switch rule, why := r.findRule(s.text("rule")); {
	case s.text("rule") == "":
		if s.missing("rule") {
			r.fault(s.path, "a [[waiver]] needs a rule, by ID or name")
		}
	case rule == nil:
		r.fault(at(s.path, "rule"), "%s", why)
	default:
		w.Rule = rule.ID
	}
	if w.Reason == "" && s.missing("reason") {
		r.fault(s.path, "a [[waiver]] needs a reason: nothing is waived in silence")
	}
	if slices.Contains(r.c.Unwaivable, w.Rule) || slices.Contains(r.base.Unwaivable, w.Rule) {
		r.fault(s.path, "%s can't be waived: it is listed under 'unwaivable'", w.Rule)
	}
	days := r.c.MaxDays
	if days == 0 {
		days = r.base.MaxDays
	}
	if why := w.TooLong(r.now, days); why != "" {
		r.fault(s.path, "the [[waiver]] goes too far: %s", why)
	}
	r.c.Waivers = append(r.c.Waivers, w)
}

func (s *section) glob(key string) string {
	p := s.text(key)
	if _, ok := s.values[key]; !ok {
		return ""
	}
	if err := layout.CheckPattern(p); err != nil {
		s.r.fault(at(s.path, key), "'%s': %s", key, err)
		return ""
	}
	return p
}

// rules reads [rules] and [environment.rules]. What the table of a rule says counts more than the list of those that are off.
func (r *reader) rules(table string, values map[string]any) Rules {
	rs := Rules{}
	if list, ok := values["off"]; ok {
		s := section{r: r, path: table, values: values}
		if f := (field{name: "off", kind: texts}); s.fits(&f, list) {
			off := true
			for i, word := range s.texts("off") {
				for _, rule := range r.ruleWords(at(table, "off", i), word) {
					rs[rule.ID] = Setting{Off: &off}
					r.offs[at(table, rule.ID, "off")] = r.line(at(table, "off", i))
				}
			}
		}
	}
	set := map[string]bool{}
	for _, key := range sortedKeys(values) {
		if key == "off" {
			continue
		}
		rule, why := r.findRule(key)
		if rule == nil {
			r.fault(at(table, key), "%s", why)
			continue
		}
		m, ok := values[key].(map[string]any)
		switch {
		case !ok:
			r.fault(at(table, key), "'%s' takes a table: [rules.%s] with level, off, or a parameter", key, key)
			continue
		case set[rule.ID]:
			r.fault(at(table, key), "%s is set twice, by its ID and by its name", rule.ID)
			continue
		}
		set[rule.ID] = true
		for name := range m { // as the rule is published, so that two files that name it otherwise can be compared
			r.offs[at(table, rule.ID, name)] = r.line(at(table, key, name))
		}
		own := r.setting(at(table, key), rule, m)
		if own.Off == nil {
			own.Off = rs[rule.ID].Off
		}
		rs[rule.ID] = own
	}
	return rs
}

// setting reads the table of one rule.
func (r *reader) setting(table string, rule *rules.Rule, values map[string]any) Setting {
	fields := slices.Clone(ruleFields)
	for _, name := range sortedKeys(rule.Parameters) {
		fields = append(fields, field{name: name, kind: kindOf(rule.Parameters[name].Type)})
	}
	s := r.section(table, " in the settings of "+rule.ID, values, fields)
	out := Setting{Level: finding.Level(s.text("level")), Parameters: map[string]any{}}
	if off, ok := s.values["off"].(bool); ok {
		out.Off = &off
	}
	for name, p := range rule.Parameters {
		v, ok := s.values[name]
		if !ok {
			continue
		}
		if why := unfit(&p, v); why != "" {
			r.fault(at(table, name), "'%s' takes %s", name, why)
			continue
		}
		out.Parameters[name] = v
	}
	return out
}

func kindOf(parameter string) kind {
	switch parameter {
	case "integer":
		return number
	case "boolean":
		return boolean
	case "list":
		return texts
	}
	return text
}

// unfit says what a parameter takes, where a value of the right type is none of that.
func unfit(p *rules.Parameter, v any) string {
	if n, ok := v.(int64); ok && (n < 0 || n > 1_000_000) {
		return "a number from 0 to 1000000"
	}
	if len(p.Values) == 0 || slices.ContainsFunc(p.Values, func(x any) bool { return fmt.Sprint(x) == fmt.Sprint(v) }) {
		return ""
	}
	return "one of " + strings.Trim(fmt.Sprint(p.Values), "[]")
}

// ruleWords gives the rules that a word names, by ID, name or category.
func (r *reader) ruleWords(where, word string) []*rules.Rule {
	var out []*rules.Rule
	for _, rule := range r.catalogue.Policies() {
		if strings.EqualFold(rule.Category, word) {
			out = append(out, rule)
		}
	}
	if len(out) > 0 {
		return out
	}
	rule, why := r.findRule(word)
	if rule == nil {
		r.fault(where, "%s", why)
		return nil
	}
	return []*rules.Rule{rule}
}

// findRule gives the rule that a word names, or what is wrong with the word.
func (r *reader) findRule(word string) (rule *rules.Rule, why string) {
	rule, ok := r.catalogue.Find(word)
	switch {
	case ok && rule.Package == "":
		return nil, rule.ID + " is about the run itself and can't be set"
	case ok:
		return rule, ""
	}
	why = fmt.Sprintf("there is no rule '%.60s'", word)
	if n := nearest(word, slices.Concat(ruleNames(r.catalogue), categories(r.catalogue))); n != "" {
		why += fmt.Sprintf("; did you mean '%s'?", r.display(n))
	}
	return nil, why
}

// display writes an ID as it is published.
func (r *reader) display(word string) string {
	if rule, ok := r.catalogue.Find(word); ok && strings.EqualFold(rule.ID, word) {
		return rule.ID
	}
	return word
}
