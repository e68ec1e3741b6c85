package deployment

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxQuote is how many code points of a line are shown.
const maxQuote = 160

// Quote is one line of the file, fit to be shown.
type Quote struct {
	Line   int    // 1-based
	Text   string // every string not known to be harmless is masked; cut to a sane width around the span
	Column int    // 0-based offset of the span in Text, in code points
	Width  int    // of the span, in code points
}

// hidden is a part of the file that is replaced when a line is shown.
type hidden struct {
	source.Span
	text string
}

// Quote gives the line of a span with what could be secret masked. In a file that does not parse every string is masked.
func (d *Document) Quote(s source.Span) Quote {
	hide := d.hiddenInBroken
	if d.sound {
		hide = d.hiddenIn
	}
	return quoteLine(d.File.Data, d.Lines, s, hide)
}

// writer builds the shown line and follows where the span goes.
type writer struct {
	span   source.Span
	text   []rune
	start  int
	end    int
	marked bool
}

func (w *writer) mark(from, to, first int) {
	// A byte range of the file became the runes from first to the end of the text.
	if to <= w.span.Start || from >= w.span.End && from > w.span.Start {
		return
	}
	if !w.marked {
		w.start, w.marked = first, true
	}
	w.end = len(w.text)
}

func (w *writer) plain(text []byte, at int) {
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		w.text = append(w.text, c)
		w.mark(at, at+n, len(w.text)-1)
		text, at = text[n:], at+n
	}
}

func (w *writer) masked(p hidden) {
	first := len(w.text)
	w.text = append(w.text, []rune(p.text)...)
	w.mark(p.Start, p.End, first)
}

// quote cuts a long line around the span.
func (w *writer) quote(number int) Quote {
	if !w.marked {
		w.start, w.end = len(w.text), len(w.text)
	}
	if w.span.End <= w.span.Start {
		w.end = w.start
	}
	q := Quote{Line: number, Column: w.start, Width: w.end - w.start}
	if len(w.text) > maxQuote {
		from := max(0, min(w.start-maxQuote/4, len(w.text)-maxQuote))
		to := min(len(w.text), from+maxQuote)
		cut := slices.Clone(w.text[from:to])
		if from > 0 {
			cut[0] = '…'
		}
		if to < len(w.text) {
			cut[len(cut)-1] = '…'
		}
		q.Column -= from
		q.Width = min(q.Width, len(cut)-q.Column)
		w.text = cut
	}
	q.Text = string(w.text)
	return q
}

// hiddenIn finds what to mask on a line of a file whose keys are all known.
func (d *Document) hiddenIn(line source.Span) []hidden {
	var parts []hidden
	values := d.leaves()
	comment := line.Start // where a comment may begin: behind the last value
	i := sort.Search(len(values), func(i int) bool { return values[i].Value.End > line.Start })
	for ; i < len(values) && values[i].Value.Start < line.End; i++ {
		k := values[i]
		at := source.Span{Start: max(k.Value.Start, line.Start), End: min(k.Value.End, line.End)}
		parts = append(parts, d.hiddenValue(k, at)...)
		comment = d.comment(line, comment, min(k.Span.Start, at.Start), &parts)
		comment = max(comment, at.End)
	}
	d.comment(line, comment, line.End, &parts)
	slices.SortFunc(parts, func(a, b hidden) int { return a.Start - b.Start })
	return parts
}

// comment masks a comment that begins between two places where no value or key stands.
func (d *Document) comment(line source.Span, from, to int, parts *[]hidden) int {
	if from >= to {
		return from
	}
	// Keys and headers may hold '#' in quotes; then the line has a key span there.
	for i := from; i < to; i++ {
		if d.File.Data[i] != '#' || d.inName(i) {
			continue
		}
		text := d.File.Data[i:line.End]
		if directive(text) {
			return line.End
		}
		start := i + 1
		if len(bytes.TrimSpace(text[1:])) > 0 {
			*parts = append(*parts, hidden{source.Span{Start: start, End: line.End}, " " + secret.Redacted})
		}
		return line.End
	}
	return to
}

func directive(comment []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(comment, []byte("#")), " \t"), []byte("mi-kscheck:"))
}

// inName tells whether an offset lies in a quoted key or header.
func (d *Document) inName(at int) bool {
	in := func(s source.Span) bool { return s.Start <= at && at < s.End }
	i := sort.Search(len(d.Keys), func(i int) bool { return d.Keys[i].Span.Start > at })
	if i > 0 && in(d.Keys[i-1].Span) {
		return true
	}
	i = sort.Search(len(d.Tables), func(i int) bool { return d.Tables[i].Span.Start > at })
	return i > 0 && in(d.Tables[i-1].Span)
}

