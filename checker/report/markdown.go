package report

import "strings"

// CleanMarkdown is Clean for a place that is rendered as Markdown: nothing in s makes a link, an image, markup or HTML.
func CleanMarkdown(s string) string {
	s = Clean(s)
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; c {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case ':', '@', '.':
			// Renderers make links of bare addresses ("https://…", "www.…", "a@b.c"); an entity is no part of one.
			if c == '.' && !strings.HasSuffix(strings.ToLower(s[:i]), "www") || c == ':' && !strings.HasPrefix(s[i:], "://") {
				b.WriteByte(c)
				continue
			}
			b.WriteString(map[byte]string{':': "&#58;", '@': "&#64;", '.': "&#46;"}[c])
		case '\\', '`', '*', '_', '{', '}', '[', ']', '(', ')', '#', '+', '-', '!', '|', '~', '$':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
