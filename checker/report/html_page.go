package report

import (
	"bytes"
	"html"
	"strings"
)

// page builds HTML. Elements and attributes are named by this package alone; every text and every value passes the sanitiser
// and is escaped, so that nothing of the input can be markup. (html/template would do it too, and make the program larger by a
// seventh, since it keeps the linker from leaving out what nobody calls.)
type page struct{ bytes.Buffer }

// open begins an element; attributes are pairs of name and value. An attribute whose value is "" is left out, but for alt.
func (p *page) open(tag string, attributes ...string) {
	p.WriteByte('<')
	p.WriteString(tag)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" && attributes[i] != "alt" {
			continue
		}
		p.WriteByte(' ')
		p.WriteString(attributes[i])
		p.WriteString(`="`)
		p.WriteString(escapeHTML(attributes[i+1]))
		p.WriteByte('"')
	}
	p.WriteByte('>')
}

func (p *page) close(tags ...string) {
	for _, t := range tags {
		p.WriteString("</" + t + ">")
	}
	p.WriteByte('\n')
}

// text writes a text.
func (p *page) text(s string) { p.WriteString(escapeHTML(s)) }

// el writes an element that holds a text.
func (p *page) el(tag, class, s string) {
	p.open(tag, "class", class)
	p.text(s)
	p.close(tag)
}

// row writes the cells of a table's row.
func (p *page) row(tag string, cells ...string) {
	p.open("tr")
	for _, c := range cells {
		if tag == "th" {
			p.open("th", "scope", "col")
		} else {
			p.open(tag)
		}
		p.text(c)
		p.WriteString("</" + tag + ">")
	}
	p.close("tr")
}

// escapeHTML cleans a text and escapes it for a text or an attribute in double quotes.
func escapeHTML(s string) string { return html.EscapeString(Clean(s)) }

// anchor makes an id of a number.
func anchor(prefix string, n int) string { return prefix + digits(n) }

func digits(n int) string {
	if n < 0 {
		return "-" + digits(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return digits(n/10) + string(rune('0'+n%10))
}

// initial makes the beginning of a sentence of a phrase.
func initial(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
