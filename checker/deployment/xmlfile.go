package deployment

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// vaultSpace is the namespace of the attribute by which an element names a secret in place of its text.
const vaultSpace = "http://org.wso2.securevault/configuration"

// XMLFile is an XML file that values stand in: SSL profiles, or Synapse artifacts. A secret-conf.properties is held likewise, each of
// its keys as an element.
type XMLFile struct {
	File *source.File
	// Label is how keys name the file: its base name, or what stands for it where that must not be shown.
	Label    string
	Problems []XMLProblem // in file order
	Parsed   bool         // it is XML

	lines    *source.Lines
	options  Options
	version  string
	elements []*element
	texts    []xmlText
	comments []source.Span

	// What the kinds of files differ in: which elements' texts and which attributes may be shown, whether KeyStore and its like
	// are found in a namespace too, and how the product replaces variables; nil: it does not.
	harmless          func(*element) bool
	harmlessAttribute func(name, value string) bool
	anySpace          bool
	replace           func(v *Value, text string)
}

// xmlText is a text that stands in an element.
type xmlText struct {
	source.Span
	in *element
}

// XMLProblem is one reason why the product does not take an XML file, or a profile in it.
type XMLProblem struct {
	Kind    XMLProblemKind
	Span    source.Span
	Profile *Profile // nil: the file as a whole
	Detail  string   // a sentence without any text of the file
}

// XMLProblemKind sorts problems.
type XMLProblemKind string

// The kinds.
const (
	XMLSyntax  XMLProblemKind = "syntax"  // it is no XML that the product reads
	XMLMissing XMLProblemKind = "missing" // an element that the product insists on
	XMLLimit   XMLProblemKind = "limit"   // the checker does not read further; no word on the product
)

func (d *Document) newXML(f *source.File, label string) *XMLFile {
	return &XMLFile{File: f, Label: label, lines: f.Lines(), options: d.options, version: d.Version}
}

// read gives the root; nil where the file is no XML that is read.
func (x *XMLFile) read() *element {
	r := &xmlReader{file: x}
	root := r.read()
	x.Parsed = root != nil
	return root
}

func (x *XMLFile) problem(kind XMLProblemKind, at source.Span, in *Profile, detail string) {
	if len(x.Problems) < maxProfiles {
		x.Problems = append(x.Problems, XMLProblem{Kind: kind, Span: x.oneLine(at), Profile: in, Detail: detail})
	}
}

// storeIn reads the settings of a KeyStore or TrustStore element.
func (x *XMLFile) storeIn(e *element, name string) *ProfileStore {
	s := &ProfileStore{Name: name, Span: x.oneLine(e.tag)}
	s.Location, s.Type, s.Password = x.value(e, "Location", name), x.value(e, "Type", name), x.value(e, "Password", name)
	if e.name.Local == "KeyStore" {
		s.KeyPassword, s.Alias = x.value(e, "KeyPassword", name), x.value(e, "ServerCertificateAlias", name)
	}
	return s
}

// child is the child of a name that the product takes.
func (x *XMLFile) child(parent *element, name string) *element {
	if e := parent.child(name); e != nil || !x.anySpace {
		return e
	}
	for _, e := range parent.children {
		if e.name.Local == name {
			return e
		}
	}
	return nil
}

// value gives the text of a child as a value; Absent where there is no such child.
func (x *XMLFile) value(parent *element, name, below string) *Value {
	v := x.absent(parent, below+"/"+name)
	if e := x.child(parent, name); e != nil {
		x.fill(v, e)
	}
	return v
}

// absent is a value that does not stand in the element where it belongs.
func (x *XMLFile) absent(parent *element, key string) *Value {
	return &Value{Key: key, State: Absent, Password: passwordKey(key[strings.LastIndexByte(key, '/')+1:]), File: x, Span: x.oneLine(parent.tag)}
}

// fill gives a value the text of an element.
func (x *XMLFile) fill(v *Value, e *element) {
	v.Span = x.oneLine(e.content)
	if e.content.Start == e.content.End {
		v.Span = x.oneLine(e.tag)
	}
	text := e.text.String()
	harmless := x.harmless(e) && harmlessText(text)
	v.State, v.Clear, v.Text = Known, true, secret.New(text)
	v.Written = &Key{Written: v.Key, Mapped: v.Key, Span: v.Span, Value: v.Span, Type: String, Raw: v.Text}
	v.Origin = []Hop{{Kind: Written, Key: v.Key, Span: v.Span, Line: x.lines.Region(v.Span).StartLine}}
	alias, vault := e.attr(vaultSpace, "secretAlias")
	if inner, ok := strings.CutPrefix(text, "$secret{"); ok && strings.HasSuffix(inner, "}") && !vault {
		alias, vault = strings.TrimSuffix(inner, "}"), true
	}
	switch {
	case e.tooLong:
		v.State, v.Reason, v.Clear, v.Text = Unknown, TooLarge, false, secret.Value{}
	case vault:
		x.fromVault(v, alias)
	case x.replace != nil:
		x.replace(v, text)
	case placeholder.MatchString(text):
		v.Clear = false // it is not replaced here, but it is no password either
	}
	v.display = maskText(text, !harmless)
	switch {
	case e.tooLong:
		v.display = secret.Redacted
	case harmless && v.State == Known && !v.Tainted:
		v.display = text
	}
	if len(v.Variables) == 1 {
		switch p := v.Variables[0]; p.Kind { //nolint:exhaustive // of others the text is shown around them
		case System:
			v.display = p.Kind.Placeholder(p.Name)
		case Secret:
			v.display = maskText(p.Kind.Placeholder(p.Name), true)
		}
	}
}

// fromVault gives a value that the product takes from the secure vault.
func (x *XMLFile) fromVault(v *Value, alias string) {
	given, ok := x.options.Secrets[alias]
	v.Tainted, v.Clear, v.Text = true, false, given
	v.Origin = append(v.Origin, Hop{Kind: Secret, Key: v.Key, Name: alias})
	v.Variables = []Placeholder{{Kind: Secret, Name: alias, Key: v.Key, Resolved: true}}
	if !ok {
		v.State, v.Reason = Unknown, SecretNotGiven
	}
}

// expand replaces $env{NAME}.
func (x *XMLFile) expand(v *Value, text string) {
	var b strings.Builder
	at := 0
	for len(v.Variables) < maxProfiles {
		start, end, name, ok := next(text, Env, at)
		if !ok {
			break
		}
		b.WriteString(text[at:start])
		at = end
		value, given := x.options.Env[name]
		ph := Placeholder{Kind: Env, Name: name, Key: v.Key, Resolved: given}
		if !given {
			ph.Reason, v.State, v.Reason = EnvNotGiven, Unknown, EnvNotGiven
		}
		b.WriteString(value.Reveal())
		v.Tainted, v.Clear = true, false
		v.Origin = append(v.Origin, Hop{Kind: Env, Key: v.Key, Name: name})
		v.Variables = append(v.Variables, ph)
	}
	b.WriteString(text[at:])
	switch {
	case v.State == Unknown:
		v.Text = secret.Value{}
	case b.Len() > maxXMLText:
		v.State, v.Reason, v.Text = Unknown, TooLarge, secret.Value{}
	default:
		v.Text = secret.New(b.String())
	}
}

// oneLine cuts a span at the end of its first line.
func (x *XMLFile) oneLine(s source.Span) source.Span {
	line := x.lines.Region(s).StartLine
	end := x.lines.Offset(line, 1) + len(x.lines.Line(line))
	return source.Span{Start: s.Start, End: max(s.Start, min(s.End, end))}
}
