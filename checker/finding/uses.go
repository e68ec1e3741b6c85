package finding

import (
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

// Use is one section's use of a store, as an audit shows it. Its texts may be hostile, and are never secret.
type Use struct {
	Section      string // "keystore.primary"
	Title        string // "the primary keystore"
	Store        string // URI; where the file is not at hand, or its path came by a variable, what the configuration says
	State        string // opened, or why it was not, in a few words
	Trust        bool   // it is a truststore
	Anchors      int    // of a truststore that opened: certificates that it trusts
	Certificates []Certificate
	Paths        []Path
}

// Certificate is one of a chain that a section uses.
type Certificate struct {
	Alias, Subject, Issuer, SHA256 string
	NotBefore, NotAfter            string // RFC 3339, UTC
	SecondsLeft                    int64
	Key                            string // "RSA 2048"
	Signature                      string
	Leaf                           bool
	Known                          string // where the private key is published; empty: not known to be
}

// Path is Java's verdict on a keystore's certificate against a truststore.
type Path struct {
	Truststore string // section
	Verdict    string // yes, no, unknown
	Detail     string // the anchor's alias, or why not
}

// Uses tells who uses which store, from the facts alone; references that are not in force are left out.
func Uses(doc *facts.Document) []Use {
	var uses []Use
	for i := range doc.References {
		r := &doc.References[i]
		if !r.InForce {
			continue
		}
		u := Use{Section: r.Section, Title: r.Title, Store: r.Location.URI, Trust: r.Trust}
		if u.Store == "" {
			u.Store = r.File.Shown
		}
		u.State = stateOf(r)
		for _, s := range doc.Stores {
			if r.Trust && s.ID == r.Store && s.Anchors.State == "known" {
				u.Anchors = s.AnchorCount
			}
		}
		for _, k := range r.Keys {
			for n, c := range k.Chain {
				u.Certificates = append(u.Certificates, certificateOf(k.Alias, c, n == 0))
			}
		}
		for _, t := range doc.Trust {
			if t.Keystore == r.Section {
				u.Paths = append(u.Paths, pathOf(t))
			}
		}
		uses = append(uses, u)
	}
	return uses
}

func stateOf(r *facts.Reference) string {
	switch {
	case r.Contents.State == "known" && r.Shipped:
		return "the product's own, judged from the version table"
	case r.Contents.State == "known":
		return "opened"
	case r.Problem != "":
		return "does not open: " + r.Problem
	case r.Location.Status != "found":
		return r.Location.Status
	}
	return "not opened: " + r.Contents.Reason
}

func certificateOf(alias string, c facts.Certificate, leaf bool) Certificate {
	out := Certificate{
		Alias: alias, Subject: c.Subject, Issuer: c.Issuer, SHA256: c.SHA256, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		SecondsLeft: c.SecondsLeft, Key: c.KeyAlgorithm, Signature: c.Signature, Leaf: leaf,
	}
	if c.KeyBits > 0 {
		out.Key = fmt.Sprintf("%s %d", c.KeyAlgorithm, c.KeyBits)
	}
	if c.Known != nil {
		out.Known = c.Known.ShippedIn
	}
	return out
}

func pathOf(t facts.Trust) Path {
	p := Path{Truststore: t.Truststore, Verdict: "unknown", Detail: t.Verdict.Reason}
	if t.Verdict.State == "known" {
		p.Verdict, p.Detail = "no", t.Reason
		if t.Issuer != "" {
			p.Detail += ": " + t.Issuer
		}
		if t.Verdict.Value {
			p.Verdict, p.Detail = "yes", t.Anchor
		}
	}
	return p
}
