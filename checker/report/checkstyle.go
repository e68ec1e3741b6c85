package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// checkstyle writes the XML of Checkstyle, which most CI systems read. What is waived is left out; what the run says beside its
// findings stands under the file that it is about, or under "." where it is about none.
type checkstyle struct {
	out *output
	run Run
}

func newCheckstyle(w io.Writer) *checkstyle { return &checkstyle{out: newOutput(w)} }

// checkstyleVersion is that of the program whose form is written.
const checkstyleVersion = "10.0"

func (c *checkstyle) Begin(run Run) error {
	c.run = run
	c.out.writeString(xml.Header + `<checkstyle version="` + checkstyleVersion + `">` + "\n")
	return c.out.err
}

func (c *checkstyle) Target(r finding.Result) error {
	file := ""
	for i := range r.Findings {
		f := &r.Findings[i]
		if !c.run.counts(f) {
			continue
		}
		if path := cleanPath(f.URI); path != file {
			c.close(file)
			file = path
			c.out.tag("<file", "name", path)
		}
		attributes := []string{"line", strconv.Itoa(max(f.Region.StartLine, 1))}
		if f.Region.StartColumn > 0 {
			attributes = append(attributes, "column", strconv.Itoa(f.Region.StartColumn))
		}
		c.error(attributes, f.Level, fullMessage(f), f.Rule)
	}
	c.close(file)
	c.notify(r.Notes)
	return c.out.err
}

func (c *checkstyle) close(file string) {
	if file != "" {
		c.out.writeString("</file>\n")
	}
}

func (c *checkstyle) error(attributes []string, l finding.Level, message string, rule finding.Rule) {
	source := toolName
	if rule.ID != "" {
		source += "." + Clean(rule.ID)
	}
	severity := "info"
	switch l {
	case finding.Error, finding.Warning:
		severity = string(l)
	}
	if rule.Name != "" {
		message = Clean(rule.Name) + ": " + message
	}
	c.out.writeString("  ")
	c.out.tag("<error/", append(attributes, "severity", severity, "message", message, "source", source)...)
}

func (c *checkstyle) notify(list []finding.Notification) {
	for _, n := range list {
		file := "."
		if n.URI != "" {
			file = cleanPath(n.URI)
		}
		c.out.tag("<file", "name", file)
		c.error([]string{"line", "1"}, finding.Level(level(n.Level)), Clean(n.Message), n.Rule)
		c.close(file)
	}
}

func (c *checkstyle) End(sum Summary) error {
	c.notify(sum.Notifications)
	if !sum.Successful {
		c.notify([]finding.Notification{{Level: finding.Error, Message: notDone}})
	}
	c.out.writeString("</checkstyle>\n")
	return c.out.flush()
}

// tag writes a tag of XML with attributes, given by turns as name and value, and ends the line. A "/" at the end of the name
// makes an empty element.
func (o *output) tag(name string, attributes ...string) {
	var b bytes.Buffer
	name, empty := cutSlash(name)
	b.WriteString(name)
	for i := 0; i+1 < len(attributes); i += 2 {
		b.WriteString(" " + attributes[i] + `="`)
		_ = xml.EscapeText(&b, []byte(attributes[i+1])) // a buffer takes all
		b.WriteByte('"')
	}
	if empty {
		b.WriteByte('/')
	}
	b.WriteString(">\n")
	o.write(b.Bytes())
}

func cutSlash(s string) (string, bool) {
	if s[len(s)-1] == '/' {
		return s[:len(s)-1], true
	}
	return s, false
}

func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