// leaves are the keys whose values are masked as a whole or shown: all but inline tables and arrays that hold tables, whose
// keys stand for themselves. Their spans do not overlap.
func (d *Document) leaves() []*Key {
	d.leafOnce.Do(func() {
		for i, k := range d.Keys {
			inner := i+1 < len(d.Keys) && d.Keys[i+1].Span.Start < k.Value.End
			if !inner && (k.Type != Inline || k.Value.End-k.Value.Start > 2) {
				d.leafKeys = append(d.leafKeys, k)
			}
		}
	})
	return d.leafKeys
}

// hiddenValue masks a value, or what of it lies on the line.
func (d *Document) hiddenValue(k *Key, at source.Span) []hidden {
	whole := at == k.Value
	raw := d.File.Data[at.Start:at.End]
	secretKey := passwordKey(k.Mapped) || passwordKey(k.Written)
	harmless := harmlessKey(k.Mapped) && harmlessKey(k.Written) && harmlessText(string(raw)) && harmlessText(k.Raw.Reveal()) && d.Parsed
	switch {
	case (k.Type == Boolean || k.Type == Integer || k.Type == Float || k.Type == Time) && !secretKey:
		return nil
	case k.Type == Array && whole && harmless && !bytes.ContainsAny(raw, "#\n"):
		return nil
	case k.Type == String && whole && !bytes.HasPrefix(raw, []byte(`"""`)) && !bytes.HasPrefix(raw, []byte(`'''`)):
		if harmless {
			if masked := maskText(string(raw), false); masked != string(raw) {
				return []hidden{{at, masked}}
			}
			return nil
		}
		inner := source.Span{Start: at.Start + 1, End: at.End - 1}
		if inner.End <= inner.Start {
			return nil
		}
		return hiddenLiteral(d.File.Data, inner)
	case k.Type == Array && whole:
		return []hidden{{at, "[" + secret.Redacted + "]"}}
	default:
		return []hidden{{at, secret.Redacted}}
	}
}

// hiddenLiteral masks what stands around the placeholders inside a string.
func hiddenLiteral(data []byte, inner source.Span) []hidden {
	text := data[inner.Start:inner.End]
	var parts []hidden
	at := 0
	add := func(to int) {
		if to > at {
			parts = append(parts, hidden{source.Span{Start: inner.Start + at, End: inner.Start + to}, secret.Redacted})
		}
	}
	for _, m := range placeholder.FindAllIndex(text, -1) {
		add(m[0])
		at = m[1]
	}
	add(len(text))
	return parts
}

// hiddenInBroken masks a line of a file that does not parse: only a header or key where an expression was sure to begin is
// shown, and quotes or template marks, so that the fault is seen.
func (d *Document) hiddenInBroken(line source.Span) []hidden {
	text := d.File.Data[line.Start:line.End]
	start := 0
	for start < len(text) && (text[start] == ' ' || text[start] == '\t') {
		start++
	}
	at := start
	if _, sure := slices.BinarySearch(d.starts, line.Start+start); sure {
		at += shownName(text[start:])
	}
	return d.hiddenGarbage(source.Span{Start: line.Start + at, End: line.End})
}

// shownName is the length of the header, or of the key with its "=", that a line begins with.
func shownName(text []byte) int {
	name := func(c byte) bool { return bare(string(c)) || c == '.' || c == ' ' || c == '\t' }
	i := 0
	for i < len(text) && text[i] == '[' {
		i++
	}
	header := i > 0
	for i < len(text) && name(text[i]) {
		i++
	}
	switch {
	case header:
		for i < len(text) && text[i] == ']' {
			i++
		}
		return i
	case i > 0 && i < len(text) && text[i] == '=':
		i++
		for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
			i++
		}
		return i
	default:
		return 0
	}
}

// hiddenGarbage masks the rest of a broken line but for the quotes or template marks around it.
func (d *Document) hiddenGarbage(s source.Span) []hidden {
	text := bytes.TrimRight(d.File.Data[s.Start:s.End], " \t")
	head, tail := 0, 0
	for head < len(text) {
		c, n := utf8.DecodeRune(text[head:])
		if !strings.ContainsRune(shownMarks, c) {
			break
		}
		head += n
	}
	for tail < len(text)-head {
		c, n := utf8.DecodeLastRune(text[head : len(text)-tail])
		if !strings.ContainsRune(shownMarks, c) {
			break
		}
		tail += n
	}
	if head+tail >= len(text) {
		return nil
	}
	return []hidden{{source.Span{Start: s.Start + head, End: s.Start + len(text) - tail}, secret.Redacted}}
}

const shownMarks = "\"'[]{}%," + typographic + typographicSingle
