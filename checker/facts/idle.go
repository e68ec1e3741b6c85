package facts

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// families are tables of settings that some releases, or all, do not read; before is the first release that does, empty where
// none does (mi-semantics sections 1 and 2).
var families = []struct{ prefix, before string }{
	{"transport.passthru.", ""},
	{"keystore.internal.", "4.0.0"},
	{"keystore.secondary.", "4.4.0"},
	{"runtime_secrets.", "4.0.0"},
	{"transport.netty.https.sender.", "4.1.0"},
	{"jce_provider.", "4.6.0"},
}

// idle lists what is written and does not count, or not surely: the first key of each family that the release does not read, and
// settings that are written under both their names.
func (b *builder) idle() {
	d := b.in.Deployment
	seen := map[string]bool{}
	for _, k := range d.Keys {
		for _, f := range families {
			if !strings.HasPrefix(k.Mapped, f.prefix) || seen[f.prefix] || f.before != "" && product.Compare(d.Version, f.before) >= 0 {
				continue
			}
			seen[f.prefix] = true
			b.notRead(Idle{Kind: "unread", Key: k.Path(), Family: strings.TrimSuffix(f.prefix, "."), Since: f.before}, k)
		}
	}
	for _, c := range d.Conflicts() {
		last := c.Keys[len(c.Keys)-1]
		b.notRead(Idle{Kind: "twice", Key: last.Written, Other: c.Keys[0].Written, Line: d.Lines.Region(c.Keys[0].Span).StartLine}, last)
	}
}

func (b *builder) notRead(out Idle, k *deployment.Key) {
	out.Pointer = fmt.Sprintf("/idle/%d", len(b.doc.Idle))
	b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true})
	b.doc.Idle = append(b.doc.Idle, out)
}
