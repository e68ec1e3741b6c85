package report

import (
	"strings"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// snippet is a quoted line as it is printed, and, in terminal columns, where the marker stands under it.
type snippet struct {
	text   string
	column int
	width  int
}

// cell is how one code point of a quoted line is printed.
type cell struct {
	text  string
	width int
}

// newSnippet cleans a quoted line and cuts it around the marked span to at most width columns. Escapes and wide characters take
// more columns than code points, so the marker is placed by what is printed.
func newSnippet(q *finding.Quote, width int) snippet {
	cells := cellsOf(q.Text)
	from := min(max(q.Column, 0), len(cells))
	to := min(from+max(q.Width, 1), len(cells))

	// Indentation tells nothing here; neither does white space at the end.
	first := 0
	for first < from && blank(cells[first]) {
		first++
	}
	last := len(cells)
	for last > to && blank(cells[last-1]) {
		last--
	}

	width = max(width, 20)
	head, tail := "", ""
	if total(cells[first:last]) > width {
		if total(cells[first:to]) >= width {
			// The span does not fit behind its beginning of the line: a quarter of the room shows what leads to it.
			start, room := from, width/4
			for start > first && cells[start-1].width < room {
				start--
				room -= cells[start].width
			}
			if start > first {
				head, first = "…", start
			}
		}
		end, room := first, width-textWidth(head)-1
		for end < last && cells[end].width <= room {
			room -= cells[end].width
			end++
		}
		if end < last {
			tail, last = "…", end
		}
	}
	to = min(to, last)
	s := snippet{text: head, column: textWidth(head) + total(cells[first:min(from, last)]), width: max(total(cells[min(from, to):to]), 1)}
	for _, c := range cells[first:last] {
		s.text += c.text
	}
	s.text += tail
	return s
}

// maxQuoted is how much of a line is looked at; a line may be as long as the file.
const maxQuoted = 4000

func cellsOf(s string) []cell {
	var cells []cell
	for i := 0; i < len(s) && len(cells) < maxQuoted; {
		r, n := utf8.DecodeRuneInString(s[i:])
		text := visible(r, s[i:i+n])
		switch {
		case r == '\t':
			text = "    "
		case r == '#' && i > 0 && bracketCommand(s[i-1:]):
			text = `\x23`
		}
		cells = append(cells, cell{text, textWidth(text)})
		i += n
	}
	return cells
}

func blank(c cell) bool { return strings.TrimSpace(c.text) == "" }

func total(cells []cell) int {
	sum := 0
	for _, c := range cells {
		sum += c.width
	}
	return sum
}
