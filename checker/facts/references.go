package facts

import (
	"fmt"
	"path"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

// titles are the references in words.
var titles = map[string]string{
	"keystore.primary":                    "the primary keystore",
	"keystore.internal":                   "the internal keystore",
	"truststore":                          "the truststore",
	"transport.http.listener.keystore":    "the HTTPS listener's keystore",
	"transport.http.sender.keystore":      "the HTTPS sender's keystore",
	"internal_api_ssl_config.key_store":   "the internal API's keystore",
	"transport.http.listener.truststore":  "the HTTPS listener's truststore",
	"transport.http.sender.truststore":    "the HTTPS sender's truststore",
	"internal_api_ssl_config.trust_store": "the internal API's truststore",

	"transport.netty.https.sender.keystore":   "the netty sender's keystore",
	"transport.netty.https.sender.truststore": "the netty sender's truststore",
	"transport.vfs.listener.keystore":         "the VFS transport's keystore",
	stores.VaultSection:                       "the secure vault's keystore",
	"transport.wss.sender":                    "the WebSocket sender's truststore",
	"transport.mqtt.listener/keystore":        "the MQTT listener's keystore",
	"transport.mqtt.listener/truststore":      "the MQTT listener's truststore",
}

// owners are the arrays of tables whose elements name stores, in words.
var owners = map[string]string{
	"transport.rabbitmq.listener":          "the RabbitMQ listener's ",
	"transport.rabbitmq.sender":            "the RabbitMQ sender's ",
	"transport.blocking.rabbitmq.listener": "the blocking RabbitMQ listener's ",
	"transport.blocking.rabbitmq.sender":   "the blocking RabbitMQ sender's ",
	"custom_transport.listener":            "a custom listener's ",
	"custom_transport.sender":              "a custom sender's ",
	"external_vault":                       "the external vault's ",
}

// title puts a reference in words.
func title(r *stores.Reference) string {
	if r.Element == nil {
		return titles[r.Section]
	}
	store := "keystore"
	if r.Trust() {
		store = "truststore"
	}
	if r.Role == stores.Secondary {
		return "the secondary keystore"
	}
	return owners[r.Element.Array] + store
}

// shippedAlias is the alias of the key in every default store of the product.
const shippedAlias = "wso2carbon"

func (b *builder) reference(r *stores.Reference) {
	out := Reference{
		Section: r.Section, Role: string(r.Role), Title: title(r), Trust: r.Trust(), TLS: r.TLS, InForce: r.InForce, Decrypts: r.Decrypts, Base: r.Base,
		InheritedBy: r.InheritedBy, KeysWritten: []string{},
		File: b.value(r.File), Type: b.value(r.Type), Password: b.value(r.Password), Alias: b.value(r.Alias), KeyPassword: b.value(r.KeyPassword),
		Shipped: r.Shipped, Keys: []UsedKey{},
		Entry: Entry{State: "unknown", Reason: string(r.Why)},
	}
	if out.InheritedBy == nil {
		out.InheritedBy = []string{}
	}
	for _, v := range []*deployment.Value{r.File, r.Type, r.Password, r.Alias, r.KeyPassword} {
		b.depend(v)
	}
	out.PasswordsEqual = equalTexts(r.Password, r.KeyPassword)
	out.BasePassword = equalTexts(r.Password, b.basePassword(r))
	out.PasswordLike = b.passwordLike(r)
	switch {
	case r.Store != nil:
		b.ofProfile(&out, r)
	case r.Artifact != nil:
		b.ofArtifact(&out, r)
	case r.Element != nil:
		b.ofElement(&out, r)
	case r.SecretConf != nil:
		b.ofSecretConf(&out, r)
	default:
		b.header(&out)
	}
	b.location(&out, r)
	out.Contents = State{State: "known"}
	if r.Why != "" || !r.InForce {
		out.Contents = State{State: "unknown", Reason: string(r.Why)}
	}
	switch {
	case r.Shipped:
		b.shipped(&out, r)
	case r.Opened != nil:
		b.opened(&out, r)
	default:
		out.Opens = Truth{State: "unknown", Reason: string(r.Why)}
	}
	b.doc.References = append(b.doc.References, out)
}

// header tells whether and where the section itself is written.
func (b *builder) header(out *Reference) {
	d := b.in.Deployment
	out.Header = "/sections/" + out.Section
	p := Place{Pointer: out.Header, Root: out.Header, Key: out.Section, Span: d.Nearest(out.File.Key)}
	if ts := d.Table(out.Section); len(ts) > 0 {
		p.Span, p.Written, out.SectionWritten = ts[0].Span, true, true
	}
	for _, v := range []Value{out.File, out.Type, out.Password, out.Alias, out.KeyPassword} {
		if v.Written {
			out.KeysWritten = append(out.KeysWritten, strings.TrimPrefix(v.Key, out.Section+"."))
		}
	}
	out.SectionWritten = out.SectionWritten || len(out.KeysWritten) > 0
	b.place(p)
}

// ofElement points at the header of the element that names the store.
func (b *builder) ofElement(out *Reference, r *stores.Reference) {
	out.Header, out.SectionWritten = "/sections/"+out.Section, true
	for _, v := range []Value{out.File, out.Type, out.Password} {
		if v.Written {
			out.KeysWritten = append(out.KeysWritten, v.Key[strings.LastIndexByte(v.Key, '.')+1:])
		}
	}
	b.place(Place{Pointer: out.Header, Root: out.Header, Key: out.Section, Span: r.Element.Span, Written: true})
}

// ofSecretConf points at the key of secret-conf.properties that names the store.
func (b *builder) ofSecretConf(out *Reference, r *stores.Reference) {
	out.Header, out.SectionWritten = "/sections/"+out.Section, true
	for _, v := range []*deployment.Value{r.File, r.Type, r.Password, r.Alias, r.KeyPassword} {
		if v.File == r.SecretConf.XMLFile && v.Written != nil {
			out.KeysWritten = append(out.KeysWritten, path.Base(v.Key))
		}
	}
	b.place(Place{Pointer: out.Header, Root: out.Header, Key: out.Section, Span: r.File.Span, Written: true, File: r.File.File})
}

func (b *builder) location(out *Reference, r *stores.Reference) {
	l := r.Location
	out.Location = Location{Status: string(l.Status), Looked: []string{}, InSecurity: l.InSecurity, OutsideHome: l.OutsideHome}
	if l.Status == "" {
		out.Location.Status = "unknown"
	}
	if t := b.in.Target; l.CopyMissing != nil && t.Image != nil {
		out.Location.CopyMissing = fmt.Sprintf("%s:%d", t.Source.URI(t.Image.File), l.CopyMissing.Line)
	}
	out.Location.Bare = r.Path != "" && path.Base(r.Path) == r.Path && !strings.Contains(r.Path, `\`)
	if r.File != nil && r.File.Tainted {
		return // where it lies tells what the variable holds
	}
	if l.Looked != nil {
		out.Location.Looked = l.Looked
	}
	if l.Status == layout.Found {
		out.Location.URI = l.Source.URI(l.Name)
		if e, ok := l.Source.(interface{ Embedded(string) bool }); ok {
			out.Location.Embedded = e.Embedded(l.Name)
		}
		git := l.Source.Git(l.Name)
		out.Location.Tracked, out.Location.WorkTree = git.Tracked, git.WorkTree
		if info, err := l.Source.Stat(l.Name); err == nil && l.Source.Modes() {
			out.Location.OthersRead = info.Mode().Perm()&0o004 != 0
		}
	}
}

// storeKey tells contents apart: by digest, or the shipped default of a role.
type storeKey struct {
	digest  [32]byte
	shipped bool
}

// id gives a content's id; make builds it the first time.
func (b *builder) id(k storeKey, build func(id string) Store) string {
	if id, ok := b.stores[k]; ok {
		return id
	}
	id := fmt.Sprintf("s%d", len(b.stores)+1)
	b.stores[k] = id
	b.doc.Stores = append(b.doc.Stores, build(id))
	return id
}

// shipped describes the product's own store, which is not at hand, from the version table.
func (b *builder) shipped(out *Reference, r *stores.Reference) {
	out.Opens = Truth{State: "known", Value: out.Password.Password != nil && out.Password.Password.Default}
	if out.Password.Password == nil {
		out.Opens = Truth{State: "unknown", Reason: string(stores.PasswordUnknown)}
	}
	key, ok := product.ShippedKey(b.in.Deployment.Version)
	if r.Trust() || !ok {
		return
	}
	cert := b.shippedCertificate(key)
	out.Contents = State{State: "known"}
	out.Store = b.id(storeKey{shipped: true}, func(id string) Store {
		return Store{
			ID: id, PrivateKeys: []PrivateKey{{Alias: shippedAlias, Leaf: cert}}, CaseTwins: []string{}, Protection: Protection{Ciphers: []Cipher{}},
			KnownAnchors: []Named{}, ExpiredAnchors: []Named{}, WeakAnchors: []Named{}, Odd: []Named{}, JavaRefuses: []string{},
			Anchors: State{State: "unknown", Reason: string(stores.ShippedUnknown)},
		}
	})
	configured := out.Alias.State == "known" && strings.EqualFold(r.Alias.Text.Reveal(), shippedAlias)
	out.Entry = Entry{State: "absent", Nearest: shippedAlias}
	if configured {
		out.Entry = Entry{State: "known", Alias: shippedAlias, Kind: string(keystore.PrivateKeyEntry)}
	}
	if configured || r.TLS {
		out.Keys = []UsedKey{{
			Alias: shippedAlias, Configured: configured, Chain: []Certificate{cert},
			Opens: Truth{State: "unknown", Reason: string(stores.ShippedUnknown)}, OpensWithStorePassword: Truth{State: "unknown", Reason: string(stores.ShippedUnknown)},
			Matches:    Truth{State: "unknown", Reason: string(stores.ShippedUnknown)},
			CoversHost: Truth{State: "unknown", Reason: string(stores.ShippedUnknown)},
			Links:      Links{State: "unknown", Complete: Truth{State: "unknown", Reason: string(stores.ShippedUnknown)}, BadIssuers: []BadIssuer{}},
		}}
	}
}

// opened describes a store that is at hand.
func (b *builder) opened(out *Reference, r *stores.Reference) {
	o := r.Opened
	out.Opens = truth(o.Opens, r.Why, out.Password)
	out.OpensWithDefault = o.Default >= 0
	switch r.Why {
	case stores.Damaged, stores.TooCostly, stores.Unsupported, stores.WrongPassword:
		out.Problem = string(r.Why)
	}
	if o.Err != nil {
		out.Detail = o.Err.Error()
	}
	out.Store = b.id(storeKey{digest: o.Content.Digest}, func(id string) Store { return b.store(id, r) })
	if r.Why != "" {
		return
	}
	b.entry(out, r)
	for _, k := range o.Keys {
		used := UsedKey{
			Alias: b.alias(k.Entry.Alias), Configured: o.Entry == k.Entry, Chain: []Certificate{},
			Opens: truth(k.Opens, "", out.KeyPassword), OpensWithStorePassword: truth(k.OpensWithStore, "", out.Password),
			Matches: truth(k.Matches, "key-not-opened", Value{}), JavaRefuses: k.Entry.JavaRefuses, CoversHost: b.coversHost(k.Entry.Leaf()), NotCovered: b.notCovered(k.Entry.Leaf()), Links: b.links(k.Entry.Chain),
		}
		for _, c := range k.Entry.Chain {
			used.Chain = append(used.Chain, b.certificate(c, true))
		}
		out.Keys = append(out.Keys, used)
	}
}

func (b *builder) entry(out *Reference, r *stores.Reference) {
	o := r.Opened
	switch {
	case r.Trust():
		out.Entry = Entry{State: "absent"}
	case !o.AliasKnown:
		out.Entry = Entry{State: "unknown", Reason: out.Alias.Reason}
		if out.Alias.State == "absent" {
			out.Entry = Entry{State: "absent"}
		}
	case o.Entry == nil:
		out.Entry = Entry{State: "absent", Nearest: b.nearestAlias(r)}
	default:
		out.Entry = Entry{State: "known", Alias: b.alias(o.Entry.Alias), Kind: string(o.Entry.Kind)}
	}
}

// nearestAlias suggests what was meant: the only private key, or the one whose alias is within three letters.
func (b *builder) nearestAlias(r *stores.Reference) string {
	best, at, n := "", 4, 0
	want := strings.ToLower(r.Alias.Text.Reveal())
	for i := range r.Opened.Store.Entries {
		e := &r.Opened.Store.Entries[i]
		if e.Kind != keystore.PrivateKeyEntry {
			continue
		}
		n++
		if len(e.Alias) > 200 || len(want) > 200 {
			continue // a distance costs the product of both lengths
		}
		if d := levenshtein.ComputeDistance(want, strings.ToLower(e.Alias)); d < at || n == 1 {
			best, at = e.Alias, min(d, at)
		}
	}
	if n > 1 && at == 4 {
		return ""
	}
	return b.alias(best)
}

// alias gives an alias as it may be shown: one that the configuration hides behind a variable is shown as that.
func (b *builder) alias(alias string) string {
	for _, r := range b.in.References {
		if v := r.Alias; v != nil && v.Tainted && v.State == deployment.Known && strings.EqualFold(v.Text.Reveal(), alias) {
			return v.Display()
		}
	}
	return alias
}

// store describes a content as far as no reference's passwords matter.
func (b *builder) store(id string, r *stores.Reference) Store {
	o := r.Opened
	out := Store{ID: id, Format: string(o.Content.Format), Size: o.Content.Size, PrivateKeys: []PrivateKey{}, Anchors: State{State: "known"},
		CaseTwins: []string{}, Protection: Protection{Ciphers: []Cipher{}},
		KnownAnchors: []Named{}, ExpiredAnchors: []Named{}, WeakAnchors: []Named{}, Odd: []Named{}, JavaRefuses: []string{}}
	if o.Store != nil {
		out.Protection = protection(o.Store.Protection)
	}
	if o.Store == nil || r.Why != "" {
		out.Anchors = State{State: "unknown", Reason: string(r.Why)}
		return out
	}
	out.Complete = o.Store.Complete
	out.CaseTwins = b.caseTwins(o.Store)
	out.JavaRefuses = b.javaRefuses(o.Store)
	o.Store.PrepareX509()
	for i := range o.Store.Entries {
		e := &o.Store.Entries[i]
		b.remarkable(&out, e)
		switch e.Kind {
		case keystore.PrivateKeyEntry:
			k := PrivateKey{Alias: b.alias(e.Alias)}
			if c := e.Leaf(); c != nil {
				k.Leaf = b.certificate(c, false)
				out.AnchorCount++
			}
			out.PrivateKeys = append(out.PrivateKeys, k)
		case keystore.CertificateEntry:
			out.Certificates++
			out.AnchorCount++
		case keystore.SecretKeyEntry:
			out.SecretKeys++
		}
	}
	return out
}

// javaRefuses says why Java does not load a store, the first few reasons, with aliases as they may be shown.
func (b *builder) javaRefuses(s *keystore.Store) []string {
	reasons := []string{}
	for _, reason := range s.JavaRefuses[:min(len(s.JavaRefuses), 10)] {
		for i := range s.Entries {
			if a := s.Entries[i].Alias; b.alias(a) != a {
				reason = strings.ReplaceAll(reason, "'"+a+"'", "'"+b.alias(a)+"'")
			}
		}
		reasons = append(reasons, reason)
	}
	return reasons
}

// equalTexts compares two passwords.
func equalTexts(a, b *deployment.Value) Truth {
	for _, v := range []*deployment.Value{a, b} {
		switch {
		case v == nil:
			return Truth{State: "unknown", Reason: "no-such-key"}
		case v.State != deployment.Known:
			return Truth{State: "unknown", Reason: string(v.Reason)}
		}
	}
	return Truth{State: "known", Value: a.Text.Equal(b.Text)}
}

// basePassword is the password of the section that a reference inherits from.
func (b *builder) basePassword(r *stores.Reference) *deployment.Value {
	for _, base := range b.in.References {
		if base.Section == r.Base {
			return base.Password
		}
	}
	return nil
}

// passwordLike tells what a password can be guessed by.
func (b *builder) passwordLike(r *stores.Reference) string {
	if r.Password == nil || r.Password.State != deployment.Known {
		return ""
	}
	is := func(v *deployment.Value, text func(string) string) bool {
		return v != nil && v.State == deployment.Known && strings.EqualFold(r.Password.Text.Reveal(), text(v.Text.Reveal()))
	}
	same := func(s string) string { return s }
	switch {
	case r.Password.Text.Empty():
	case is(r.Alias, same):
		return "alias"
	case is(r.File, func(s string) string { return strings.TrimSuffix(path.Base(s), path.Ext(s)) }):
		return "file"
	case is(b.in.Deployment.Value("server.hostname"), same):
		return "host"
	}
	return ""
}

// protection describes how a file protects itself.
func protection(p keystore.Protection) Protection {
	out := Protection{Integrity: p.Integrity, Iterations: p.Iterations, Ciphers: []Cipher{}}
	add := func(use string, cs []keystore.Cipher) {
		for _, c := range cs {
			out.Ciphers = append(out.Ciphers, Cipher{Use: use, Algorithm: c.Algorithm, Iterations: c.Iterations})
		}
	}
	add("certificates", p.Certificates)
	add("keys", p.Keys)
	return out
}

// caseTwins lists the aliases that differ from another one by case only.
func (b *builder) caseTwins(s *keystore.Store) []string {
	first := map[string]string{}
	out := []string{}
	for i := range s.Entries {
		a := s.Entries[i].Alias
		folded := strings.ToLower(a)
		if f, ok := first[folded]; ok && f != a {
			out = append(out, b.alias(f), b.alias(a))
		} else if !ok {
			first[folded] = a
		}
	}
	return out
}

// truth turns an answer into a fact; v is the value that it depends on, whose reason explains an unknown one.
func truth(a stores.Answer, why stores.Why, v Value) Truth {
	switch a {
	case stores.Yes:
		return Truth{State: "known", Value: true}
	case stores.No:
		return Truth{State: "known"}
	case stores.Unknown:
	}
	reason := v.Reason
	if reason == "" {
		reason = string(why)
	}
	return Truth{State: "unknown", Reason: reason}
}
