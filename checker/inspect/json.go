package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf16"
)

// MarshalJSON writes every string exactly, and whatever is not plainly visible (terminal escapes, bidirectional marks, line
// separators) as \u escapes, so that the JSON is safe to look at and the same when it is parsed.
func (r Report) MarshalJSON() ([]byte, error) {
	type plain Report
	data, err := json.Marshal(plain(r))
	if err != nil {
		return nil, fmt.Errorf("write the report: %w", err)
	}
	var out bytes.Buffer
	out.Grow(len(data))
	// Outside ASCII, JSON text has only what strings hold; DEL is the one odd byte that the encoder leaves.
	for _, c := range string(data) {
		switch {
		case c < 0x7f || unicode.IsPrint(c):
			out.WriteRune(c)
		case c > 0xffff:
			hi, lo := utf16.EncodeRune(c)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&out, `\u%04x`, c)
		}
	}
	return out.Bytes(), nil
}
