package deployment

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxProfiles is how many profiles and clients of a file are read: each may bring two stores to open.
const maxProfiles = 50

// vaultSpace is the namespace of the attribute by which an element names a secret in place of its text.
const vaultSpace = "http://org.wso2.securevault/configuration"

// Side says whose SSL profiles a file holds.
type Side string

// The sides.
const (
	Listener Side = "listener"
	Sender   Side = "sender"
)

// ProfileFile is a file of SSL profiles as the product reads it (mi-semantics section 2).
type ProfileFile struct {
	File *source.File
	Side Side
	// Label is how keys name the file: its base name, or what stands for it where that must not be shown.
	Label    string
	Problems []ProfileProblem // in file order
	Parsed   bool             // it is XML; Profiles are what the product finds in it
	Profiles []*Profile       // in file order, each followed by its clients

	lines    *source.Lines
	options  Options
	version  string
	elements []*element
	texts    []xmlText
	comments []source.Span
}

// xmlText is a text that stands in an element.
type xmlText struct {
	source.Span
	in *element
}

// ProfileProblem is one reason why the product does not take a file of profiles, or a profile in it.
type ProfileProblem struct {
	Kind    ProfileProblemKind
	Span    source.Span
	Profile *Profile // nil: the file as a whole
	Detail  string   // a sentence without any text of the file
}

// ProfileProblemKind sorts problems.
type ProfileProblemKind string

// The kinds.
const (
	ProfileSyntax  ProfileProblemKind = "syntax"  // it is no XML that the product reads
	ProfileMissing ProfileProblemKind = "missing" // an element that the product insists on
	ProfileLimit   ProfileProblemKind = "limit"   // the checker does not read further; no word on the product
)

// Profile is one <profile>, or a <client> in one of a sender.
type Profile struct {
	Name       string        // "listenerprofiles.xml/profile[1]", "senderprofiles.xml/profile[1]/client[2]"
	Title      string        // in words: "listener profile 1 (0.0.0.0)"
	Client     bool          // it is a <client>
	Span       source.Span   // of its start tag
	Address    *Value        // bindAddress, servers, or the clientID
	NoValidate bool          // novalidatecert="true"
	KeyStore   *ProfileStore // nil where there is none
	TrustStore *ProfileStore
	// Settings beside the stores; Absent where they are not there.
	VerifyClient, Protocols, Ciphers *Value
	RevocationChecked                bool // <CertificateRevocationVerifier enable="true">
}

// ProfileStore is the <KeyStore> or <TrustStore> of a profile. KeyPassword and Alias are nil for a truststore.
type ProfileStore struct {
	Name                                         string // "listenerprofiles.xml/profile[1]/KeyStore"
	Span                                         source.Span
	Location, Type, Password, KeyPassword, Alias *Value
}

// ReadProfiles reads a file of SSL profiles. It never fails: what the product would not take is in Problems. The file is
// followed nowhere: no entity, no DTD.
func (d *Document) ReadProfiles(f *source.File, side Side, label string) *ProfileFile {
	p := &ProfileFile{File: f, Side: side, Label: label, lines: f.Lines(), options: d.options, version: d.Version}
	r := &xmlReader{file: p}
	root := r.read()
	if root == nil {
		return p
	}
	p.Parsed = true
	number := 0
	for _, e := range root.children {
		if e.name.Local != "profile" {
			continue
		}
		if e.name.Space != "" {
			p.problem(ProfileMissing, e.tag, nil, "This <profile> is in a namespace: the product looks for one without, and passes it over.")
			continue
		}
		number++
		if !p.profile(e, number) {
			break
		}
	}
	return p
}

func (p *ProfileFile) problem(kind ProfileProblemKind, at source.Span, in *Profile, detail string) {
	if len(p.Problems) < maxProfiles {
		p.Problems = append(p.Problems, ProfileProblem{Kind: kind, Span: p.oneLine(at), Profile: in, Detail: detail})
	}
}

// profile reads a profile and its clients; false where there are more than are read.
func (p *ProfileFile) profile(e *element, number int) bool {
	out := &Profile{Name: fmt.Sprintf("%s/profile[%d]", p.Label, number), Span: p.oneLine(e.tag)}
	address := "servers"
	if p.Side == Listener {
		address = "bindAddress"
	}
	out.Address = p.value(e, address, out.Name)
	out.Title = title(fmt.Sprintf("%s profile %d", p.Side, number), out.Address)
	if e.child(address) == nil {
		p.missing(e, out, out.Title, address)
	}
	if !p.add(e, out) {
		return false
	}
	client := 0
	for _, c := range e.children {
		if p.Side != Sender || c.name != (xml.Name{Local: "client"}) {
			continue
		}
		client++
		sub := &Profile{Name: fmt.Sprintf("%s/client[%d]", out.Name, client), Client: true, Span: p.oneLine(c.tag)}
		sub.Address = p.value(c, "clientID", sub.Name)
		sub.Title = title(fmt.Sprintf("client %d of sender profile %d", client, number), sub.Address)
		if !p.add(c, sub) {
			return false
		}
	}
	return true
}

// title names a profile by its address, as far as that fits on a line.
func title(name string, address *Value) string {
	const most = 60
	shown := strings.TrimSpace(address.Display())
	if r := []rune(shown); len(r) > most {
		shown = string(r[:most]) + "…"
	}
	if shown == "" {
		return name
	}
	return name + " (" + shown + ")"
}

