package trust

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// authority is a CA of the hand-made tests.
type authority struct {
	spec
	cert *keystore.Certificate
}

func yes() *bool            { b := true; return &b }
func number(n int) *int     { return &n }
func usage(bits byte) *byte { return &bits }

func newRoot(name, key string, change ...func(*spec)) authority {
	s := spec{subject: encodeName(cn(name)), key: keyPool()[key], signer: keyPool()[key], basic: yes()}
	s.issuer = s.subject
	return finish(s, change)
}

func (a authority) issue(name, key string, change ...func(*spec)) authority {
	s := spec{subject: encodeName(cn(name)), key: keyPool()[key], issuer: a.subject, signer: a.key, basic: yes(), serial: 7}
	return finish(s, change)
}

func (a authority) leaf(change ...func(*spec)) *keystore.Certificate {
	return a.issue("host.example.com", "p256h", append([]func(*spec){func(s *spec) { s.basic = nil; s.dns = []string{"host.example.com"} }}, change...)...).cert
}

func finish(s spec, change []func(*spec)) authority {
	for _, f := range change {
		f(&s)
	}
	return authority{s, s.make()}
}

func certs(of ...*keystore.Certificate) []*keystore.Certificate { return of }

func TestReasons(t *testing.T) {
	root := newRoot("Root", "p256a")
	inter := root.issue("Inter", "p256b")
	leaf := inter.leaf()
	namesake := newRoot("Root", "p256c")
	rsa512 := newRoot("Small", "rsa512", func(s *spec) { s.digest = "SHA1" })
	md5 := newRoot("Big", "rsa2048a", func(s *spec) { s.digest = "MD5" })
	short := root.issue("Short", "p256d", func(s *spec) { s.pathLen = number(0) })
	narrow := root.issue("Narrow", "p256d", func(s *spec) { s.permitted = []string{"example.org"} })
	expired := root.issue("Old", "p256d", func(s *spec) { s.to = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) })
	noSign := root.issue("NoSign", "p256d", func(s *spec) { s.keyUsage = usage(kuSign) })
	notCA := root.issue("NotCA", "p256d", func(s *spec) { s.basic = nil })
	leafAnchor := notCA.leaf()

	for name, tt := range map[string]struct {
		chain   []*keystore.Certificate
		anchors []*keystore.Certificate
		dates   bool
		want    Reason
		at      *keystore.Certificate
		path    int // certificates of the path, with want == ""
	}{
		"no anchors":                  {certs(leaf), nil, false, NoAnchors, leaf, 0},
		"whole chain":                 {certs(leaf, inter.cert, root.cert), certs(root.cert), false, "", nil, 2},
		"root not sent":               {certs(leaf, inter.cert), certs(root.cert), false, "", nil, 2},
		"intermediate as anchor":      {certs(leaf), certs(inter.cert), false, "", nil, 1},
		"leaf as anchor":              {certs(leafAnchor), certs(leafAnchor), false, "", nil, 1},
		"intermediate missing":        {certs(leaf), certs(root.cert), false, IssuerMissing, leaf, 0},
		"root missing":                {certs(leaf, inter.cert), certs(namesake.leaf()), false, IssuerMissing, inter.cert, 0},
		"namesake of the root":        {certs(leaf, inter.cert), certs(namesake.cert), false, SignatureMismatch, inter.cert, 0},
		"out of order":                {certs(leaf, root.cert, inter.cert), certs(root.cert), false, "", nil, 2},
		"anchor is no CA":             {certs(leafAnchor), certs(notCA.cert), false, NotACA, leafAnchor, 0},
		"intermediate is no CA":       {certs(leafAnchor, notCA.cert), certs(root.cert), false, NotACA, leafAnchor, 0},
		"intermediate may not sign":   {certs(noSign.leaf(), noSign.cert), certs(root.cert), false, KeyUsage, nil, 0},
		"path length":                 {certs(short.issue("Under", "p256e").leaf(), short.issue("Under", "p256e").cert, short.cert), certs(root.cert), false, PathLength, nil, 0},
		"name constraints":            {certs(narrow.leaf(), narrow.cert), certs(root.cert), false, NameConstraints, nil, 0},
		"an anchor's constraints":     {certs(narrow.leaf()), certs(narrow.cert), false, "", nil, 1},
		"critical extension":          {certs(root.leaf(func(s *spec) { s.critical = true })), certs(root.cert), false, Critical, nil, 0},
		"small key of the anchor":     {certs(rsa512.leaf(func(s *spec) { s.digest = "SHA1" })), certs(rsa512.cert), false, Algorithm, nil, 0},
		"small key of the leaf":       {certs(root.leaf(func(s *spec) { s.key = keyPool()["rsa512"] })), certs(root.cert), false, Algorithm, nil, 0},
		"MD5":                         {certs(md5.leaf(func(s *spec) { s.digest = "MD5" })), certs(md5.cert), false, Algorithm, nil, 0},
		"MD2":                         {certs(md5.leaf(func(s *spec) { s.digest = "MD2" })), certs(md5.cert), false, Algorithm, nil, 0},
		"MD5 of the anchor":           {certs(md5.leaf()), certs(md5.cert), false, "", nil, 1},
		"SHA-1":                       {certs(md5.leaf(func(s *spec) { s.digest = "SHA1" })), certs(md5.cert), false, "", nil, 1},
		"PSS":                         {certs(md5.leaf(func(s *spec) { s.digest = "PSS" })), certs(md5.cert), false, "", nil, 1},
		"DSA":                         {certs(newRoot("D", "dsa").leaf()), certs(newRoot("D", "dsa").cert), false, "", nil, 1},
		"expired, dates left out":     {certs(expired.leaf(), expired.cert), certs(root.cert), false, "", nil, 2},
		"expired":                     {certs(expired.leaf(), expired.cert), certs(root.cert), true, Expired, expired.cert, 0},
		"expired anchor":              {certs(expired.leaf()), certs(expired.cert), true, "", nil, 1},
		"same key, other certificate": {certs(leaf, inter.cert, newRoot("Root", "p256a", func(s *spec) { s.serial = 99 }).cert), certs(root.cert), false, "", nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			got := NewAnchors(storeOf(tt.anchors...)).Validate(tt.chain, Options{Dates: tt.dates, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
			if got.Reason != tt.want || got.Unknown || got.Trusted != (tt.want == "") || len(got.Path) != tt.path {
				t.Errorf("got %q, trusted %v, unknown %v, a path of %d; want %q, %d", got.Reason, got.Trusted, got.Unknown, len(got.Path), tt.want, tt.path)
			}
			if tt.at != nil && got.At != tt.at {
				t.Errorf("ended at %v, want %v", got.At, tt.at.Subject)
			}
			if got.Trusted && got.Anchor == nil {
				t.Error("no anchor")
			}
			if !got.Trusted && tt.want != NoAnchors && got.Issuer == "" {
				t.Error("no issuer named")
			}
		})
	}
}

