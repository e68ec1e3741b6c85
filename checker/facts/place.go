package facts

import (
	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Place is where a pointer of the document leads.
type Place struct {
	Pointer string
	// Key is the flat key; empty for headers, problems and the file itself.
	Key string
	// Root is the pointer of the place where the value is defined, behind all $refs and defaults; the pointer itself for
	// all that is not inherited.
	Root string
	// Span is the key's own span; where the key is not written, the nearest header or key of its section.
	Span source.Span
	// Written tells that Span is of the thing itself.
	Written bool
	Value   *deployment.Value // of /values/…; else nil
	// File is the file that Span is of; nil: the deployment.toml.
	File deployment.Text
}

// Places resolves pointers.
type Places map[string]Place

// Find gives the place of a pointer; one that leads nowhere is the start of the file, and false.
func (p Places) Find(pointer string) (Place, bool) {
	pl, ok := p[pointer]
	if !ok {
		return Place{Pointer: pointer, Root: pointer}, false
	}
	return pl, true
}
