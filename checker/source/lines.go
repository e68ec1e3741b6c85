package source

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// block is the distance of the column marks: a file of one long line costs a look at one block a column, not at the line.
const block = 512

var bom = []byte("\xef\xbb\xbf")

// Lines converts offsets of one file; it is made once a file and safe for concurrent use. Invalid UTF-8 counts one column
// a byte; a line ends at \n, a \r before it belongs to no column. A byte order mark at the start of the file belongs to no
// column either (SARIF does not count it).
type Lines struct {
	data   []byte
	starts []int
	marks  []mark  // empty: the file is ASCII and a column is a byte
	within *Within // where the file stands in another one; nil: on its own
}

// mark is a place from which columns are counted on.
type mark struct {
	pos int // where the first character at or after the block's start begins
	n   int // how many characters begin before pos
}

// NewLines indexes the lines of a file. The data is kept, not copied.
func NewLines(data []byte) *Lines {
	l := &Lines{data: data, starts: make([]int, 1, 1+bytes.Count(data, []byte{'\n'}))}
	if bytes.HasPrefix(data, bom) {
		l.starts[0] = len(bom)
	}
	ascii := true
	for i, b := range data {
		if b == '\n' {
			l.starts = append(l.starts, i+1)
		}
		ascii = ascii && b < utf8.RuneSelf
	}
	if ascii {
		return l
	}
	l.marks = make([]mark, 0, len(data)/block+1)
	for pos, n := 0, 0; pos < len(data); n++ {
		if pos >= len(l.marks)*block {
			l.marks = append(l.marks, mark{pos, n})
		}
		_, w := utf8.DecodeRune(data[pos:])
		pos += w
	}
	return l
}

// Count is the number of lines; a file that ends in \n has an empty last one.
func (l *Lines) Count() int { return len(l.starts) }

// Line is the text of a 1-based line without its end; nil where there is no such line.
func (l *Lines) Line(n int) []byte {
	if n < 1 || n > len(l.starts) {
		return nil
	}
	return l.data[l.starts[n-1]:l.end(n)]
}

// LineAt is the line of this text that an offset is on, 1-based.
func (l *Lines) LineAt(offset int) int { return l.lineOf(min(max(offset, 0), len(l.data))) }

// Region is the place of a span, in the outer file where this is a part of one. Offsets beyond the file are taken as its end; a span that covers a line with its line end
// stays on that line; an offset inside a character means the whole character.
func (l *Lines) Region(s Span) Region {
	start := min(max(s.Start, 0), len(l.data))
	end := min(max(s.End, start), len(l.data))
	line := l.lineOf(start)
	last := line
	if end > start {
		last = l.lineOf(end - 1)
	}
	r := Region{
		StartLine: line, StartColumn: l.column(line, start, false),
		EndLine: last, EndColumn: l.column(last, end, true),
	}
	if l.within != nil {
		return l.within.region(r)
	}
	return r
}

// Offset is the byte at which a 1-based line and column begin; places beyond the line or the file are taken as their ends.
func (l *Lines) Offset(line, column int) int {
	if line < 1 {
		return 0
	}
	if line > len(l.starts) {
		return len(l.data)
	}
	from, end := l.starts[line-1], l.end(line)
	if l.marks == nil {
		return min(from+max(column-1, 0), end)
	}
	want := l.before(from, false) + max(column-1, 0)
	i := sort.Search(len(l.marks), func(i int) bool { return l.marks[i].n > want }) - 1
	pos, n := l.marks[i].pos, l.marks[i].n
	if pos < from {
		pos, n = from, l.before(from, false)
	}
	for ; n < want && pos < end; n++ {
		_, w := utf8.DecodeRune(l.data[pos:end])
		pos += w
	}
	return min(pos, end)
}

// end is where a line ends, without \r\n or \n.
func (l *Lines) end(line int) int {
	end := len(l.data)
	if line < len(l.starts) {
		end = l.starts[line] - 1
		if end > l.starts[line-1] && l.data[end-1] == '\r' {
			end--
		}
	}
	return max(end, l.starts[line-1])
}

func (l *Lines) lineOf(offset int) int {
	return max(sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset }), 1)
}

func (l *Lines) column(line, offset int, after bool) int {
	from := l.starts[line-1]
	offset = min(max(offset, from), l.end(line))
	if l.marks == nil {
		return offset - from + 1
	}
	return l.before(offset, after) - l.before(from, false) + 1
}

// before counts the characters that begin before an offset; one that the offset cuts counts only with after.
func (l *Lines) before(offset int, after bool) int {
	if len(l.marks) == 0 {
		return offset
	}
	i := sort.Search(len(l.marks), func(i int) bool { return l.marks[i].pos > offset }) - 1
	pos, n := l.marks[i].pos, l.marks[i].n
	for pos < offset {
		_, w := utf8.DecodeRune(l.data[pos:])
		if pos+w > offset && !after {
			break
		}
		pos += w
		n++
	}
	return n
}
