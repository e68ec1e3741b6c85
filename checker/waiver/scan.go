package waiver

import (
	"bytes"
	"strings"
)

// note is the text of one comment of a file, without its marks.
type note struct {
	first, last int // lines, 1-based
	alone       bool
	text        string
}

// scan lists the comments of a file: those of XML where the name or the first character says so (no TOML begins with it), else
// what stands behind a '#'.
func scan(f File) []note {
	begin := bytes.TrimLeft(bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case f.Lines:
		return scanLines(f.Data)
	case strings.HasSuffix(strings.ToLower(f.URI), ".xml") || bytes.HasPrefix(begin, []byte("<")):
		return scanXML(f.Data)
	}
	return scanTOML(f.Data)
}

// scanLines finds the lines that begin with a '#', as Docker does, also between those of one instruction.
func scanLines(data []byte) []note {
	var notes []note
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		n++
		if text, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("#")); ok {
			notes = append(notes, note{first: n, last: n, alone: true, text: string(text)})
		}
	}
	return notes
}

// scanTOML finds what stands behind a '#' outside of strings. It reads broken files as well: a string ends with its line
// where nothing closes it.
func scanTOML(data []byte) []note {
	var notes []note
	open := "" // the mark that ends the string over several lines that the line begins in
	n := 0
	for line := range bytes.Lines(data) {
		n++
		rest := strings.TrimRight(string(line), "\r\n")
		if n == 1 {
			rest = strings.TrimPrefix(rest, "\ufeff")
		}
		alone := open == "" && strings.HasPrefix(strings.TrimLeft(rest, " \t"), "#")
		var text string
		var ok bool
		if text, open, ok = commentOf(rest, open); ok {
			notes = append(notes, note{first: n, last: n, alone: alone, text: text})
		}
	}
	return notes
}

// commentOf gives the comment of a line, and the mark of the string that goes on in the next one.
func commentOf(line, open string) (text, next string, ok bool) {
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case open != "":
			switch {
			case rest[0] == '\\' && open[0] == '"':
				i++ // and what it escapes
			case strings.HasPrefix(rest, open):
				i += len(open) - 1
				open = ""
			}
			i++
		case rest[0] == '#':
			return rest[1:], "", true
		case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, `'''`):
			open, i = rest[:3], i+3
		case rest[0] == '"', rest[0] == '\'':
			open, i = rest[:1], i+1
		default:
			i++
		}
	}
	if len(open) == 1 {
		open = ""
	}
	return "", open, false
}

// scanXML finds comments, which may go over several lines. What looks like one in character data is none.
func scanXML(data []byte) []note {
	var notes []note
	line := 1 // at the place that was looked at last
	for at := 0; ; {
		next := bytes.IndexByte(data[at:], '<')
		if next < 0 {
			return notes
		}
		line += bytes.Count(data[at:at+next], []byte{'\n'})
		at += next
		open, closing := "<!--", "-->"
		if bytes.HasPrefix(data[at:], []byte("<![CDATA[")) {
			open, closing = "<![CDATA[", "]]>"
		} else if !bytes.HasPrefix(data[at:], []byte(open)) {
			at++
			continue
		}
		body, _, closed := bytes.Cut(data[at+len(open):], []byte(closing))
		if !closed {
			return notes
		}
		end := at + len(open) + len(body) + len(closing)
		last := line + bytes.Count(body, []byte{'\n'})
		if open == "<!--" {
			notes = append(notes, note{first: line, last: last, alone: blank(data, at, end), text: string(body)})
		}
		at, line = end, last
	}
}

// maxIndent is how far is looked for what stands beside a comment.
const maxIndent = 1000

// blank tells that nothing but blanks stands before and behind a place in its lines.
func blank(data []byte, start, end int) bool {
	before := data[max(0, start-maxIndent):start]
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	behind, _, _ := bytes.Cut(data[end:min(len(data), end+maxIndent)], []byte{'\n'})
	return len(bytes.TrimSpace(before))+len(bytes.TrimSpace(behind)) == 0
}
