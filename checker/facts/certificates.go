package facts

import (
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// certificate describes a certificate; its self-signature is checked only where a rule asks (verify), since that costs.
func (b *builder) certificate(c *keystore.Certificate, verify bool) Certificate {
	out := Certificate{
		SHA256: c.SHA256(), SPKI: c.SPKISHA256(), Subject: c.Subject, Issuer: c.Issuer, Serial: c.SerialHex(),
		KeyAlgorithm: c.Key.Algorithm, KeyBits: c.Key.Bits, Signature: c.SignatureAlgorithm,
		SelfIssued: string(c.RawSubject) == string(c.RawIssuer) && len(c.RawSubject) > 0,
		SelfSigned: Truth{State: "unknown", Reason: "not-checked"},
	}
	b.validity(&out, c.NotBefore, c.NotAfter)
	out.HasSAN, out.IsCA = c.HasSAN, c.IsCA
	out.HasKeyUsage, out.KeyUsageCritical, out.KeyUsage = c.HasKeyUsage, c.KeyUsageCritical, listed(c.KeyUsage)
	out.HasExtKeyUsage, out.ExtKeyUsage = c.HasExtKeyUsage, listed(c.ExtKeyUsage)
	out.Weakness = string(trust.Weakness(c.Key))
	if !out.SelfIssued {
		out.SelfSigned = Truth{State: "known"}
	}
	if verify {
		out.SelfSigned = selfSigned(c)
	}
	if from, ok := b.known(out.SPKI); ok {
		out.Known = &Known{ShippedIn: from}
	}
	return out
}

// known tells where a public key is known from, whose private key others have: from a product, or from the organisation's list.
func (b *builder) known(spki string) (from string, ok bool) {
	if k, ok := product.Known(spki); ok {
		return k.ShippedIn, true
	}
	comment, ok := b.in.Own.KnownKeys[spki]
	if !ok {
		return "", false
	}
	from = "your organisation's list of known keys"
	if comment != "" {
		from += " ('" + comment + "')"
	}
	return from, true
}

func selfSigned(c *keystore.Certificate) Truth {
	self, known := trust.SelfSigned(c)
	if !known {
		return Truth{State: "unknown", Reason: string(trust.Unverifiable)}
	}
	return Truth{State: "known", Value: self}
}

// listed is a list that is never null in the document.
func listed(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

func (b *builder) validity(out *Certificate, from, to time.Time) {
	out.NotBefore, out.NotAfter = stamp(from), stamp(to)
	out.SecondsToStart = from.Unix() - b.in.Now.Unix()
	out.SecondsLeft = to.Unix() - b.in.Now.Unix()
	out.Days = (to.Unix() - from.Unix()) / 86400
}

// shippedCertificate describes the certificate of a release's default key from the version table.
func (b *builder) shippedCertificate(k product.KnownKey) Certificate {
	out := Certificate{
		SHA256: k.Certificate, SPKI: k.SPKI, Subject: k.Subject, SelfIssued: k.SelfSigned,
		SelfSigned: Truth{State: "known", Value: k.SelfSigned}, Known: &Known{ShippedIn: k.ShippedIn},
		KeyUsage: []string{}, ExtKeyUsage: []string{},
	}
	if k.SelfSigned {
		out.Issuer = k.Subject
	}
	b.validity(&out, k.NotBefore, k.NotAfter)
	return out
}

// trust asks whether the primary's certificate leads to an anchor of the truststore.
func (b *builder) trust() {
	var primary, truststore *stores.Reference
	for _, r := range b.in.References {
		switch {
		case !r.InForce:
		case r.Role == stores.Primary:
			primary = r
		case r.Role == stores.Truststore:
			truststore = r
		}
	}
	if primary == nil || truststore == nil {
		return
	}
	out := Trust{Keystore: primary.Section, Truststore: truststore.Section}
	unknown := func(reason string) {
		out.Verdict, out.SelfSigned = Truth{State: "unknown", Reason: reason}, Truth{State: "unknown", Reason: reason}
		b.doc.Trust = append(b.doc.Trust, out)
	}
	switch {
	case primary.Why != "":
		unknown("primary-" + string(primary.Why))
		return
	case truststore.Why != "":
		unknown("truststore-" + string(truststore.Why))
		return
	case primary.Opened.Entry == nil || primary.Opened.Entry.Kind != keystore.PrivateKeyEntry || len(primary.Opened.Entry.Chain) == 0:
		unknown("alias-not-found")
		return
	}
	chain := primary.Opened.Entry.Chain
	v := b.anchors(truststore).Validate(chain, trust.Options{})
	out.Alias, out.Subject, out.SelfSigned = b.alias(primary.Opened.Entry.Alias), chain[0].Subject, selfSigned(chain[0])
	out.Reason, out.Issuer = string(v.Reason), v.Issuer
	out.Verdict = Truth{State: "known", Value: v.Trusted}
	if v.Unknown {
		out.Verdict = Truth{State: "unknown", Reason: string(v.Reason)}
	}
	if v.Anchor != nil {
		out.Anchor = v.Anchor.Alias
	}
	b.doc.Trust = append(b.doc.Trust, out)
}
