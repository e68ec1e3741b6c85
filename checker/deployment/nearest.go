package deployment

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxSection is how many segments of a section are indexed; no section that the product reads has more.
const maxSection = 8

// Nearest is where to point for a flat, mapped key: the key itself where it is written; else, section by section from the
// inside out, the header, the inline-table key, or the first written key of the section ("listener.keystore.location" under
// [transport.http] for transport.http.listener.keystore.type); else the zero span (line 1). A key that people write under
// another name (transport.http.listener.secured_protocols) is looked for by that name first.
func (d *Document) Nearest(key string) source.Span {
	if k := d.KeyOf(key); k != nil {
		return k.Span
	}
	d.sectionOnce.Do(d.indexSections)
	key = plain(key)
	if written, ok := d.table.WrittenAs(key); ok {
		// One segment ("transport") says too little of where a key belongs.
		for section := parent(written); strings.Contains(section, "."); section = parent(section) {
			if s, ok := d.sections[section]; ok {
				return s
			}
		}
	}
	for section := parent(key); section != ""; section = parent(section) {
		if s, ok := d.sections[section]; ok {
			return s
		}
	}
	return source.Span{}
}

// indexSections notes for every section where to point: headers win over inline-table keys, and those over the first key.
func (d *Document) indexSections() {
	d.sections = map[string]source.Span{}
	for _, t := range d.Tables {
		if _, known := d.sections[plain(t.Name)]; !known {
			d.sections[plain(t.Name)] = t.Span
		}
	}
	for _, k := range d.Keys {
		if k.Type != Inline || k.Array != "" {
			continue
		}
		if _, known := d.sections[plain(k.Written)]; !known {
			d.sections[plain(k.Written)] = k.Span
		}
	}
	for _, k := range d.Keys {
		if k.Array != "" {
			continue
		}
		d.indexParents(plain(k.Written), k.Span)
		if k.Mapped != k.Written {
			d.indexParents(plain(k.Mapped), k.Span)
		}
	}
}

func (d *Document) indexParents(key string, at source.Span) {
	for section := parent(key); section != ""; section = parent(section) {
		if strings.Count(section, ".") >= maxSection {
			continue
		}
		if _, known := d.sections[section]; !known {
			d.sections[section] = at
		}
	}
}

func parent(key string) string {
	return key[:max(strings.LastIndexByte(key, '.'), 0)]
}