func TestIssuerMissingNamesTheIssuer(t *testing.T) {
	root := newRoot("Root", "p256a")
	inter := root.issue("Inter", "p256b")
	a := NewAnchors(storeOf(newRoot("Else", "p256c").cert))
	if got := a.Validate(certs(inter.leaf(), inter.cert), Options{}); got.Reason != IssuerMissing || got.Issuer != "CN=Root" {
		t.Errorf("got %q, issuer %q", got.Reason, got.Issuer)
	}
	if got := a.Validate(certs(inter.leaf(), inter.cert, root.cert), Options{}); got.Reason != IssuerMissing || got.Issuer != "CN=Root" || got.At != root.cert {
		t.Errorf("with the root sent: got %q, issuer %q", got.Reason, got.Issuer)
	}
}

func TestAnchorsOfAStore(t *testing.T) {
	root := newRoot("Root", "p256a")
	leaf := root.leaf()
	s := storeOf(newRoot("Replaced", "p256d").cert, root.cert)
	s.Entries[0].Alias = s.Entries[1].Alias
	s.Entries = append(s.Entries,
		keystore.Entry{Alias: "key", Kind: keystore.PrivateKeyEntry, Chain: certs(leaf, root.issue("Inter", "p256b").cert)},
		keystore.Entry{Alias: "aes", Kind: keystore.SecretKeyEntry},
		keystore.Entry{Alias: "Capitals", Kind: keystore.CertificateEntry, Chain: certs(newRoot("Capitals", "p256c").cert)},
		keystore.Entry{Alias: "empty", Kind: keystore.CertificateEntry})
	a := NewAnchors(s)
	if len(a.All()) != 2 || a.All()[1].Alias != "key" || a.All()[1].Certificate != leaf {
		t.Fatalf("anchors: %v", a.All())
	}
	if got, ok := a.Contains(leaf); !ok || got.Alias != "key" {
		t.Errorf("the leaf of the key entry is not found: %v", got)
	}
	if _, ok := a.Contains(root.leaf(func(s *spec) { s.serial = 3 })); ok {
		t.Error("another certificate is found")
	}
	if _, ok := a.Contains(nil); ok {
		t.Error("no certificate is found")
	}
	if n := len(NewAnchors(nil).All()); n != 0 {
		t.Errorf("no store has %d anchors", n)
	}
}

