package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/repair"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Input is one target's judgement.
type Input struct {
	Deployment *deployment.Document
	Facts      *facts.Document
	Places     facts.Places
	Raws       []policy.Raw
	Rules      []*rules.Rule // all that were asked, in ID order
	// Levels replace those of rules and of their variants, by ID. A level that is set so is raised by nothing that the rule
	// replaces, unless that has a set level too: who says that a fault is a note means the fault, not the words for it.
	Levels map[string]Level
	// Environments is how many of the configuration's hold a target of the run: what rules on the run as a whole need.
	Environments int
	// Fleet tells that Raws are what the run as a whole says of the target.
	Fleet bool
}

// verdict is a raw finding with its place.
type verdict struct {
	raw   policy.Raw
	place facts.Place
	root  facts.Place // where it is shown: the definition, or the place itself
	level Level
	set   bool // the level is the configuration's
	text  string
	fix   string
	by    *verdict   // the one that replaces it
	also  []*verdict // what it replaces
	group *Finding
}

// Resolve turns raw findings into findings: precedence first, then merging by root, then words and places. The result is
// sorted by file, position and rule.
func Resolve(in Input) Result {
	vs := make([]*verdict, 0, len(in.Raws))
	for _, raw := range in.Raws {
		vs = append(vs, newVerdict(in, raw))
	}
	supersede(vs)
	res := Result{
		URI: in.Facts.Target.URI, Kind: in.Facts.Target.Layout, Version: in.Facts.Target.Version, VersionFrom: in.Facts.Target.VersionFrom, Fleet: in.Fleet,
	}
	for _, v := range vs {
		if v.by == nil {
			merge(in, &res, vs, v)
		}
	}
	consequences(&res, in.Rules)
	part := ""
	if w := in.Deployment.File.Within; w != nil {
		part = w.Name
	}
	fingerprint(&res, part)
	slices.SortStableFunc(res.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.URI, b.URI), cmp.Compare(a.Region.StartLine, b.Region.StartLine),
			cmp.Compare(a.Region.StartColumn, b.Region.StartColumn), strings.Compare(a.Rule.ID, b.Rule.ID), strings.Compare(a.Message, b.Message))
	})
	judge(in, &res)
	return res
}

func newVerdict(in Input, raw policy.Raw) *verdict {
	v := &verdict{raw: raw}
	v.place, _ = in.Places.Find(raw.At)
	v.root = v.place
	if raw.Rule.PointsAt == "definition" {
		v.root, _ = in.Places.Find(v.place.Root)
	}
	message, fix, level := raw.Rule.Message, raw.Rule.Fix, raw.Rule.Level
	if x, ok := raw.Rule.Variants[raw.Variant]; ok {
		message, fix, level = cmp.Or(x.Message, message), cmp.Or(x.Fix, fix), cmp.Or(x.Level, level)
	}
	v.text, v.fix, v.level = render(message, raw.Args, v.place.Key), render(fix, raw.Args, v.place.Key), Level(level)
	if l, ok := in.Levels[raw.Rule.ID]; ok {
		v.level, v.set = l, true
	}
	return v
}

// render fills a template; key is what {{key}} is where the arguments have none. What is missing stays visible, which the policies'
// tests find.
func render(template string, args map[string]string, key string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		for strings.HasPrefix(rest, "{") { // "{{{name}}}" is the argument in braces
			b.WriteByte('{')
			rest = rest[1:]
		}
		name, after, ok := strings.Cut(rest, "}}")
		if !ok {
			b.WriteString("{{" + rest)
			return b.String()
		}
		text, ok := args[name]
		switch {
		case ok:
			b.WriteString(text)
		case name == "key" && key != "":
			b.WriteString(key)
		default:
			b.WriteString("{{" + name + "}}")
		}
		template = after
	}
}

// supersede marks the verdicts that another rule's verdict explains: one of the rules that it supersedes, at a place that it
// names as caused, or, where it names none, at its own place.
func supersede(vs []*verdict) {
	for _, v := range vs {
		for _, w := range vs {
			if v != w && w.by == nil && slices.Contains(v.raw.Rule.Supersedes, w.raw.Rule.ID) && v.covers(w) {
				w.by = v
			}
		}
	}
	for _, w := range vs {
		v := w
		for n := 0; v.by != nil && n < len(vs); n++ { // METADATA has no circles (TestPrecedence), a custom rule's might
			v = v.by
		}
		if v != w {
			v.also = append(v.also, w)
		}
	}
}

func (v *verdict) covers(w *verdict) bool {
	if len(v.raw.Causes) > 0 {
		return slices.Contains(v.raw.Causes, w.raw.At) || slices.Contains(v.raw.Causes, w.place.Root)
	}
	return v.raw.At == w.raw.At || v.root.Pointer == w.root.Pointer
}

