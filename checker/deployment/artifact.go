package deployment

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxArtifacts is how many artifacts of a file are read. The product keeps each in a file of its own.
const maxArtifacts = 50

// synapseSpace is the namespace of Synapse's elements.
const synapseSpace = "http://ws.apache.org/ns/synapse"

// ArtifactKind is what a Synapse artifact is.
type ArtifactKind string

// The kinds that name stores.
const (
	InboundEndpoint ArtifactKind = "inbound-endpoint"
	MessageStore    ArtifactKind = "message-store"
)

// ArtifactFile is a file of Synapse artifacts, of which those are read that may name stores.
type ArtifactFile struct {
	*XMLFile
	Artifacts []*Artifact // in file order
}

// Artifact is an inbound endpoint or a message store.
type Artifact struct {
	Kind      ArtifactKind
	Name      string // of keys: the file's label, with a number where it holds several
	Title     string // in words: "inbound endpoint 'Chat'"
	Protocol  string // of an inbound endpoint; of a message store of RabbitMQ "rabbitmq", else empty
	Suspended bool   // the product does not start it
	Span      source.Span
	// KeyStore and TrustStore are of the parameters that hold elements; nil where there is none.
	KeyStore, TrustStore *ProfileStore

	file       *XMLFile
	element    *element
	parameters map[string]*Value
}

// Value gives the value of a parameter; never nil.
func (a *Artifact) Value(name string) *Value {
	if v := a.parameters[name]; v != nil {
		return v
	}
	return a.file.absent(a.element, a.Name+"/"+name)
}

// ReadArtifacts reads the inbound endpoints and message stores of a file. It never fails: why a file is not read is in
// Problems. It is followed nowhere: no entity, no DTD.
func (d *Document) ReadArtifacts(f *source.File, label string) *ArtifactFile {
	a := &ArtifactFile{XMLFile: d.newXML(f, label)}
	a.anySpace, a.replace = true, a.inject
	a.harmless, a.harmlessAttribute = harmlessParameter, harmlessName
	root := a.read()
	if root == nil {
		return a
	}
	all := []*element{root}
	if kindOf(root) == "" {
		all = root.children // <definitions>
	}
	for _, e := range all {
		if kindOf(e) == "" {
			continue
		}
		if len(a.Artifacts) == maxArtifacts {
			a.problem(XMLLimit, e.tag, nil, "The file holds more artifacts than the checker reads.")
			break
		}
		a.artifact(e)
	}
	return a
}

func kindOf(e *element) ArtifactKind {
	if e.name.Space != synapseSpace && e.name.Space != "" {
		return ""
	}
	switch e.name.Local {
	case "inboundEndpoint":
		return InboundEndpoint
	case "messageStore":
		return MessageStore
	}
	return ""
}

// artifactName tells what may be shown of a name. The length is counted apart: a repetition of classes as large as these takes 4 ms to
// compile, at each start of the program.
func artifactName(text string) bool {
	return utf8.RuneCountInString(text) <= 100 && artifactWords.MatchString(text)
}

var artifactWords = regexp.MustCompile(`^[\pL\pN_. -]+$`)

func (a *ArtifactFile) artifact(e *element) {
	out := &Artifact{Kind: kindOf(e), Name: a.Label, Span: a.oneLine(e.tag), file: a.XMLFile, element: e, parameters: map[string]*Value{}}
	if n := len(a.Artifacts); n > 0 {
		out.Name = fmt.Sprintf("%s[%d]", a.Label, n+1)
	}
	out.Title = strings.ReplaceAll(string(out.Kind), "-", " ")
	if name, _ := e.attr("", "name"); artifactName(name) {
		out.Title += " '" + name + "'"
	}
	list := e
	if out.Kind == InboundEndpoint {
		out.Protocol, _ = e.attr("", "protocol")
		suspend, _ := e.attr("", "suspend")
		out.Suspended = strings.EqualFold(suspend, "true")
		list = a.child(e, "parameters")
	} else if class, _ := e.attr("", "class"); strings.HasPrefix(class, "org.apache.synapse.message.store.impl.rabbitmq.") {
		out.Protocol = "rabbitmq"
	}
	if list != nil {
		for _, p := range list.children {
			if p.name.Local == "parameter" {
				a.parameter(out, p)
			}
		}
	}
	a.Artifacts = append(a.Artifacts, out)
}

// parameter reads one; of several with one name the last counts.
func (a *ArtifactFile) parameter(out *Artifact, e *element) {
	name, _ := e.attr("", "name")
	key := out.Name + "/" + name
	first := a.elementIn(e, name)
	if first != nil {
		switch {
		case name == "keystore" && first.name.Local == "KeyStore":
			out.KeyStore = a.storeIn(first, key)
		case name == "truststore" && first.name.Local == "TrustStore":
			out.TrustStore = a.storeIn(first, key)
		}
		return
	}
	v := a.absent(e, key)
	a.fill(v, e)
	_, registry := e.attr("", "key")
	_, expression := e.attr("", "expression")
	if registry || expression {
		v.State, v.Reason, v.Clear, v.Text, v.display = Unknown, KeptElsewhere, false, secret.Value{}, ""
	}
	out.parameters[name] = v
	if name == "transport.vfs.FileURI" && v.State == Known && !v.Tainted {
		a.inURI(out, v)
	}
}