func TestSelfSigned(t *testing.T) {
	for name, key := range map[string]string{"EC": "p256a", "P-224": "p224", "RSA": "rsa2048a", "RSA-512": "rsa512", "DSA": "dsa", "Ed25519": "ed25519"} {
		sha1 := func(s *spec) {
			if key == "rsa512" {
				s.digest = "SHA1"
			}
		}
		if self, known := SelfSigned(newRoot("Root", key, sha1).cert); !self || !known {
			t.Errorf("%s: self-signed %v, known %v", name, self, known)
		}
	}
	for _, digest := range []string{"SHA1", "MD5", "SHA384", "PSS"} {
		if self, known := SelfSigned(newRoot("Root", "rsa2048a", func(s *spec) { s.digest = digest }).cert); !self || !known {
			t.Errorf("%s: self-signed %v, known %v", digest, self, known)
		}
	}
	if self, known := SelfSigned(newRoot("Root", "rsa2048a", func(s *spec) { s.digest = "MD2" }).cert); !self || known {
		t.Errorf("MD2: self-signed %v, known %v", self, known)
	}
	lookalike := newRoot("Root", "p256a", func(s *spec) { s.signer = keyPool()["p256b"] })
	if self, known := SelfSigned(lookalike.cert); self || !known {
		t.Errorf("signed by another key: self-signed %v, known %v", self, known)
	}
	root := newRoot("Root", "p256a")
	leaf := root.leaf()
	if self, known := SelfSigned(leaf); self || !known {
		t.Errorf("leaf: self-signed %v, known %v", self, known)
	}
	if ok, known := Issued(root.cert, leaf); !ok || !known {
		t.Errorf("issued %v, known %v", ok, known)
	}
	if ok, _ := Issued(leaf, root.cert); ok {
		t.Error("the leaf issued the root")
	}
	if ok, _ := Issued(nil, leaf); ok {
		t.Error("nothing issued the leaf")
	}
}

