package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

func TestRegion(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		span source.Span
		want source.Region
	}{
		"zero value":                       {"abc", source.Span{}, source.Region{1, 1, 1, 1}},
		"empty file":                       {"", source.Span{0, 5}, source.Region{1, 1, 1, 1}},
		"a word":                           {"a = 1\nbc = 2\n", source.Span{6, 8}, source.Region{2, 1, 2, 3}},
		"the whole line with its end":      {"abc\ndef\n", source.Span{0, 4}, source.Region{1, 1, 1, 4}},
		"the line end alone":               {"abc\ndef\n", source.Span{3, 4}, source.Region{1, 4, 1, 4}},
		"two lines":                        {"abc\ndef\n", source.Span{1, 6}, source.Region{1, 2, 2, 3}},
		"after the last line end":          {"abc\n", source.Span{4, 4}, source.Region{2, 1, 2, 1}},
		"carriage return has no column":    {"abc\r\ndef\r\n", source.Span{0, 5}, source.Region{1, 1, 1, 4}},
		"starts in the line end":           {"abc\r\ndef\r\n", source.Span{4, 8}, source.Region{1, 4, 2, 4}},
		"carriage return alone is no end":  {"a\rb", source.Span{2, 3}, source.Region{1, 3, 1, 4}},
		"two bytes are one column":         {"ä = 1\n", source.Span{3, 4}, source.Region{1, 3, 1, 4}},
		"four bytes are one column":        {"😀x\n", source.Span{4, 5}, source.Region{1, 2, 1, 3}},
		"a combining mark is a column":     {"e\u0301x\n", source.Span{3, 4}, source.Region{1, 3, 1, 4}},
		"invalid bytes are a column each":  {"\xff\xfeä\xe2\x82x", source.Span{6, 7}, source.Region{1, 6, 1, 7}},
		"an offset in a character":         {"äö", source.Span{1, 3}, source.Region{1, 1, 1, 3}},
		"beyond the file":                  {"ab\ncd", source.Span{4, 99}, source.Region{2, 2, 2, 3}},
		"end before start":                 {"abc", source.Span{2, 1}, source.Region{1, 3, 1, 3}},
		"negative":                         {"abc", source.Span{-3, 1}, source.Region{1, 1, 1, 2}},
		"a byte order mark has no column":  {"\ufeffab\ncd", source.Span{3, 4}, source.Region{1, 1, 1, 2}},
		"a byte order mark is no text":     {"\ufeffab", source.Span{0, 3}, source.Region{1, 1, 1, 1}},
		"on the line after one":            {"\ufeffab\ncd", source.Span{7, 8}, source.Region{2, 2, 2, 3}},
		"empty line":                       {"a\n\nb", source.Span{2, 3}, source.Region{2, 1, 2, 1}},
		"the next line's separator (LS)":   {"a\u2028b\n", source.Span{4, 5}, source.Region{1, 3, 1, 4}},
		"non-ASCII before, after the mark": {"ä\nab\n", source.Span{3, 5}, source.Region{2, 1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := source.NewLines([]byte(c.data)).Region(c.span); got != c.want {
				t.Errorf("%q %v: %+v, want %+v", c.data, c.span, got, c.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	l := source.NewLines([]byte("\ufeffa\r\nbä\n\nend"))
	for n, want := range map[int]string{-1: "", 0: "", 1: "a", 2: "bä", 3: "", 4: "end", 5: ""} {
		if got := l.Line(n); string(got) != want {
			t.Errorf("line %d: %q, want %q", n, got, want)
		}
	}
	if l.Count() != 4 {
		t.Errorf("%d lines", l.Count())
	}
}

func TestOffset(t *testing.T) {
	for _, c := range []struct {
		data              string
		line, column, off int
	}{
		{"ab\ncd", 2, 2, 4}, {"ab\ncd", 1, 9, 2}, {"ab\r\ncd", 1, 9, 2}, {"ab\ncd", 9, 1, 5}, {"ab", 0, 1, 0}, {"ab", 1, -1, 0},
		{"äb\nöc", 2, 2, 6}, {"äb\nöc", 2, 9, 7}, {"\ufeffäb", 1, 2, 5}, {"", 1, 1, 0},
	} {
		if got := source.NewLines([]byte(c.data)).Offset(c.line, c.column); got != c.off {
			t.Errorf("%q %d:%d: %d, want %d", c.data, c.line, c.column, got, c.off)
		}
	}
}

// TestLongLine holds the marks, by which a column far along a line is counted, to the plain count.
func TestLongLine(t *testing.T) {
	text := "first\n" + strings.Repeat("aä\xff😀€", 1000) + "\nlast ä"
	l := source.NewLines([]byte(text))
	line, start, runes := 1, 0, 0
	for i := 0; i < len(text); {
		_, w := utf8.DecodeRuneInString(text[i:])
		got := l.Region(source.Span{Start: i, End: i + w})
		if text[i] != '\n' && got != (source.Region{StartLine: line, StartColumn: runes + 1, EndLine: line, EndColumn: runes + 2}) {
			t.Fatalf("byte %d (line %d from %d): %+v, column %d", i, line, start, got, runes+1)
		}
		if back := l.Offset(got.StartLine, got.StartColumn); back != i {
			t.Fatalf("byte %d: back at %d", i, back)
		}
		runes++
		if text[i] == '\n' {
			line, start, runes = line+1, i+1, 0
		}
		i += w
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a = \"ä\"\r\nb"), 3, 6)
	f.Add([]byte("\ufeff\xff\n\r\n"), 0, 9)
	f.Fuzz(func(t *testing.T, data []byte, start, end int) {
		l := source.NewLines(data)
		r := l.Region(source.Span{Start: start, End: end})
		if r.StartLine < 1 || r.StartColumn < 1 || r.EndLine < r.StartLine || r.EndLine > l.Count() ||
			r.EndLine == r.StartLine && r.EndColumn < r.StartColumn {
			t.Errorf("%+v", r)
		}
		if off := l.Offset(r.StartLine, r.StartColumn); off < 0 || off > len(data) {
			t.Errorf("offset %d of %d", off, len(data))
		}
		for n := range l.Count() {
			if strings.Contains(string(l.Line(n+1)), "\n") {
				t.Error("a line with a line end")
			}
		}
	})
}

// BenchmarkRegion shows that a column costs the same wherever it stands on a long line.
func BenchmarkRegion(b *testing.B) {
	l := source.NewLines([]byte(strings.Repeat("key = \"wört\", ", 1<<16)))
	for i := range b.N {
		l.Region(source.Span{Start: i % (1 << 19), End: i%(1<<19) + 5})
	}
}
