package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

// problems lists why the product would refuse the file.
func (b *builder) problems() {
	d := b.in.Deployment
	for i, p := range d.Problems {
		r := d.Lines.Region(p.Span)
		out := Problem{
			Pointer: fmt.Sprintf("/problems/%d", i), Kind: string(p.Kind), Detail: p.Detail, Line: r.StartLine, Column: r.StartColumn,
			Name: p.Key, Table: p.Table,
		}
		if p.Kind == deployment.Duplicate {
			out.First = d.Lines.Region(p.First).StartLine
		}
		b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Span: p.Span, Written: true})
		b.doc.Problems = append(b.doc.Problems, out)
	}
}

// tables lists the headers that rules about sections need: of stores, and those that the product does not read.
func (b *builder) tables() {
	d := b.in.Deployment
	read := readSections(d.Data())
	for i, t := range d.Tables {
		out := Table{Pointer: fmt.Sprintf("/tables/%d", i), Name: t.Name, Array: t.Array, Keys: []string{}, Known: read[t.Name]}
		for _, k := range d.Keys {
			if k.Table == t.Name {
				out.Keys = append(out.Keys, strings.TrimPrefix(k.Written, t.Name+"."))
			}
		}
		if !out.Known {
			out.Nearest = nearestSection(t.Name)
		}
		if _, store := stores.Keys(t.Name); out.Known && !store {
			continue // rules get short lists
		}
		b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: t.Name, Span: t.Span, Written: true})
		b.doc.Tables = append(b.doc.Tables, out)
	}
}

// readSections are the tables that have a key which some template, default or mapping of the table knows, and all above them.
func readSections(t *product.Table) map[string]bool {
	m := map[string]bool{}
	add := func(key string) {
		for i := strings.LastIndexByte(key, '.'); i > 0; i = strings.LastIndexByte(key, '.') {
			key = key[:i]
			m[key] = true
		}
	}
	for k := range t.Read {
		add(k)
	}
	for k := range t.Default {
		add(k)
	}
	for k := range t.KeyMappings {
		add(strings.ReplaceAll(k, ":", "."))
	}
	for _, s := range stores.Sections() {
		m[s] = true
	}
	delete(m, "keystore") // a table above the sections, but with keys of its own it is none
	return m
}

// nearestSection finds the store section that a name was meant for: within two letters of it, whatever the separators, the
// order of its parts, or a plural.
func nearestSection(name string) string {
	plain := func(s string) string {
		return strings.NewReplacer("_", "", "-", "", "'", "", `"`, "").Replace(strings.ToLower(s))
	}
	parts := strings.Split(name, ".")
	slices.Reverse(parts)
	forms := []string{plain(name), plain(strings.Join(parts, "."))}
	best, at := "", 3
	for _, s := range stores.Sections() {
		for _, f := range forms {
			for _, w := range []string{plain(s), strings.ReplaceAll(plain(s), ".", "")} {
				if n := levenshtein.ComputeDistance(f, w); n < at {
					best, at = s, n
				}
			}
		}
	}
	return best
}

// keys lists what stands in store sections.
func (b *builder) keys() {
	d := b.in.Deployment
	for i, k := range d.Keys {
		dot := strings.LastIndexByte(k.Mapped, '.')
		if dot < 0 || k.Array != "" {
			continue
		}
		section, name := k.Mapped[:dot], k.Mapped[dot+1:]
		read, ok := stores.Keys(section)
		if !ok {
			continue
		}
		out := Key{Pointer: fmt.Sprintf("/keys/%d", i), Section: section, Name: name, Known: slices.Contains(read, name)}
		if !out.Known {
			out.Nearest = nearestKey(name, read)
		}
		b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true})
		b.doc.Keys = append(b.doc.Keys, out)
	}
}

// synonyms are the names that people give to keys, by other products' names for them.
var synonyms = map[string][]string{
	"file_name":    {"file", "filename", "name", "location", "path", "keystore", "keystore_file", "keystore_location", "truststore_location", "store", "store_file"},
	"location":     {"file", "filename", "file_name", "name", "path", "store", "store_file"},
	"password":     {"pass", "passwd", "pwd", "store_pass", "storepass", "store_password", "keystore_password", "truststore_password", "passphrase"},
	"key_password": {"keypass", "keypassword", "key_pass", "key_passwd", "private_key_password"},
	"alias":        {"key_alias", "keyalias", "cert_alias", "entry"},
	"type":         {"store_type", "keystore_type", "truststore_type", "format", "kind"},
}

// nearestKey finds the key that a name was meant for.
func nearestKey(name string, read []string) string {
	plain := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, k := range read {
		if slices.Contains(synonyms[k], plain) {
			return k
		}
	}
	return nearest(plain, read)
}

// nearest finds the name that is within two letters of a word, or a quarter of it for longer ones; empty where none is.
func nearest(word string, names []string) string {
	if len(word) > 200 {
		return "" // a distance costs the product of both lengths
	}
	best, at := "", max(3, len(word)/4)
	for _, n := range names {
		if len(n) > len(word)+at || len(n)+at < len(word) {
			continue
		}
		if d := levenshtein.ComputeDistance(word, n); d < at {
			best, at = n, d
		}
	}
	return best
}
