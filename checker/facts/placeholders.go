package facts

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// placeholders lists every $kind{name} that the file writes.
func (b *builder) placeholders() {
	for i, k := range b.in.Deployment.Keys {
		if k.Type != deployment.String {
			continue
		}
		v := b.valueOf(k)
		if v == nil {
			continue
		}
		for j, p := range v.Variables {
			if p.Key != v.Key {
				continue // of a value that this one refers to
			}
			out := Placeholder{
				Pointer: fmt.Sprintf("/placeholders/%d/%d", i, j), Key: k.Mapped, Kind: string(p.Kind), Name: p.Name, Resolved: p.Resolved,
				Reason: string(p.Reason), Store: k.Array == "" && b.matters[k.Mapped], InSecret: strings.HasPrefix(k.Mapped, "secrets."),
			}
			switch p.Reason {
			case deployment.SecretMissing:
				out.Nearest = nearest(p.Name, b.secretAliases())
			case deployment.RefMissing:
				out.Nearest = nearest(p.Name, b.allKeys())
			}
			// It is shown at its key, so that what other rules say of the same key is said at the same place.
			pl := Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true}
			if _, ok := b.places[pointerOf(k.Mapped)]; ok && k.Array == "" {
				pl.Root = pointerOf(k.Mapped)
			}
			b.place(pl)
			b.doc.Placeholders = append(b.doc.Placeholders, out)
		}
	}
}

// valueOf gives the effective value of a key as written, in an array of tables that of its element.
func (b *builder) valueOf(k *deployment.Key) *deployment.Value {
	d := b.in.Deployment
	if k.Array == "" {
		if d.KeyOf(k.Mapped) != k {
			return nil // another definition of the same key counts
		}
		return d.Value(k.Mapped)
	}
	for _, e := range d.Elements(k.Array) {
		if e.Index == k.Index {
			return e.Value(strings.TrimPrefix(k.Mapped, k.Array+"."))
		}
	}
	return nil
}

func (b *builder) secretAliases() []string {
	var names []string
	for _, s := range b.doc.Secrets {
		names = append(names, s.Alias)
	}
	return names
}

// allKeys lists the keys that a $ref can name.
func (b *builder) allKeys() []string {
	var names []string
	for _, v := range b.in.Deployment.Values() {
		names = append(names, v.Key)
	}
	return names
}