// inURI reads the settings of TLS in the query of an FTPS address, each as a parameter of its own. What is written in another way than as it
// stands is left out.
func (a *ArtifactFile) inURI(out *Artifact, v *Value) {
	address, query, _ := strings.Cut(v.Text.Reveal(), "?")
	if !strings.HasPrefix(strings.TrimPrefix(strings.ToLower(address), "vfs:"), "ftps://") {
		return
	}
	for _, setting := range strings.Split(query, "&") {
		name, text, _ := strings.Cut(setting, "=")
		if !vfsSetting.MatchString(name) || text == "" || strings.ContainsAny(text, ";%{}$") {
			continue
		}
		of := *v
		of.Key, of.Text, of.Password, of.Clear = out.Name+"/"+name, secret.New(text), passwordKey(name), true
		of.Written = &Key{Written: of.Key, Mapped: of.Key, Span: v.Span, Value: v.Span, Type: String, Raw: of.Text}
		of.Origin = []Hop{{Kind: Written, Key: of.Key, Span: v.Span, Line: v.Origin[0].Line}}
		if of.display = maskText(text, true); !of.Password && harmlessText(text) {
			of.display = text
		}
		out.parameters[name] = &of
	}
}

var vfsSetting = regexp.MustCompile(`^vfs\.ssl\.(?:(?:key|trust)store|(?:ks|ts|key)password)$`)

// elementIn is the first element in a parameter, which is all of it to the product. It takes the element's text, so that an element that
// stands there escaped or as CDATA is the same to it; nil where there is none.
func (a *ArtifactFile) elementIn(e *element, name string) *element {
	if len(e.children) > 0 {
		return e.children[0]
	}
	text := strings.TrimSpace(e.text.String())
	if name != "keystore" && name != "truststore" || e.tooLong || !strings.HasPrefix(text, "<") {
		return nil
	}
	moved := func(source.Span) source.Span { return e.content } // of an escaped text no place can be told from another
	raw := string(a.File.Data[e.content.Start:e.content.End])
	if inner, ok := strings.CutPrefix(raw, "<![CDATA["); ok && strings.Count(raw, "]]>") == 1 && strings.HasSuffix(raw, "]]>") {
		text = strings.TrimSuffix(inner, "]]>")
		at := e.content.Start + len(raw) - len(inner)
		moved = func(s source.Span) source.Span { return source.Span{Start: at + s.Start, End: at + s.End} }
	}
	inner := &XMLFile{File: &source.File{Data: []byte(text)}, options: a.options, version: a.version}
	inner.lines = inner.File.Lines()
	root := inner.read()
	for _, e := range inner.elements {
		e.tag, e.content = moved(e.tag), moved(e.content)
	}
	return root
}

// Texts that the product replaces in an artifact: one that begins with $SYSTEM: is an environment variable, whatever stands
// around it; of the others only the product knows what they are.
var (
	systemVariable = regexp.MustCompile(`^\$SYSTEM:([_a-zA-Z0-9]+)`)
	keptElsewhere  = regexp.MustCompile(`^\$FILE:[_a-zA-Z0-9]+|\$\{configs\.[^}]*\}|vault-lookup\(`)
	lookup         = regexp.MustCompile(`^\{?wso2:vault-lookup\('([A-Za-z0-9_.:-]{1,128})'\)\}?$`)
)

// inject takes a parameter's text from where it says.
func (x *XMLFile) inject(v *Value, text string) {
	if m := lookup.FindStringSubmatch(text); m != nil {
		x.fromVault(v, m[1])
		return
	}
	if m := systemVariable.FindStringSubmatch(text); m != nil {
		value, given := x.options.Env[m[1]]
		v.Text, v.Tainted, v.Clear = value, true, false
		ph := Placeholder{Kind: System, Name: m[1], Key: v.Key, Resolved: given}
		if !given {
			ph.Reason, v.State, v.Reason = EnvNotGiven, Unknown, EnvNotGiven
		}
		v.Origin = append(v.Origin, Hop{Kind: System, Key: v.Key, Name: m[1]})
		v.Variables = append(v.Variables, ph)
		return
	}
	switch {
	case keptElsewhere.MatchString(text):
		v.State, v.Reason, v.Clear, v.Text = Unknown, KeptElsewhere, false, secret.Value{}
	case placeholder.MatchString(text):
		v.Clear = false // it is not replaced here, but it is no password either
	}
}

// harmlessParameters are those whose texts may be shown.
var harmlessParameters = regexp.MustCompile(`^(?:wss\.ssl\.(?:key|trust)\.store\.(?:file|type)|(?:mqtt|rabbitmq\.connection)\.ssl\.(?:(?:key|trust)store\.(?:location|type)|enabled?|version))$`)

func harmlessParameter(e *element) bool {
	if e.name.Local == "parameter" {
		name, _ := e.attr("", "name")
		return harmlessParameters.MatchString(name)
	}
	return harmlessElement(e)
}

// harmlessName tells whether an attribute may be shown: what things are called, and what they are.
func harmlessName(name, value string) bool {
	switch name {
	case "name", "protocol", "class", "sequence", "onError", "suspend":
		return artifactName(value)
	}
	return value == synapseSpace || value == ""
}
