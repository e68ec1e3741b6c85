package deployment

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Change is what a rule asks for at a place of the file, in terms of the setting; Edits puts it in terms of bytes.
type Change struct {
	Kind ChangeKind
	Name string // of RenameKey and Insert: the last part of the key; of RenameTable: the whole name
	Text string // of SetText and Insert: the text of the value
}

// ChangeKind is the kind of a change.
type ChangeKind string

// The changes that are safe in text: none needs to understand more than the place that it is made at.
const (
	SetText     ChangeKind = "set-text"     // the text of a string
	RenameKey   ChangeKind = "rename-key"   // the last part of a key
	RenameTable ChangeKind = "rename-table" // a header
	Insert      ChangeKind = "insert"       // another key of the same section, on the line below
	QuoteValue  ChangeKind = "quote-value"  // true becomes "true"
	Slashes     ChangeKind = "slashes"      // the backslashes of a path become slashes
	MergeTable  ChangeKind = "merge-table"  // what stands under a repeated header moves to the first one
	Straighten  ChangeKind = "straighten"   // typographic quotes around values become straight ones, in the whole file
)

// Edit replaces a span of the file by a text. An empty span is an insertion.
type Edit struct {
	source.Span
	Text string
	// Moves: the text is what stood elsewhere in the file, and so may hold a secret: no report may show it.
	Moves bool
}

// Edits gives what to replace for a change at the span of a key, a header or a problem, sorted by place; none where the change
// can't be made safely there: a value that holds a placeholder, a name that is taken, a text of several lines. They are the
// fewest bytes that do it, so that comments and layout stay, and no password is part of what is written.
func (d *Document) Edits(at source.Span, c Change) []Edit {
	switch c.Kind {
	case MergeTable:
		return d.mergeTable(at)
	case Straighten:
		return d.straighten()
	case RenameTable:
		return d.renameTable(at, c.Name)
	}
	k := d.keyAt(at)
	if k == nil {
		if c.Kind == Slashes {
			return d.slashesOfBrokenLine(at)
		}
		return nil
	}
	switch c.Kind {
	case SetText:
		return d.setText(k, c.Text)
	case RenameKey:
		return d.renameKey(k, c.Name)
	case Insert:
		return d.insert(k, c.Name, c.Text)
	case QuoteValue:
		if k.Type != Boolean && k.Type != Integer && k.Type != Float {
			return nil
		}
		return []Edit{{Span: source.Span{Start: k.Value.Start, End: k.Value.Start}, Text: `"`}, {Span: source.Span{Start: k.Value.End, End: k.Value.End}, Text: `"`}}
	case Slashes:
		if k.Type != String || d.inner(k.Value) == (source.Span{}) {
			return nil
		}
		return d.slashes(d.inner(k.Value), d.File.Data[k.Value.Start] == '"')
	}
	return nil
}

// keyAt gives the key with that very span.
func (d *Document) keyAt(at source.Span) *Key {
	i := slices.IndexFunc(d.Keys, func(k *Key) bool { return k.Span == at })
	if i < 0 || at.End <= at.Start {
		return nil
	}
	return d.Keys[i]
}

// inner is what stands between the quotes of a string on one line; zero for strings of several lines.
func (d *Document) inner(value source.Span) source.Span {
	raw := d.File.Data[value.Start:value.End]
	if len(raw) < 2 || raw[0] != raw[len(raw)-1] || raw[0] != '"' && raw[0] != '\'' || bytes.HasPrefix(raw, []byte(`"""`)) || bytes.HasPrefix(raw, []byte(`'''`)) {
		return source.Span{}
	}
	return source.Span{Start: value.Start + 1, End: value.End - 1}
}

// setText replaces the part of a string in which the old text and the new one differ.
func (d *Document) setText(k *Key, text string) []Edit {
	span := d.inner(k.Value)
	if span == (source.Span{}) || !literal(text) {
		return nil
	}
	old := string(d.File.Data[span.Start:span.End])
	if !literal(old) || old == text {
		return nil
	}
	head := 0
	for head < len(old) && head < len(text) && old[head] == text[head] {
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(text)-head && old[len(old)-1-tail] == text[len(text)-1-tail] {
		tail++
	}
	for head > 0 && head < len(old) && !utf8.RuneStart(old[head]) {
		head--
	}
	for tail > 0 && !utf8.RuneStart(old[len(old)-tail]) {
		tail--
	}
	return []Edit{{Span: source.Span{Start: span.Start + head, End: span.End - tail}, Text: text[head : len(text)-tail]}}
}

// literal tells that a text stands in either kind of quotes as it is, and holds no placeholder. ${carbon.home} is none.
func literal(text string) bool {
	return !placeholder.MatchString(text) && !strings.ContainsAny(text, "\"'\\") &&
		!strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f || c == utf8.RuneError })
}

