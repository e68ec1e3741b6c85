package layout

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Limits of a Dockerfile.
const (
	maxDockerfile   = 1 << 20 // bytes
	maxInstructions = 10_000
)

// instruction is one instruction of a Dockerfile with its continuation lines put together.
type instruction struct {
	name string // in capitals
	text string // what follows the name
	line int
	span source.Span
	// here are the words that announced here-documents; their bodies are left out, but for RUN, whose commands they may be.
	here []string
}

var (
	directive = regexp.MustCompile(`^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$`)
	heredoc   = regexp.MustCompile(`^\d*<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)(["']?)$`)
)

// dockerfile is what the parser gives: the instructions and the character that escapes, a backslash unless a directive at the
// top says otherwise.
type dockerfile struct {
	instructions []instruction
	escape       byte
}

// parseDockerfile reads a Dockerfile as the builder does: directives at the top, comments and blank lines also within an
// instruction, continuation lines, here-documents of RUN, COPY and ADD. What the builder would refuse is taken as it stands:
// only what copies a store matters here.
func parseDockerfile(data []byte) (dockerfile, error) {
	d := dockerfile{escape: '\\'}
	if len(data) > maxDockerfile {
		return d, fmt.Errorf("it is larger than %d KiB: %w", maxDockerfile>>10, source.ErrTooLarge)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return d, errors.New("it is no text")
	}
	lines := splitLines(data)
	atTop := true
	for i := 0; i < len(lines); {
		text := strings.TrimLeft(lines[i].text, " \t")
		if m := directive.FindStringSubmatch(text); atTop && m != nil {
			if strings.EqualFold(m[1], "escape") && (m[2] == "`" || m[2] == `\`) {
				d.escape = m[2][0]
			}
			i++
			continue
		}
		atTop = false
		if text == "" || text[0] == '#' {
			i++
			continue
		}
		if len(d.instructions) == maxInstructions {
			return d, fmt.Errorf("it holds more than %d instructions: %w", maxInstructions, source.ErrTooLarge)
		}
		var in instruction
		in, i = d.instruction(lines, i)
		d.instructions = append(d.instructions, in)
	}
	return d, nil
}

// instruction puts together the one that begins on line i and gives the line after it.
func (d *dockerfile) instruction(lines []line, i int) (instruction, int) {
	first := lines[i]
	lead := len(first.text) - len(strings.TrimLeft(first.text, " \t"))
	in := instruction{line: i + 1, span: source.Span{Start: first.start + lead, End: first.start + len(first.text)}}
	var b strings.Builder
	for more := true; more && i < len(lines); i++ {
		l := lines[i]
		if t := strings.TrimLeft(l.text, " \t"); b.Len() > 0 && (t == "" || t[0] == '#') {
			continue // within an instruction these are passed over
		}
		var text string
		text, more = d.continued(l.text)
		b.WriteString(text)
		in.span.End = l.start + len(l.text)
	}
	text := strings.TrimSpace(b.String())
	name, rest := cutSpace(text)
	in.name, in.text = strings.ToUpper(name), rest
	switch in.name {
	case "RUN", "COPY", "ADD":
		for _, word := range strings.Fields(rest) {
			m := heredoc.FindStringSubmatch(word)
			if m == nil || m[2] != m[4] {
				continue
			}
			in.here = append(in.here, word)
			for ; i < len(lines); i++ {
				body := lines[i].text
				if m[1] != "" {
					body = strings.TrimLeft(body, "\t")
				}
				if body == m[3] {
					in.span.End = lines[i].start + len(lines[i].text)
					i++
					break
				}
				if in.name == "RUN" {
					in.text += "\n" + body
				}
			}
		}
	}
	return in, i
}

// continued takes the escape character off a line that goes on in the next one.
func (d *dockerfile) continued(text string) (string, bool) {
	t := strings.TrimRight(text, " \t")
	n := len(t)
	if n == 0 || t[n-1] != d.escape || n > 1 && t[n-2] == d.escape {
		return text, false
	}
	return t[:n-1], true
}

type line struct {
	text  string
	start int
}

func splitLines(data []byte) []line {
	var lines []line
	start := len(data) - len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	for start < len(data) {
		end := bytes.IndexByte(data[start:], '\n')
		next := start + end + 1
		if end < 0 {
			end, next = len(data)-start, len(data)
		}
		lines = append(lines, line{strings.TrimSuffix(string(data[start:start+end]), "\r"), start})
		start = next
	}
	return lines
}

// cutSpace cuts a text at its first white space.
func cutSpace(text string) (first, rest string) {
	i := strings.IndexAny(text, " \t")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimLeft(text[i:], " \t")
}
