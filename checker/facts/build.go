package facts

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// Input is what the steps before found out about a target.
type Input struct {
	stores.Scene
	Target   *layout.Target
	Table    stores.Table // the data that Deployment was read with
	Now      time.Time
	Settings Settings
	Own      Own
}

// Own is what an organisation knows beside the product tables.
type Own struct {
	// KnownKeys are public keys whose private key is known to others, by SHA-256 of the SubjectPublicKeyInfo (lower-case hex),
	// with what is said about them.
	KnownKeys map[string]string
	// Passwords are too common to be used, in lower case.
	Passwords map[string]bool
}

// DefaultSettings are the parameters of rules where nothing else is said.
var DefaultSettings = Settings{ValidityDays: 825, InternalDays: 730, ExpiringDays: 30, ExpiringNoticeDays: 90, PasswordLength: 12}

// With gives the settings with the values of some parameters, by the names that METADATA and the document have for them. A
// name that is no setting is an error.
func (s Settings) With(parameters map[string]any) (Settings, error) {
	if len(parameters) == 0 {
		return s, nil
	}
	b, err := json.Marshal(parameters)
	if err != nil {
		return s, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err = d.Decode(&s)
	return s, err
}

// builder holds one document under construction.
type builder struct {
	in     Input
	doc    *Document
	places Places
	stores map[storeKey]string // id
	// matters are the flat keys that a store or the host name depends on.
	matters map[string]bool
	// The anchors of the truststore, indexed once.
	truststore *keystore.Store
	index      *trust.Anchors
}

// Build makes the document of a target and the places that its pointers lead to.
func Build(in Input) (*Document, Places) {
	d := in.Deployment
	b := &builder{in: in, places: Places{}, stores: map[storeKey]string{}, matters: map[string]bool{}}
	b.doc = &Document{
		Schema:   SchemaVersion,
		Now:      stamp(in.Now),
		Settings: in.Settings,
		Target: Target{
			URI: d.File.URI, Layout: string(in.Target.Kind), RootsComplete: in.Target.Complete, Product: in.Target.Product,
			Version: d.Version, VersionFrom: in.Target.Version.Origin, Parsed: d.Parsed,
		},
		Server:   Server{Hostname: Value{Origin: []string{}}, HostnameFrom: []Elsewhere{}, Hosts: []Elsewhere{}},
		Problems: []Problem{}, Tables: []Table{}, Keys: []Key{}, Placeholders: []Placeholder{}, Secrets: []Secret{},
		Options: []Option{}, RabbitMQ: []RabbitMQ{}, TLS: []TLS{}, Idle: []Idle{}, Profiles: []ProfileFile{}, Beside: []Beside{}, References: []Reference{}, Stores: []Store{}, Trust: []Trust{},
	}
	if in.Target.Version.Number == "" {
		b.doc.Target.VersionFrom = "assumed"
	}
	b.doc.Target.Table, b.doc.Target.TableFrom = b.table()
	if in.Target.Image != nil {
		b.doc.Target.Image = in.Target.Image.Base
	}
	b.doc.Target.WorkTree = in.Target.Source.Git(in.Target.Path).WorkTree
	b.doc.Target.OthersRead = in.Target.Source.Modes() && d.File.Mode.Perm()&0o004 != 0
	b.place(Place{Pointer: "/file", Root: "/file"})
	b.problems()
	if !d.Parsed {
		return b.doc, b.places
	}
	b.doc.Server.Hostname = b.value(d.Value("server.hostname"))
	b.depend(d.Value("server.hostname"))
	b.hosts()
	if v := d.Value("jce_provider.provider_name"); v.State == deployment.Known && !v.Tainted && product.Compare(d.Version, "4.6.0") >= 0 {
		b.doc.Server.JCEProvider = v.Text.Reveal() // rendered since 4.2, but read from 4.6 on
	}
	b.options()
	b.rabbitMQ()
	b.inArtifacts()
	b.tables()
	b.keys()
	b.secrets()
	for _, r := range in.References {
		b.reference(r)
	}
	b.profiles()
	b.tls()
	b.idle()
	b.beside()
	b.trust()
	b.placeholders()
	return b.doc, b.places
}

// table says which data of the product the file was read with, and why.
func (b *builder) table() (which string, from []string) {
	switch t := b.in.Table; {
	case len(t.Files) > 0:
		return "installation", t.Files
	case t.Err != nil:
		return "built-in-instead", []string{t.URI}
	}
	return "built-in", []string{}
}

//go:noinline
func (b *builder) place(p Place) { b.places[p.Pointer] = p }

// stamp is the one form of a time in the document: RFC 3339 in UTC, so that text order is time order.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