func (d *Document) renameKey(k *Key, name string) []Edit {
	raw := d.File.Data[k.Span.Start:k.Span.End]
	last := lastSegment(k.Written)
	if !bare(name) || !bare(last) || !bytes.HasSuffix(raw, []byte(last)) {
		return nil
	}
	renamed := strings.TrimSuffix(k.Written, last) + name
	if slices.ContainsFunc(d.Keys, func(o *Key) bool {
		return o.Array == k.Array && o.Index == k.Index && (plain(o.Written) == plain(renamed) || plain(o.Mapped) == plain(renamed))
	}) {
		return nil // it is there already: which of the two is meant is not ours to say
	}
	return []Edit{{Span: source.Span{Start: k.Span.End - len(last), End: k.Span.End}, Text: name}}
}

func (d *Document) renameTable(at source.Span, name string) []Edit {
	i := slices.IndexFunc(d.Tables, func(t Table) bool { return t.Span == at })
	if i < 0 || d.Tables[i].Array || slices.ContainsFunc(strings.Split(name, "."), func(s string) bool { return !bare(s) }) {
		return nil
	}
	if slices.ContainsFunc(d.Tables, func(t Table) bool { return plain(t.Name) == name }) ||
		slices.ContainsFunc(d.Keys, func(k *Key) bool { return k.Array == "" && strings.HasPrefix(plain(k.Written)+".", name+".") }) {
		return nil
	}
	return []Edit{{Span: at, Text: name}}
}

// insert writes another key below one that has a line of its own, with its indent and its prefix ("keystore.type" below
// "keystore.location").
func (d *Document) insert(k *Key, name, text string) []Edit {
	line := d.line(k.Span.Start)
	before := d.File.Data[line.Start:k.Span.Start]
	if k.Array != "" || !bare(name) || !literal(text) || len(bytes.TrimLeft(before, " \t")) > 0 || k.Value.End > line.End || !bare(lastSegment(k.Written)) {
		return nil
	}
	raw := string(d.File.Data[k.Span.Start:k.Span.End])
	last := lastSegment(k.Written)
	sibling := strings.TrimSuffix(k.Written, last) + name
	if !strings.HasSuffix(raw, last) || slices.ContainsFunc(d.Keys, func(o *Key) bool { return o.Array == "" && plain(o.Written) == plain(sibling) }) {
		return nil
	}
	return []Edit{{
		Span: source.Span{Start: line.End, End: line.End},
		Text: d.newline(line.End) + string(before) + strings.TrimSuffix(raw, last) + name + " = \"" + text + `"`,
	}}
}

// line is the line of an offset without its end.
func (d *Document) line(at int) source.Span {
	data := d.File.Data
	at = min(at, len(data))
	span := source.Span{Start: bytes.LastIndexByte(data[:at], '\n') + 1, End: len(data)}
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		span.End = at + i
	}
	if span.End > span.Start && data[span.End-1] == '\r' {
		span.End--
	}
	return span
}