// merge adds a verdict to the finding of its rule at its root, or makes that finding.
func merge(in Input, res *Result, vs []*verdict, v *verdict) {
	for _, w := range vs {
		if w == v {
			break
		}
		if w.group != nil && w.by == nil && w.raw.Rule == v.raw.Rule && w.root.Pointer == v.root.Pointer && w.sameFault(v) {
			f := &res.Findings[slices.IndexFunc(res.Findings, func(f Finding) bool { return f.id == w.group.id })]
			f.join(in, v)
			v.group = w.group
			return
		}
	}
	f := v.finding(in)
	f.id = len(res.Findings) + 1
	v.group = &Finding{id: f.id}
	res.Findings = append(res.Findings, f)
}

// sameFault tells two faults of one rule at one root apart: it is the same value that is inherited, unless the place is the
// same and the policy says two things about it (two certificates of one store).
func (v *verdict) sameFault(w *verdict) bool {
	return v.raw.At != w.raw.At || v.text == w.text
}

func (v *verdict) finding(in Input) Finding {
	f := Finding{
		Rule: Rule{ID: v.raw.Rule.ID, Name: v.raw.Rule.Name}, Level: v.level, Fix: v.fix,
		URI: in.file(v.root).URI(), Region: in.file(v.root).Region(v.root.Span), Key: v.root.Key, Beside: v.root.File != nil,
		Alias: v.raw.Args["alias"], text: v.text, pointer: v.raw.At, ruleRoot: v.root.Pointer,
	}
	if v.root.Written || v.root.Span != (source.Span{}) {
		q := in.file(v.root).Quote(v.root.Span)
		f.Quote = &Quote{Line: q.Line, Text: q.Text, Column: q.Column, Width: q.Width}
	}
	f.Origin = hops(in, v.place)
	ref := referenceOf(in, v.raw.At)
	if ref != nil {
		f.store, f.role = ref.Store, ref.Role
	}
	if ref != nil && ref.Location.URI != "" {
		f.Store = ref.Location.URI
		f.Related = append(f.Related, Related{URI: ref.Location.URI, Message: ref.Title})
	}
	for _, r := range v.raw.Related {
		f.Related = append(f.Related, related(in, r))
	}
	commands := v.raw.Commands
	if r := v.raw.Repair; r != nil {
		commands = append(repair.Commands(in.Facts, ref, *r), commands...)
	}
	for _, c := range commands {
		f.Commands = append(f.Commands, Command(c))
	}
	f.Edits = edits(in, v)
	f.absorb(v)
	if v.root.Value != nil && !v.root.Written && v.place.Value != nil {
		f.inherited = inheritedText(in, v.place)
	}
	if v.inherits() {
		f.Inherited = append(f.Inherited, v.place.Key)
	}
	f.sentence()
	return f
}

// join adds a use of the same faulty value.
func (f *Finding) join(in Input, v *verdict) {
	if v.level.Rank() > f.Level.Rank() || v.place.Pointer == v.root.Pointer && f.pointer != f.ruleRoot {
		keep := f.Inherited
		also, id := f.Also, f.id
		level := f.Level
		*f = v.finding(in)
		f.id = id
		for _, a := range also {
			if !slices.ContainsFunc(f.Also, func(b Also) bool { return a.Rule.ID == b.Rule.ID }) {
				f.Also = append(f.Also, a)
			}
		}
		f.Inherited = appendNew(keep, f.Inherited...)
		if level.Rank() > f.Level.Rank() {
			f.Level = level
		}
	} else {
		f.absorb(v)
		if v.inherits() {
			f.Inherited = appendNew(f.Inherited, v.place.Key)
		}
	}
	f.sentence()
}

// inherits tells that the finding is about a key which takes its value from the one that is shown.
func (v *verdict) inherits() bool {
	return v.place.Value != nil && v.place.Pointer != v.root.Pointer
}

// absorb takes over what a verdict replaces, with its level where that is higher.
func (f *Finding) absorb(v *verdict) {
	for _, w := range v.also {
		// Said once a rule: the uses that inherit one value all replace the same.
		if !slices.ContainsFunc(f.Also, func(a Also) bool { return a.Rule.ID == w.raw.Rule.ID }) {
			f.Also = append(f.Also, Also{Rule: Rule{ID: w.raw.Rule.ID, Name: w.raw.Rule.Name}, Level: w.level, Message: w.text})
		}
		if w.level.Rank() > f.Level.Rank() && (w.set || !v.set) {
			f.Level = w.level
		}
	}
}

