package facts

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// placeholders lists every $kind{name} that the file writes.
func (b *builder) placeholders() {
	suggestions := 50 // a search for the nearest name costs the number of keys
	for i, k := range b.in.Deployment.Keys {
		if k.Type != deployment.String {
			continue
		}
		v := b.in.Deployment.Resolved(k)
		if v == nil {
			continue
		}
		for j, p := range v.Variables {
			if p.Key != v.Key {
				continue // of a value that this one refers to
			}
			if !strings.Contains(k.Raw.Reveal(), "$"+string(p.Kind)+"{"+p.Name+"}") {
				p.Name = "…" // it came through a variable, so that its name is what the variable holds
			}
			out := Placeholder{
				Pointer: fmt.Sprintf("/placeholders/%d/%d", i, j), Key: k.Path(), Kind: string(p.Kind), Name: p.Name, Resolved: p.Resolved,
				Reason: string(p.Reason), Store: b.matters[k.Path()], InSecret: strings.HasPrefix(k.Mapped, "secrets."),
				Breaks: p.Breaks,
			}
			if suggestions > 0 && (p.Reason == deployment.SecretMissing || p.Reason == deployment.RefMissing) {
				suggestions--
				out.Nearest = nearest(p.Name, b.candidates(p.Reason))
			}
			// It is shown at its key, so that what other rules say of the same key is said at the same place.
			pl := Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true}
			if _, ok := b.places[pointerOf(k.Path())]; ok {
				pl.Root = pointerOf(k.Path())
			}
			b.place(pl)
			b.doc.Placeholders = append(b.doc.Placeholders, out)
		}
	}
}

// candidates are the names that a placeholder could have meant.
func (b *builder) candidates(r deployment.Reason) []string {
	var names []string
	if r == deployment.SecretMissing {
		for _, s := range b.doc.Secrets {
			names = append(names, s.Alias)
		}
		return names
	}
	for _, v := range b.in.Deployment.Values() {
		names = append(names, v.Key)
	}
	return names
}