// newline is how the first line that ends behind an offset does so.
func (d *Document) newline(at int) string {
	if i := bytes.IndexByte(d.File.Data[at:], '\n'); i > 0 && d.File.Data[at+i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// slashes turns the backslashes of a path into slashes, doubled ones of a string in double quotes into one.
func (d *Document) slashes(span source.Span, escaped bool) []Edit {
	var edits []Edit
	for i := span.Start; i < span.End; i++ {
		if d.File.Data[i] != '\\' {
			continue
		}
		end := i + 1
		if escaped && end < span.End && d.File.Data[end] == '\\' {
			end++
		}
		edits = append(edits, Edit{Span: source.Span{Start: i, End: end}, Text: "/"})
		i = end - 1
	}
	return edits
}

// brokenPath is a line that gives a path in double quotes, in a file that does not parse.
var brokenPath = regexp.MustCompile(`^[ \t]*(?:[A-Za-z0-9_-]+[ \t]*\.[ \t]*)*(?:file_name|location|file_path)[ \t]*=[ \t]*"([^"\r\n]*)"[ \t]*(?:#.*)?\r?$`)

// slashesOfBrokenLine repairs the line on which the parser stopped at a backslash, if it gives a path. Elsewhere a backslash
// may be part of a password.
func (d *Document) slashesOfBrokenLine(at source.Span) []Edit {
	line := d.line(at.Start)
	m := brokenPath.FindSubmatchIndex(d.File.Data[line.Start:line.End])
	if m == nil {
		return nil
	}
	return d.slashes(source.Span{Start: line.Start + m[2], End: line.Start + m[3]}, true)
}

// curly is a line whose value stands in typographic quotes, or in one of them and a straight one. What is between is taken as
// it is.
var curly = regexp.MustCompile(`^[ \t]*[A-Za-z0-9_."' \t-]+=[ \t]*([` + typographic + typographicSingle + `"'])([^` + typographic + typographicSingle + `"\r\n]*)([` + typographic + typographicSingle + `"'])[ \t]*(?:#.*)?\r?$`)

// straighten replaces the typographic quotes of every line that has them around its value. A file with strings of several
// lines is left alone: what is inside such a string can't be told while the file does not parse.
func (d *Document) straighten() []Edit {
	data := d.File.Data
	if bytes.Contains(data, []byte(`"""`)) || bytes.Contains(data, []byte(`'''`)) {
		return nil
	}
	var edits []Edit
	for from := 0; from < len(data); {
		to := from + bytes.IndexByte(data[from:], '\n')
		if to < from {
			to = len(data)
		}
		if m := curly.FindSubmatchIndex(data[from:to]); m != nil {
			first, inner, last := string(data[from+m[2]:from+m[3]]), data[from+m[4]:from+m[5]], string(data[from+m[6]:from+m[7]])
			quote := `"`
			if bytes.ContainsRune(inner, '\\') {
				quote = "'" // where a backslash is no escape
			}
			if (len(first) > 1 || len(last) > 1) && !(quote == "'" && bytes.ContainsRune(inner, '\'')) {
				edits = append(edits,
					Edit{Span: source.Span{Start: from + m[2], End: from + m[3]}, Text: quote},
					Edit{Span: source.Span{Start: from + m[6], End: from + m[7]}, Text: quote})
			}
		}
		from = to + 1
	}
	return edits
}

// mergeTable moves what stands under a repeated header to the end of the first one's section, its comments with it.
func (d *Document) mergeTable(at source.Span) []Edit {
	i := slices.IndexFunc(d.Tables, func(t Table) bool { return t.Span == at })
	if i < 0 {
		return nil
	}
	second := d.Tables[i]
	j := slices.IndexFunc(d.Tables[:i], func(t Table) bool { return plain(t.Name) == plain(second.Name) })
	if j < 0 || second.Array || d.Tables[j].Array || d.clash(d.Tables[j], second) {
		return nil
	}
	body := source.Span{Start: d.below(i), End: d.sectionEnd(i)}
	to := d.sectionEnd(j)
	header := source.Span{Start: d.line(at.Start).Start, End: body.Start}
	if to == header.Start { // it follows the first section: only the header goes, and the empty lines before it stay
		return []Edit{{Span: header}}
	}
	text := string(d.File.Data[body.Start:body.End])
	if !strings.HasSuffix(text, "\n") && text != "" {
		text += d.newline(0)
	}
	return []Edit{
		{Span: source.Span{Start: to, End: to}, Text: text, Moves: true},
		{Span: source.Span{Start: header.Start, End: body.End}},
	}
}

// clash tells that the two sections share a key, so that together they would still be refused.
func (d *Document) clash(a, b Table) bool {
	keys := func(t Table) []string {
		next := len(d.File.Data)
		for _, o := range d.Tables {
			if o.Span.Start > t.Span.Start {
				next = min(next, o.Span.Start)
			}
		}
		var names []string
		for _, k := range d.Keys {
			if k.Span.Start > t.Span.Start && k.Span.Start < next {
				names = append(names, plain(k.Written))
			}
		}
		return names
	}
	first := keys(a)
	return slices.ContainsFunc(keys(b), func(n string) bool { return slices.Contains(first, n) })
}

// below is where the line behind a header begins.
func (d *Document) below(table int) int {
	at := d.Tables[table].Span.End
	if i := bytes.IndexByte(d.File.Data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(d.File.Data)
}

// sectionEnd is where a section ends: behind its last line that is not empty and, where another header follows, is no comment
// that belongs to that one.
func (d *Document) sectionEnd(table int) int {
	limit := len(d.File.Data)
	if table+1 < len(d.Tables) {
		limit = d.line(d.Tables[table+1].Span.Start).Start
	}
	end := d.below(table)
	for at := end; at < limit; {
		next := at + bytes.IndexByte(d.File.Data[at:limit], '\n') + 1
		if next <= at {
			next = limit
		}
		text := bytes.TrimSpace(d.File.Data[at:next])
		if len(text) > 0 && (text[0] != '#' || limit == len(d.File.Data)) {
			end = next
		}
		at = next
	}
	return end
}