// sentence puts the message together: the fault, where the value comes from, who inherits it, what to do.
func (f *Finding) sentence() {
	parts := []string{f.text}
	if f.inherited != "" {
		parts = append(parts, upperFirst(f.inherited)+".")
	}
	if len(f.Inherited) > 0 {
		parts = append(parts, "Inherited by "+list(f.Inherited)+".")
	}
	if f.Fix != "" {
		parts = append(parts, f.Fix)
	}
	f.Message = strings.Join(parts, " ")
}

// values lists what a reference says.
func values(r *facts.Reference) []facts.Value {
	return []facts.Value{r.File, r.Type, r.Password, r.Alias, r.KeyPassword}
}

// referenceOf gives the reference that a pointer to a value belongs to; nil where it belongs to none.
func referenceOf(in Input, pointer string) *facts.Reference {
	for i := range in.Facts.References {
		r := &in.Facts.References[i]
		if slices.ContainsFunc(values(r), func(v facts.Value) bool { return v.Pointer == pointer }) {
			return r
		}
	}
	return nil
}

func inheritedText(in Input, p facts.Place) string {
	if r := referenceOf(in, p.Pointer); r != nil {
		for _, v := range values(r) {
			if v.Pointer == p.Pointer {
				return v.Inherited
			}
		}
	}
	return ""
}

func related(in Input, r policy.Related) Related {
	if uri, ok := strings.CutPrefix(r.At, "file:"); ok {
		return Related{URI: uri, Message: r.Message}
	}
	p, _ := in.Places.Find(r.At)
	region := in.file(p).Region(p.Span)
	return Related{URI: in.file(p).URI(), Region: &region, Message: r.Message}
}

// file is the file that a place is in.
func (in Input) file(p facts.Place) deployment.Text {
	if p.File != nil {
		return p.File
	}
	return in.Deployment
}

// hops puts a value's origin in words where it took more than one step.
func hops(in Input, p facts.Place) []Hop {
	v := p.Value
	if v == nil || len(v.Origin) < 2 || v.File != nil && p.File == nil {
		return nil
	}
	var out []Hop
	for _, h := range v.Origin {
		hop := Hop{}
		switch h.Kind {
		case deployment.Written:
			hop.Text = fmt.Sprintf("'%s' is written here", h.Key)
		case deployment.Default:
			hop.Text = fmt.Sprintf("'%s' has the default of MI %s", h.Key, in.Facts.Target.Version)
		case deployment.Inferred:
			hop.Text = fmt.Sprintf("'%s' is set because of '%s'", h.Key, h.Name)
		case deployment.Ref:
			hop.Text = fmt.Sprintf("$ref{%s}", cmp.Or(h.Name, h.Key))
		case deployment.Env, deployment.Sys, deployment.Secret, deployment.System:
			hop.Text = h.Kind.Placeholder(h.Name)
		}
		if h.Line > 0 {
			region := in.file(p).Region(h.Span)
			hop.URI, hop.Region = in.file(p).URI(), &region
		}
		out = append(out, hop)
	}
	return out
}

// consequences marks the findings that end when another one is repaired.
func consequences(res *Result, rs []*rules.Rule) {
	explains := map[string][]string{}
	for _, r := range rs {
		explains[r.ID] = r.Consequences
	}
	for i := range res.Findings {
		for j := range res.Findings {
			cause, f := &res.Findings[i], &res.Findings[j]
			if f.FollowsFrom == "" && slices.Contains(explains[cause.Rule.ID], f.Rule.ID) && cause.reaches(f) {
				f.FollowsFrom = cause.Rule.ID
			}
		}
	}
}

// reaches tells whether a fault can bring another about: both are of one store, or the other is said of a truststore, which
// is held against the primary keystore.
func (f *Finding) reaches(g *Finding) bool {
	if f.store == g.store {
		return true
	}
	return f.role == "primary" && g.role == "truststore"
}

// fingerprint names each finding by what it is about: rule, file, key path, store and alias as written; never by a line, and
// never by anything that derives from a secret. Equal ones are numbered. Part is the object of the file that the target is, where one
// file can hold several.
func fingerprint(res *Result, part string) {
	seen := map[string]int{}
	for i := range res.Findings {
		f := &res.Findings[i]
		kind, _, _ := strings.Cut(strings.TrimPrefix(f.ruleRoot, "/"), "/") // an index behind it would move with the lines
		if res.Fleet {
			kind = "fleet/" + kind // the first result of the target may hold a finding of the same rule here
		}
		base := strings.Join([]string{"v1", f.Rule.ID, f.URI, kind, f.Key, f.Store, f.Alias}, "\x00")
		if part != "" {
			base += "\x00" + part
		}
		seen[base]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", base, seen[base]))
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// list joins names for a sentence: "a", "a and b", "a, b and c".
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n + "'"
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}
