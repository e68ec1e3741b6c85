package deployment

import (
	"bytes"
	"unicode/utf8"
)

// readable gives the text with what the product's parser passes over, and the library does not, made harmless byte by byte, so
// that places stay: anything in comments, and in texts the bytes that are no UTF-8 (Java reads them as U+FFFD). It is the data
// itself where there is nothing of the kind.
func readable(data []byte) []byte {
	if utf8.Valid(data) && !bytes.ContainsFunc(data, odd) && bytes.Count(data, []byte{'\r'}) == bytes.Count(data, []byte("\r\n")) {
		return data
	}
	clean := bytes.Clone(data)
	for i := 0; i < len(clean); {
		switch c := clean[i]; c {
		case '#':
			i = comment(clean, i)
		case '"', '\'':
			end := textEnd(clean, i)
			for ; i < end; i++ {
				if clean[i] >= utf8.RuneSelf {
					i += legible(clean[i:end]) - 1
				}
			}
		default:
			i++
		}
	}
	return clean
}

func odd(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f }

// comment cleans a comment and gives its end.
func comment(clean []byte, i int) int {
	for i < len(clean) && clean[i] != '\n' {
		switch {
		case clean[i] >= utf8.RuneSelf:
			i += legible(clean[i:])
			continue
		case odd(rune(clean[i])), clean[i] == '\r' && (i+1 == len(clean) || clean[i+1] != '\n'):
			clean[i] = ' '
		}
		i++
	}
	return i
}

// legible replaces a byte that begins no character, and gives the length of what stands there.
func legible(b []byte) int {
	c, n := utf8.DecodeRune(b)
	if c == utf8.RuneError && n <= 1 {
		b[0] = '?'
		return 1
	}
	return n
}

// textEnd gives the end of a text in quotes: behind the closing ones, or of the line where a single one is not closed.
func textEnd(data []byte, i int) int {
	quote := data[i]
	if triple := bytes.Repeat([]byte{quote}, 3); bytes.HasPrefix(data[i:], triple) {
		for i += 3; i < len(data); i++ {
			if data[i] == '\\' && quote == '"' {
				i++
			} else if bytes.HasPrefix(data[i:], triple) {
				return i + 3
			}
		}
		return len(data)
	}
	for i++; i < len(data) && data[i] != '\n'; i++ {
		if data[i] == '\\' && quote == '"' {
			i++
		} else if data[i] == quote {
			return i + 1
		}
	}
	return min(i, len(data))
}
