package deployment

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxProfiles is how many profiles and clients of a file are read: each may bring two stores to open.
const maxProfiles = 50

// Side says whose SSL profiles a file holds.
type Side string

// The sides.
const (
	Listener Side = "listener"
	Sender   Side = "sender"
)

// ProfileFile is a file of SSL profiles as the product reads it (mi-semantics section 2).
type ProfileFile struct {
	*XMLFile // parsed: Profiles are what the product finds in it
	Side     Side
	Profiles []*Profile // in file order, each followed by its clients
}

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
	p := &ProfileFile{XMLFile: d.newXML(f, label), Side: side}
	p.harmless, p.harmlessAttribute = harmlessElement, harmlessAttribute
	if side == Sender && product.Compare(d.Version, "4.1.0") >= 0 {
		p.replace = p.expand
	}
	root := p.read()
	if root == nil {
		return p
	}
	number := 0
	for _, e := range root.children {
		if e.name.Local != "profile" {
			continue
		}
		if e.name.Space != "" {
			p.problem(XMLMissing, e.tag, nil, "This <profile> is in a namespace: the product looks for one without, and passes it over.")
			continue
		}
		number++
		if !p.profile(e, number) {
			break
		}
	}
	return p
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
		p.problem(XMLLimit, e.tag, nil, "The file holds more profiles than the checker reads.")
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
	s := p.storeIn(e, of.Name+"/"+name)
	needed := []string{"Location", "Type", "Password"}
	if name == "KeyStore" {
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
	p.problem(XMLMissing, e.tag, of, detail)
}
