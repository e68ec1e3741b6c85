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
func scan(name string, data []byte) []note {
	begin := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if strings.HasSuffix(strings.ToLower(name), ".xml") || bytes.HasPrefix(begin, []byte("<")) {
		return scanXML(data)
	}
	return scanTOML(data)
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
		text, ok := "", false
		text, open, ok = commentOf(rest, open)
		if ok {
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

// scanXML finds comments. They may go over several lines.
func scanXML(data []byte) []note {
	var notes []note
	for at := 0; ; {
		start := bytes.Index(data[at:], []byte("<!--"))
		if start < 0 {
			return notes
		}
		start += at
		// What looks like a comment in character data is none.
		if cdata := bytes.Index(data[at:start], []byte("<![CDATA[")); cdata >= 0 {
			end := bytes.Index(data[at+cdata:], []byte("]]>"))
			if end < 0 {
				return notes
			}
			at += cdata + end + len("]]>")
			continue
		}
		end := bytes.Index(data[start:], []byte("-->"))
		if end < 0 {
			return notes
		}
		end += start
		first := 1 + bytes.Count(data[:start], []byte{'\n'})
		before := data[bytes.LastIndexByte(data[:start], '\n')+1 : start]
		after, _, _ := bytes.Cut(data[end+len("-->"):], []byte{'\n'})
		notes = append(notes, note{
			first: first, last: first + bytes.Count(data[start:end], []byte{'\n'}),
			alone: len(bytes.TrimSpace(before))+len(bytes.TrimSpace(after)) == 0,
			text:  string(data[start+len("<!--") : end]),
		})
		at = end + len("-->")
	}
}
