package deployment

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// flat joins the segments of a key to the flat key of the config mapper. A segment that TOML must quote keeps quotes: the
// single ones of the product's own mapped names ("parameter.'mqtt.ssl.enable'"); other quotes are lost, as in the product.
func flat(segments []string) string {
	if len(segments) == 1 && bare(segments[0]) {
		return segments[0]
	}
	var b strings.Builder
	for i, s := range segments {
		if i > 0 {
			b.WriteByte('.')
		}
		if bare(s) {
			b.WriteString(s)
		} else {
			b.WriteByte('\'')
			b.WriteString(s)
			b.WriteByte('\'')
		}
	}
	return b.String()
}

// bare tells whether TOML takes a segment without quotes.
func bare(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return s != ""
}

// plain is a flat key as keys are compared.
func plain(key string) string { return product.Plain(key) }

// lost tells of a key that the product's mapper loses: it escapes what is not printable ASCII in a name and then looks for the
// escaped name as it stands, so that the key is there without a value.
func lost(key string) bool {
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return true
		}
	}
	return false
}
