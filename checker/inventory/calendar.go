package inventory

import (
	"bufio"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// reminders are how many days ahead a calendar warns.
var reminders = []int{90, 30, 7}

// calendar writes an event for each certificate at the end of its validity (RFC 5545). The UID derives from the certificate
// alone, so that a later export replaces the events of an earlier one.
func (inv *Inventory) calendar(w *bufio.Writer, clean Cleaner) {
	c := calendarWriter{w}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//mi-kscheck//inventory//EN")
	c.line("CALSCALE", "GREGORIAN")
	done := map[string]bool{}
	for _, k := range inv.Certificates {
		if k.NotAfter.IsZero() || done[k.SHA256] {
			continue
		}
		done[k.SHA256] = true
		c.event(k, inv.Now, clean)
	}
	c.line("END", "VCALENDAR")
}

type calendarWriter struct{ w *bufio.Writer }

func (c calendarWriter) event(k *Certificate, now time.Time, clean Cleaner) {
	summary := escaped(clean("Certificate expires: " + k.Subject))
	c.line("BEGIN", "VEVENT")
	c.line("UID", k.SHA256+"@mi-kscheck")
	c.line("DTSTAMP", instant(now))
	c.line("DTSTART", instant(k.NotAfter))
	c.line("SUMMARY", summary)
	var about []string
	for _, a := range []struct{ name, text string }{
		{"Issuer: ", k.issuer()}, {"Key: ", k.key()}, {"Used by: ", joined(k.Uses, ", ", Use.full)}, {"Trusted by: ", joined(k.TrustedBy, ", ", Use.full)},
		{"Store: ", joined(k.Places, ", ", Place.brief)}, {"SHA-256: ", k.SHA256},
	} {
		if a.text != "" {
			about = append(about, escaped(clean(a.name+a.text)))
		}
	}
	c.line("DESCRIPTION", strings.Join(about, `\n`))
	c.line("TRANSP", "TRANSPARENT")
	for _, n := range reminders {
		c.line("BEGIN", "VALARM")
		c.line("ACTION", "DISPLAY")
		c.line("TRIGGER", fmt.Sprintf("-P%dD", n))
		c.line("DESCRIPTION", summary)
		c.line("END", "VALARM")
	}
	c.line("END", "VEVENT")
}

// maxOctets is the longest line of the format, without its end.
const maxOctets = 75

// line writes a content line, folded where it is too long and never within a code point.
func (c calendarWriter) line(name, value string) {
	s := name + ":" + value
	for limit := maxOctets; len(s) > limit; limit = maxOctets - 1 {
		end := limit
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		_, _ = c.w.WriteString(s[:end] + "\r\n ") // a bufio.Writer keeps its error for Flush
		s = s[end:]
	}
	_, _ = c.w.WriteString(s + "\r\n")
}

// escaped is a text as a property's value.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// instant is a time in UTC, with the four digits of the year that the format has.
func instant(t time.Time) string {
	t = t.UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		t = time.Date(min(max(y, 1), 9999), 12, 31, 23, 59, 59, 0, time.UTC)
	}
	return t.Format("20060102T150405Z")
}
