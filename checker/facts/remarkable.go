package facts

import (
	"fmt"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// weakAnchorBits is the least size of an RSA anchor that is not listed.
const weakAnchorBits = 2048

// remarkable lists what rules about anchors and encodings ask of an entry, so that they need not walk all of them.
func (b *builder) remarkable(out *Store, e *keystore.Entry) {
	for _, c := range e.Chain {
		if c.X509() == nil && len(c.Oddities()) > 0 { // a strict parser, crypto/x509, refuses it; else it is merely unusual
			out.Odd = append(out.Odd, Named{Alias: b.alias(e.Alias), Subject: c.Subject, Detail: strings.Join(c.Oddities(), "; ")})
		}
	}
	c := e.Leaf()
	if c == nil {
		return
	}
	named := func(detail string) Named { return Named{Alias: b.alias(e.Alias), Subject: c.Subject, Detail: detail} }
	if from, ok := b.known(c.SPKISHA256()); ok {
		out.KnownAnchors = append(out.KnownAnchors, named(from))
	}
	if !c.NotAfter.IsZero() && !c.NotAfter.After(b.in.Now) {
		out.ExpiredAnchors = append(out.ExpiredAnchors, named(c.NotAfter.UTC().Format(time.DateOnly)))
	}
	switch {
	case c.Key.Algorithm == "RSA" && c.Key.Bits > 0 && c.Key.Bits < weakAnchorBits:
		out.WeakAnchors = append(out.WeakAnchors, named(fmt.Sprintf("RSA with %d bits", c.Key.Bits)))
	case strings.HasPrefix(c.SignatureAlgorithm, "MD5") && string(c.RawIssuer) != string(c.RawSubject):
		out.WeakAnchors = append(out.WeakAnchors, named("signed with MD5"))
	}
}

// links looks at how a chain hangs together; whether it is complete depends on the truststore.
func (b *builder) links(chain []*keystore.Certificate) Links {
	out := Links{State: "known", BadIssuers: []BadIssuer{}}
	var anchors *trust.Anchors
	why := stores.NotFound
	for _, r := range b.in.References {
		if r.Role == stores.Truststore && r.InForce {
			if why = r.Why; why == "" {
				anchors = b.anchors(r)
			}
		}
	}
	rep := trust.Chain(chain, anchors)
	if rep.Unknown {
		out.State = "unknown"
	}
	out.Ordered, out.Missing = rep.Ordered, rep.Missing
	if !rep.Ordered && rep.Misplaced < len(chain) {
		out.Misplaced = chain[rep.Misplaced].Subject
	}
	out.Complete = Truth{State: "known", Value: rep.Complete}
	if !rep.Complete && anchors == nil {
		out.Complete = Truth{State: "unknown", Reason: "truststore-" + string(why)}
	}
	for _, x := range rep.BadIssuers {
		out.BadIssuers = append(out.BadIssuers, BadIssuer{Subject: x.Certificate.Subject, Issued: x.Issued.Subject, Reason: string(x.Reason)})
	}
	return out
}

// anchors indexes a truststore's anchors once a document.
func (b *builder) anchors(r *stores.Reference) *trust.Anchors {
	if b.truststore != r.Opened.Store || b.index == nil {
		b.truststore, b.index = r.Opened.Store, trust.NewAnchors(r.Opened.Store)
	}
	return b.index
}