func TestChain(t *testing.T) {
	root := newRoot("Root", "p256a")
	inter := root.issue("Inter", "p256b")
	leaf := inter.leaf()
	short := root.issue("Short", "p256d", func(s *spec) { s.pathLen = number(0) })
	under := short.issue("Under", "p256e")
	fake := inter.issue("Fake", "p256f", func(s *spec) { s.basic = nil })
	noSign := root.issue("NoSign", "p256g", func(s *spec) { s.keyUsage = usage(kuSign) })
	for name, tt := range map[string]struct {
		chain     []*keystore.Certificate
		anchors   *Anchors
		ordered   bool
		misplaced int
		complete  bool
		missing   string
		path      int
		bad       []Reason
	}{
		"whole":             {certs(leaf, inter.cert, root.cert), nil, true, -1, true, "", 3, nil},
		"root not sent":     {certs(leaf, inter.cert), NewAnchors(storeOf(root.cert)), true, -1, true, "", 2, nil},
		"end is an anchor":  {certs(leaf, inter.cert), NewAnchors(storeOf(inter.cert)), true, -1, true, "", 2, nil},
		"root unknown":      {certs(leaf, inter.cert), nil, true, -1, false, "CN=Root", 2, nil},
		"missing":           {certs(leaf, root.cert), nil, false, 1, false, "CN=Inter", 1, nil},
		"out of order":      {certs(leaf, root.cert, inter.cert), nil, false, 1, true, "", 3, nil},
		"path length":       {certs(under.leaf(), under.cert, short.cert, root.cert), nil, true, -1, true, "", 4, []Reason{PathLength}},
		"leaf as CA":        {certs(fake.leaf(), fake.cert, inter.cert, root.cert), nil, true, -1, true, "", 4, []Reason{NotACA}},
		"without the usage": {certs(noSign.leaf(), noSign.cert, root.cert), nil, true, -1, true, "", 3, []Reason{KeyUsage}},
		"self-signed":       {certs(root.cert), nil, true, -1, true, "", 1, nil},
		"nothing":           {nil, nil, true, -1, false, "", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := Chain(tt.chain, tt.anchors)
			var bad []Reason
			for _, b := range got.BadIssuers {
				bad = append(bad, b.Reason)
			}
			if got.Ordered != tt.ordered || got.Misplaced != tt.misplaced || got.Complete != tt.complete || got.Missing != tt.missing ||
				len(got.Path) != tt.path || !slices.Equal(bad, tt.bad) || got.Unknown {
				t.Errorf("got %+v, bad issuers %v", got, bad)
			}
		})
	}
}

func TestNames(t *testing.T) {
	utf8 := func(s string) []byte { return encodeName(cn(s)) }
	for name, tt := range map[string]struct {
		a, b []byte
		want bool
	}{
		"same":             {utf8("Root"), utf8("Root"), true},
		"case":             {utf8("Root"), utf8("rOOT"), true},
		"inner spaces":     {utf8("My Root"), utf8("My   Root"), true},
		"outer spaces":     {utf8("Root"), utf8("  Root "), true},
		"string type":      {utf8("Root"), encodeName(attr{"2.5.4.3", 19, "Root"}), true},
		"IA5String":        {utf8("Root"), encodeName(attr{"2.5.4.3", 22, "Root"}), false},
		"sharp s":          {utf8("Straße"), utf8("STRASSE"), true},
		"composed":         {utf8("é"), utf8("é"), true},
		"escaped":          {utf8("a,b"), utf8("A,B"), true},
		"hash":             {utf8("#a"), utf8("a"), false},
		"order":            {encodeName(org("A"), cn("B")), encodeName(cn("B"), org("A")), false},
		"prefix":           {encodeName(org("A"), cn("B")), encodeName(org("A")), false},
		"email by its DER": {encodeName(attr{"1.2.840.113549.1.9.1", 22, "a@b.c"}), encodeName(attr{"1.2.840.113549.1.9.1", 22, "A@b.c"}), false},
		"empty":            {encodeName(), encodeName(), true},
		"tab":              {utf8("a\tb"), utf8("a b"), false},
		"broken":           {[]byte{0x30, 0x05}, []byte{0x30, 0x05}, true},
	} {
		if got := canonicalName(tt.a) == canonicalName(tt.b); got != tt.want {
			t.Errorf("%s: equal %v, want %v (%q, %q)", name, got, tt.want, canonicalName(tt.a), canonicalName(tt.b))
		}
	}
}

// BenchmarkValidate is the bar of docs/performance.md: a truststore of 150 anchors, three identities, at most 10 ms.
func BenchmarkValidate(b *testing.B) {
	var all []*keystore.Certificate
	for i := range 150 {
		all = append(all, newRoot(fmt.Sprintf("Root %d", i), "rsa2048a").cert)
	}
	store := storeOf(all...)
	root := newRoot("Root 77", "rsa2048a")
	inter := root.issue("Inter", "rsa2048b")
	chains := [][]*keystore.Certificate{
		certs(inter.leaf(), inter.cert), certs(inter.leaf(func(s *spec) { s.serial = 3 }), inter.cert, root.cert), certs(inter.leaf()),
	}
	b.ReportAllocs()
	for b.Loop() {
		a := NewAnchors(store)
		for _, c := range chains {
			a.Validate(c, Options{})
		}
	}
}