// add reads what a profile and a client have in common.
func (p *ProfileFile) add(e *element, out *Profile) bool {
	if len(p.Profiles) >= maxProfiles {
		p.problem(ProfileLimit, e.tag, nil, "The file holds more profiles than the checker reads.")
		return false
	}
	if v, ok := e.attr("", "novalidatecert"); ok {
		out.NoValidate = v == "true"
	}
	out.KeyStore, out.TrustStore = p.store(e, out, "KeyStore"), p.store(e, out, "TrustStore")
	out.VerifyClient = p.value(e, "SSLVerifyClient", out.Name)
	out.Protocols = p.value(e, "HttpsProtocols", out.Name)
	out.Ciphers = p.value(e, "PreferredCiphers", out.Name)
	if c := e.child("CertificateRevocationVerifier"); c != nil {
		enable, _ := c.attr("", "enable")
		out.RevocationChecked = strings.EqualFold(enable, "true")
	}
	p.Profiles = append(p.Profiles, out)
	return true
}

// store reads a KeyStore or TrustStore; nil where the profile has none.
func (p *ProfileFile) store(parent *element, of *Profile, name string) *ProfileStore {
	e := parent.child(name)
	if e == nil {
		return nil
	}
	s := &ProfileStore{Name: of.Name + "/" + name, Span: p.oneLine(e.tag)}
	s.Location, s.Type, s.Password = p.value(e, "Location", s.Name), p.value(e, "Type", s.Name), p.value(e, "Password", s.Name)
	needed := []string{"Location", "Type", "Password"}
	if name == "KeyStore" {
		s.KeyPassword, s.Alias = p.value(e, "KeyPassword", s.Name), p.value(e, "ServerCertificateAlias", s.Name)
		needed = append(needed, "KeyPassword")
	}
	for _, n := range needed {
		if e.child(n) == nil {
			p.missing(e, of, "The "+name+" of "+of.Title, n)
		}
	}
	return s
}

func (p *ProfileFile) missing(e *element, of *Profile, what, name string) {
	what = strings.ToUpper(what[:1]) + what[1:]
	detail := fmt.Sprintf("%s has no <%s>, which the product insists on.", what, name)
	for _, c := range e.children {
		if c.name.Local == name {
			detail = fmt.Sprintf("%s has its <%s> in a namespace; the product insists on one without.", what, name)
		}
	}
	p.problem(ProfileMissing, e.tag, of, detail)
}

// value gives the text of a child as a value; Absent where there is no such child.
func (p *ProfileFile) value(parent *element, name, below string) *Value {
	v := &Value{Key: below + "/" + name, State: Absent, Password: passwordKey(name), File: p, Span: p.oneLine(parent.tag)}
	e := parent.child(name)
	if e == nil {
		return v
	}
	v.Span = p.oneLine(e.content)
	if e.content.Start == e.content.End {
		v.Span = p.oneLine(e.tag)
	}
	text := e.text.String()
	harmless := p.harmless(e) && harmlessText(text)
	v.State, v.Clear, v.Text = Known, true, secret.New(text)
	v.Written = &Key{Written: v.Key, Mapped: v.Key, Span: v.Span, Value: v.Span, Type: String, Raw: v.Text}
	v.Origin = []Hop{{Kind: Written, Key: v.Key, Span: v.Span, Line: p.lines.Region(v.Span).StartLine}}
	alias, vault := e.attr(vaultSpace, "secretAlias")
	if inner, ok := strings.CutPrefix(text, "$secret{"); ok && strings.HasSuffix(inner, "}") && !vault {
		alias, vault = strings.TrimSuffix(inner, "}"), true
	}
	switch {
	case e.tooLong:
		v.State, v.Reason, v.Clear, v.Text = Unknown, TooLarge, false, secret.Value{}
	case vault:
		p.fromVault(v, alias)
	case p.Side == Sender && product.Compare(p.version, "4.1.0") >= 0:
		p.expand(v, text)
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
	if vault {
		v.display = maskText("$secret{"+alias+"}", true)
	}
	return v
}

// fromVault gives a value that the product takes from the secure vault.
func (p *ProfileFile) fromVault(v *Value, alias string) {
	given, ok := p.options.Secrets[alias]
	v.Tainted, v.Clear, v.Text = true, false, given
	v.Origin = append(v.Origin, Hop{Kind: Secret, Key: v.Key, Name: alias})
	v.Variables = []Placeholder{{Kind: Secret, Name: alias, Key: v.Key, Resolved: true}}
	if !ok {
		v.State, v.Reason = Unknown, SecretNotGiven
	}
}

// expand replaces $env{NAME}.
func (p *ProfileFile) expand(v *Value, text string) {
	var b strings.Builder
	at := 0
	for len(v.Variables) < maxProfiles {
		start, end, name, ok := next(text, Env, at)
		if !ok {
			break
		}
		b.WriteString(text[at:start])
		at = end
		value, given := p.options.Env[name]
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
func (p *ProfileFile) oneLine(s source.Span) source.Span {
	line := p.lines.Region(s).StartLine
	end := p.lines.Offset(line, 1) + len(p.lines.Line(line))
	return source.Span{Start: s.Start, End: max(s.Start, min(s.End, end))}
}
