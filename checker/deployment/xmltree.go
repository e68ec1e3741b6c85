package deployment

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// What reading one XML file may cost.
const (
	maxXMLDepth    = 64
	maxXMLElements = 100_000
	maxXMLText     = 64 << 10 // of one element, in bytes
)

// element is an XML element with where it stands.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	tag      source.Span // the start tag
	content  source.Span // between the tags, without the blanks around it; empty where there is nothing, or where elements are
	text     strings.Builder
	parent   *element
	children []*element
	tooLong  bool
}

// child is the first child of a name without a namespace, which is the one that the product takes; nil where there is none.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.name == (xml.Name{Local: name}) {
			return c
		}
	}
	return nil
}

func (e *element) attr(space, local string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name == (xml.Name{Space: space, Local: local}) {
			return a.Value, true
		}
	}
	return "", false
}

// xmlReader makes a tree of a file. The decoder follows nothing: it knows no entity beside XML's five, and a DTD ends it.
type xmlReader struct {
	file     *XMLFile
	data     []byte
	d        *xml.Decoder
	root     *element
	open     *element
	depth    int
	elements int
	spaces   map[string]int // namespaces in scope, by how many elements declare them
}

// read gives the root; nil where the file has a problem, which is noted.
func (r *xmlReader) read() *element {
	r.data, r.spaces = r.file.File.Data, map[string]int{}
	if bytes.HasPrefix(r.data, []byte("\xff\xfe")) || bytes.HasPrefix(r.data, []byte("\xfe\xff")) {
		r.file.problem(XMLLimit, source.Span{}, nil, "The file is written in UTF-16, which the checker does not read.")
		return nil
	}
	r.d = xml.NewDecoder(bytes.NewReader(r.data))
	r.d.CharsetReader = r.charset
	for {
		from := int(r.d.InputOffset())
		token, err := r.d.Token()
		to := int(r.d.InputOffset())
		span := source.Span{Start: min(from, len(r.data)), End: min(to, len(r.data))}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.broken(span)
			return nil
		}
		if !r.token(token, span) {
			return nil
		}
	}
	if r.root == nil {
		r.file.problem(XMLSyntax, source.Span{}, nil, "The file holds no XML element.")
	}
	return r.root
}

// charset lets the texts of other character sets through where they say the same in all of them.
func (r *xmlReader) charset(_ string, input io.Reader) (io.Reader, error) {
	for _, b := range r.data {
		if b >= utf8.RuneSelf {
			r.file.problem(XMLLimit, source.Span{}, nil, "The file is written in a character set that the checker does not read; UTF-8 is safe everywhere.")
			return nil, io.ErrUnexpectedEOF
		}
	}
	return input, nil
}

// broken notes where the XML ends to be XML. The decoder's own words quote the file, so they are not used.
func (r *xmlReader) broken(at source.Span) {
	if len(r.file.Problems) > 0 {
		return // it was said why
	}
	at.Start = max(at.Start, at.End-1)
	r.file.problem(XMLSyntax, at, nil, "The file is no well-formed XML: the parser stops here. Look for a tag that is not closed, an '&' or '<' that is not escaped, and quotation marks.")
}

// token takes one token; false ends the reading.
func (r *xmlReader) token(token xml.Token, span source.Span) bool {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t, span)
	case xml.EndElement:
		r.end(span)
	case xml.CharData:
		return r.chars(t, span)
	case xml.Comment:
		r.file.comments = append(r.file.comments, span)
	case xml.ProcInst:
		if t.Target != "xml" {
			r.file.comments = append(r.file.comments, span)
		}
	case xml.Directive:
		who := "neither the product nor the checker reads one"
		if r.file.anySpace {
			who = "the checker reads none" // of Synapse's parser nothing is known
		}
		r.file.problem(XMLSyntax, span, nil, "The file has a document type declaration (DTD): "+who+". Remove it, and every entity that it defines.")
		return false
	}
	return true
}

func (r *xmlReader) start(t xml.StartElement, span source.Span) bool {
	if r.open == nil && r.root != nil {
		r.broken(span)
		return false
	}
	r.elements++
	if r.depth++; r.depth > maxXMLDepth || r.elements > maxXMLElements {
		r.file.problem(XMLLimit, span, nil, "The file has more elements, or is nested deeper, than the checker reads.")
		return false
	}
	e := &element{name: t.Name, attrs: t.Copy().Attr, tag: span, parent: r.open}
	e.content = source.Span{Start: span.End, End: span.End}
	for _, space := range declared(e) {
		r.spaces[space]++
	}
	if !r.named(e) {
		r.broken(span)
		return false
	}
	if r.open == nil {
		r.root = e
	} else {
		r.open.children = append(r.open.children, e)
	}
	r.open = e
	r.file.elements = append(r.file.elements, e)
	return true
}

// declared are the namespaces that an element declares.
func declared(e *element) []string {
	var spaces []string
	for _, a := range e.attrs {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			spaces = append(spaces, a.Value)
		}
	}
	return spaces
}

// named tells whether the prefixes of an element are declared and none of its attributes is there twice, without which it is
// no XML to Java.
func (r *xmlReader) named(e *element) bool {
	known := func(n xml.Name) bool {
		return n.Space == "" || n.Space == "xmlns" || n.Space == "http://www.w3.org/XML/1998/namespace" || r.spaces[n.Space] > 0
	}
	seen := make(map[xml.Name]bool, len(e.attrs))
	for _, a := range e.attrs {
		if seen[a.Name] || !known(a.Name) {
			return false
		}
		seen[a.Name] = true
	}
	return known(e.name)
}

func (r *xmlReader) end(span source.Span) {
	e := r.open
	if len(e.children) == 0 && span.Start > e.tag.End {
		e.content = trimmed(r.data, source.Span{Start: e.tag.End, End: span.Start})
	}
	for _, space := range declared(e) {
		r.spaces[space]--
	}
	r.open = e.parent
	r.depth--
}

func (r *xmlReader) chars(t xml.CharData, span source.Span) bool {
	text := bytes.TrimPrefix(t, []byte("\ufeff"))
	if r.open == nil {
		if len(bytes.TrimSpace(text)) > 0 {
			r.broken(span)
			return false
		}
		return true
	}
	if r.open.text.Len()+len(t) > maxXMLText {
		r.open.tooLong = true
	} else {
		r.open.text.Write(t)
	}
	if len(bytes.TrimSpace(text)) > 0 {
		r.file.texts = append(r.file.texts, xmlText{span, r.open})
	}
	return true
}

// trimmed is a span without the blanks around what stands in it; where it is all blank, its start.
func trimmed(data []byte, s source.Span) source.Span {
	text := data[s.Start:s.End]
	left := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
	if left == len(text) {
		return source.Span{Start: s.Start, End: s.Start}
	}
	return source.Span{Start: s.Start + left, End: s.Start + len(bytes.TrimRight(text, " \t\r\n"))}
}
