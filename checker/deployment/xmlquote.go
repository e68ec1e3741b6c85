package deployment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// harmlessElements are the elements whose texts may be shown, each with the names of those that it may stand in: whatever is
// not here could be a secret.
var harmlessElements = map[string]map[string]bool{
	"Location":               set("KeyStore", "TrustStore"),
	"Type":                   set("KeyStore", "TrustStore"),
	"ServerCertificateAlias": set("KeyStore"),
	"bindAddress":            set("profile"),
	"servers":                set("profile"),
	"clientID":               set("client"),
	"SSLVerifyClient":        set("profile", "client"),
	"HttpsProtocols":         set("profile", "client"),
	"PreferredCiphers":       set("profile", "client"),
}

func harmlessElement(e *element) bool {
	return e.parent != nil && harmlessElements[e.name.Local][e.parent.name.Local]
}

// URI is how reports name the file.
func (x *XMLFile) URI() string { return x.File.URI }

// Region is the place of a span.
func (x *XMLFile) Region(s source.Span) source.Region { return x.lines.Region(s) }

// Quote gives the line of a span with every text masked that is not known to be harmless; in a file that is no XML, the line.
func (x *XMLFile) Quote(s source.Span) Quote {
	return quoteLine(x.File.Data, x.lines, s, func(line source.Span) []hidden {
		if !x.Parsed {
			if inner := trimmed(x.File.Data, line); inner.End > inner.Start {
				return []hidden{{inner, secret.Redacted}}
			}
			return nil
		}
		return x.hiddenIn(line)
	})
}

// hiddenIn finds what to mask on a line.
func (x *XMLFile) hiddenIn(line source.Span) []hidden {
	var parts []hidden
	cut := func(s source.Span) source.Span {
		return trimmed(x.File.Data, source.Span{Start: max(s.Start, line.Start), End: min(s.End, line.End)})
	}
	hide := func(s source.Span) {
		if s = cut(s); s.End > s.Start {
			parts = append(parts, hidden{s, secret.Redacted})
		}
	}
	for _, t := range on(x.texts, line, func(t xmlText) source.Span { return t.Span }) {
		raw := x.File.Data[t.Start:t.End]
		switch {
		case !x.harmless(t.in) && t.Start >= line.Start && t.End <= line.End:
			parts = append(parts, hiddenLiteral(x.File.Data, cut(t.Span))...)
		case !x.harmless(t.in), !harmlessText(string(raw)), bytes.HasPrefix(raw, []byte("<![CDATA[")):
			hide(t.Span)
		}
	}
	for _, c := range on(x.comments, line, func(s source.Span) source.Span { return s }) {
		if text, ok := bytes.CutPrefix(x.File.Data[c.Start:c.End], []byte("<!--")); ok && bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("mi-kscheck:")) {
			continue
		}
		hide(source.Span{Start: c.Start + len("<!"), End: c.End - 1})
	}
	for _, e := range on(x.elements, line, func(e *element) source.Span { return e.tag }) {
		for _, a := range attributes.FindAllSubmatchIndex(x.File.Data[e.tag.Start:e.tag.End], -1) {
			name, value := x.File.Data[e.tag.Start+a[2]:e.tag.Start+a[3]], source.Span{Start: e.tag.Start + a[4] + 1, End: e.tag.Start + a[5] - 1}
			if !x.harmlessAttribute(string(name), string(x.File.Data[value.Start:value.End])) {
				hide(value)
			}
		}
	}
	slices.SortFunc(parts, func(a, b hidden) int { return a.Start - b.Start })
	return parts
}

// on gives those of a sorted list whose spans lie on a line at least in part.
func on[T any](list []T, line source.Span, span func(T) source.Span) []T {
	first := sort.Search(len(list), func(i int) bool { return span(list[i]).End > line.Start })
	last := first + sort.Search(len(list)-first, func(i int) bool { return span(list[first+i]).Start >= line.End })
	return list[first:last]
}

// attributes finds the attributes of a start tag, which is known to be well-formed.
var attributes = regexp.MustCompile(`([^\s"'<>=/]+)\s*=\s*("[^"]*"|'[^']*')`)

var (
	harmlessAttributes = set("true", "false", "SSLProfiles", "dynamicSSLProfilesConfig", "customSSLProfiles", vaultSpace)
	aliasAttribute     = regexp.MustCompile(`^(?:[A-Za-z0-9_-]+:)?secretAlias$`)
	aliasText          = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)
)

func harmlessAttribute(name, value string) bool {
	return harmlessAttributes[value] || aliasAttribute.MatchString(name) && aliasText.MatchString(value)
}

// Format implements fmt.Formatter: the name of the file and nothing of its content, whatever the verb.
func (x *XMLFile) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s (%d problems)", x.File.URI, len(x.Problems))
}

// MarshalJSON gives the name of the file and nothing of its content.
func (x *XMLFile) MarshalJSON() ([]byte, error) {
	return json.Marshal(x.Label)
}
