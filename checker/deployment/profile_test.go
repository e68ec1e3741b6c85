package deployment_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// readProfiles reads a file of profiles for a version.
func readProfiles(text, version string, side deployment.Side) *deployment.ProfileFile {
	d := read("", deployment.Options{
		Version: version, Env: map[string]secret.Value{"GIVEN": secret.New("from-env")}, Secrets: map[string]secret.Value{"given": secret.New("from-vault")},
	})
	f := &source.File{Name: "p.xml", URI: "conf/p.xml", Data: []byte(text)}
	return d.ReadProfiles(f, side, "p.xml")
}

const svns = ` xmlns:svns="http://org.wso2.securevault/configuration"`

// keystore is a whole profile of a sender with a password element.
func keystore(password string) string {
	return "<p" + svns + ">\n<profile>\n<servers>a:443</servers>\n<KeyStore>\n<Location>x.p12</Location>\n<Type>PKCS12</Type>\n" + password +
		"\n<KeyPassword>k</KeyPassword>\n</KeyStore>\n</profile>\n</p>\n"
}

func TestProfileValues(t *testing.T) {
	for name, c := range map[string]struct {
		element, version string
		side             deployment.Side
		state            deployment.State
		reason           deployment.Reason
		text             string
		clear, tainted   bool
		shown            string
	}{
		"clear":                   {"<Password>hunter2</Password>", "4.6.0", "sender", "known", "", "hunter2", true, false, "•••"},
		"entities":                {"<Password>a&amp;b&#x20;</Password>", "4.6.0", "sender", "known", "", "a&b ", true, false, "•••"},
		"CDATA and comment":       {"<Password>a<!-- x --><![CDATA[<b>]]></Password>", "4.6.0", "sender", "known", "", "a<b>", true, false, "•••"},
		"blanks are part of it":   {"<Password> a\n</Password>", "4.6.0", "sender", "known", "", " a\n", true, false, "•••"},
		"variable":                {"<Password>$env{GIVEN}</Password>", "4.1.0", "sender", "known", "", "from-env", false, true, "$env{GIVEN}"},
		"variable with text":      {"<Password>a$env{GIVEN}b</Password>", "4.6.0", "sender", "known", "", "afrom-envb", false, true, "•••$env{GIVEN}•••"},
		"variable not given":      {"<Password>$env{NOT}</Password>", "4.6.0", "sender", "unknown", "env-not-given", "", false, true, "$env{NOT}"},
		"variable in a listener":  {"<Password>$env{GIVEN}</Password>", "4.6.0", "listener", "known", "", "$env{GIVEN}", false, false, "$env{GIVEN}"},
		"variable before 4.1":     {"<Password>$env{GIVEN}</Password>", "4.0.0", "sender", "known", "", "$env{GIVEN}", false, false, "$env{GIVEN}"},
		"vault":                   {`<Password svns:secretAlias="other">x</Password>`, "4.6.0", "listener", "unknown", "secret-not-given", "", false, true, "$secret{other}"},
		"vault, given":            {`<Password svns:secretAlias="given">x</Password>`, "4.6.0", "listener", "known", "", "from-vault", false, true, "$secret{given}"},
		"vault by its text":       {"<Password>$secret{given}</Password>", "4.6.0", "listener", "known", "", "from-vault", false, true, "$secret{given}"},
		"empty":                   {"<Password/>", "4.6.0", "sender", "known", "", "", true, false, ""},
		"absent":                  {"", "4.6.0", "sender", "absent", "", "", false, false, ""},
		"the first of two counts": {"<Password>one</Password><Password>two</Password>", "4.6.0", "sender", "known", "", "one", true, false, "•••"},
		"too long":                {"<Password>" + strings.Repeat("x", 70_000) + "</Password>", "4.6.0", "sender", "unknown", "too-large", "", false, false, "•••"},
	} {
		t.Run(name, func(t *testing.T) {
			text := keystore(c.element)
			p := readProfiles(text, c.version, c.side)
			if !p.Parsed || len(p.Profiles) != 1 {
				t.Fatalf("parsed %v, %d profiles, %+v", p.Parsed, len(p.Profiles), p.Problems)
			}
			v := p.Profiles[0].KeyStore.Password
			if v.State != c.state || v.Reason != c.reason || v.Text.Reveal() != c.text || v.Clear != c.clear || v.Tainted != c.tainted || v.Display() != c.shown {
				t.Errorf("state %s, reason %s, text %q, clear %v, tainted %v, shown %q", v.State, v.Reason, v.Text.Reveal(), v.Clear, v.Tainted, v.Display())
			}
			want := 7
			if c.state == deployment.Absent {
				want = 4 // the tag that it belongs in
			}
			if r := p.Region(v.Span); r.StartLine != want || r.EndLine != want {
				t.Errorf("region %+v, want line %d", r, want)
			}
		})
	}
}

// Every text stands where its span says.
func TestProfilePlaces(t *testing.T) {
	text := "<!-- a comment -->\r\n" + keystore("<Password>  é&amp;x  </Password>")
	p := readProfiles(text, "4.6.0", deployment.Sender)
	profile := p.Profiles[0]
	for want, v := range map[string]*deployment.Value{
		"a:443": profile.Address, "x.p12": profile.KeyStore.Location, "PKCS12": profile.KeyStore.Type, "é&amp;x": profile.KeyStore.Password,
		"k": profile.KeyStore.KeyPassword, "<KeyStore>": profile.KeyStore.Alias, "<profile>": profile.VerifyClient,
	} {
		if got := text[v.Span.Start:v.Span.End]; got != want {
			t.Errorf("%s stands at %q, want %q", v.Key, got, want)
		}
	}
	if profile.Title != "sender profile 1 (a:443)" || profile.KeyStore.Password.Key != "p.xml/profile[1]/KeyStore/Password" {
		t.Errorf("title %q, key %q", profile.Title, profile.KeyStore.Password.Key)
	}
}

func TestProfileClients(t *testing.T) {
	text := `<p><profile novalidatecert="true"><servers>a:1</servers>
<client><clientID>one</clientID><TrustStore><Location>t</Location><Type>JKS</Type><Password>x</Password></TrustStore></client>
<client novalidatecert="TRUE"><clientID>two</clientID></client></profile><other/><profile><servers>b:2</servers></profile></p>`
	p := readProfiles(text, "4.6.0", deployment.Sender)
	var got []string
	for _, x := range p.Profiles {
		got = append(got, fmt.Sprintf("%s %s %v %v", x.Name, x.Title, x.NoValidate, x.TrustStore != nil))
	}
	want := "p.xml/profile[1] sender profile 1 (a:1) true false|p.xml/profile[1]/client[1] client 1 of sender profile 1 (one) false true|" +
		"p.xml/profile[1]/client[2] client 2 of sender profile 1 (two) false false|p.xml/profile[2] sender profile 2 (b:2) false false"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if n := len(readProfiles(text, "4.6.0", deployment.Listener).Profiles); n != 2 {
		t.Errorf("a listener's file has %d profiles, want 2: it knows no clients", n)
	}
}

func TestProfileProblems(t *testing.T) {
	deep := strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70)
	for name, c := range map[string]struct {
		text   string
		side   deployment.Side
		want   string // kinds and lines
		detail string
	}{
		"sound":          {keystore("<Password>x</Password>"), "sender", "", ""},
		"no bindAddress": {"<p>\n<profile/></p>", "listener", "missing:2", "no <bindAddress>"},
		"no servers":     {"<p>\n<profile><bindAddress/></profile></p>", "sender", "missing:2", "no <servers>"},
		"no password":    {keystore(""), "sender", "missing:4", "no <Password>"},
		"in a namespace": {"<p xmlns='urn:x'>\n<profile/></p>", "sender", "missing:2", "namespace"},
		"element in a namespace": {
			"<p xmlns:n='urn:x'>\n<profile><n:servers>a</n:servers></profile></p>", "sender", "missing:2", "insists on one without",
		},
		"empty file":          {"", "sender", "syntax:1", "no XML element"},
		"no XML":              {"hello\n", "sender", "syntax:1", "well-formed"},
		"not closed":          {"<p>\n<profile>\n", "sender", "syntax:3", "well-formed"},
		"wrong end":           {"<p>\n<profile></p>", "sender", "syntax:2", "well-formed"},
		"bare ampersand":      {"<p>\n<a>x & y</a></p>", "sender", "syntax:2", "well-formed"},
		"two roots":           {"<p/>\n<p/>", "sender", "syntax:2", "well-formed"},
		"text after the root": {"<p/>\nx", "sender", "syntax:2", "well-formed"},
		"prefix not declared": {"<p>\n<a svns:secretAlias='x'/></p>", "sender", "syntax:2", "well-formed"},
		"attribute twice":     {"<p>\n<a b='1' b='2'/></p>", "sender", "syntax:2", "well-formed"},
		"DTD":                 {"<!DOCTYPE p SYSTEM 'http://127.0.0.1/x.dtd'>\n<p/>", "sender", "syntax:1", "DTD"},
		"external entity":     {"<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<p>&e;</p>", "sender", "syntax:1", "DTD"},
		"undefined entity":    {"<p>\n&e;</p>", "sender", "syntax:2", "well-formed"},
		"too deep":            {deep, "sender", "limit:1", "nested"},
		"UTF-16":              {"\xff\xfe<\x00p\x00", "sender", "limit:1", "UTF-16"},
		"Latin 1":             {"<?xml version='1.0' encoding='ISO-8859-1'?><p>\xe9</p>", "sender", "limit:1", "character set"},
		"Latin 1, plain":      {"<?xml version='1.0' encoding='ISO-8859-1'?><p/>", "sender", "", ""},
		"byte order mark":     {"\ufeff<p/>", "sender", "", ""},
		"too many profiles":   {"<p>" + strings.Repeat("<profile><servers>a</servers></profile>", 60) + "</p>", "sender", "limit:1", "more profiles"},
	} {
		t.Run(name, func(t *testing.T) {
			p := readProfiles(c.text, "4.6.0", c.side)
			var got, details []string
			for _, x := range p.Problems {
				got = append(got, fmt.Sprintf("%s:%d", x.Kind, p.Region(x.Span).StartLine))
				details = append(details, x.Detail)
			}
			if strings.Join(got, " ") != c.want || !strings.Contains(strings.Join(details, " "), c.detail) {
				t.Errorf("problems %v: %q; want %s with %q", got, details, c.want, c.detail)
			}
		})
	}
}

func TestProfileQuote(t *testing.T) {
	const s = "Zq7-hunter2"
	text := `<parameter name="SSLProfiles">
<profile novalidatecert="` + s + `"><!-- ` + s + ` -->
<!-- mi-kscheck:ignore MIKS104 reason="x" -->
<bindAddress>0.0.0.0</bindAddress><KeyStore><Location>a.p12</Location><Password>` + s + `</Password><Other>` + s + `</Other>
<Password><Type>` + s + `</Type></Password><![CDATA[` + s + `]]>
` + s + `
<KeyPassword a='` + s + `'>` + s + `
` + s + `</KeyPassword></KeyStore><?x ` + s + `?></profile></parameter>
`
	p := readProfiles(text, "4.6.0", deployment.Listener)
	if !p.Parsed {
		t.Fatal(p.Problems)
	}
	var lines []string
	at := 0
	for line := range strings.Lines(text) {
		lines = append(lines, p.Quote(source.Span{Start: at, End: at + 1}).Text)
		at += len(line)
	}
	got := strings.Join(lines, "\n")
	want := `<parameter name="SSLProfiles">
<profile novalidatecert="•••"><!•••>
<!-- mi-kscheck:ignore MIKS104 reason="x" -->
<bindAddress>0.0.0.0</bindAddress><KeyStore><Location>a.p12</Location><Password>•••</Password><Other>•••</Other>
<Password><Type>•••</Type></Password>•••
•••
<KeyPassword a='•••'>•••
•••</KeyPassword></KeyStore><?•••></profile></parameter>`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	broken := readProfiles(text+"<", "4.6.0", deployment.Listener)
	if q := broken.Quote(source.Span{Start: 0, End: 1}); q.Text != "•••" {
		t.Errorf("a file that is no XML shows %q", q.Text)
	}
}

// FuzzReadProfiles: no file makes the reader panic or point outside of it, and nothing that is made of it shows the password.
func FuzzReadProfiles(f *testing.F) {
	for _, seed := range []string{
		keystore("<Password>" + marker + "</Password>"), keystore(`<Password svns:secretAlias="` + marker + `">` + marker + "</Password>"),
		keystore("<Password>$env{E}" + marker + "</Password>"), "<p><profile x='" + marker + "'><client><!--" + marker + "--></client></profile></p>",
		"<!DOCTYPE p [<!ENTITY e '" + marker + "'>]><p>&e;</p>", "<p>" + marker, "<p><profile><servers>" + "http://u:" + marker + "@h</servers></profile></p>",
		"<p><![CDATA[" + marker + "]]></p>", "<p><profile><KeyStore><Type>\n" + marker + "</Type><Password>\n" + marker + "\n</Password></KeyStore></profile></p>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := read("", deployment.Options{Env: map[string]secret.Value{"E": secret.New(marker)}})
		for _, side := range []deployment.Side{deployment.Listener, deployment.Sender} {
			p := d.ReadProfiles(&source.File{Name: "p.xml", URI: "p.xml", Data: data}, side, "p.xml")
			shown := fmt.Sprintf("%+v %v %#v", p, p.Problems, p)
			b, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			shown += string(b)
			look := func(what string, s source.Span) {
				if s.Start < 0 || s.End < s.Start || s.End > len(data) {
					t.Fatalf("%s stands at %v of %d bytes", what, s, len(data))
				}
				if q := p.Quote(s); q.Column < 0 || q.Width < 0 || q.Column+q.Width > len([]rune(q.Text)) {
					t.Fatalf("%s is quoted as %+v", what, q)
				}
			}
			for _, x := range p.Problems {
				look(string(x.Kind), x.Span)
				shown += x.Detail
			}
			for _, x := range p.Profiles {
				look(x.Name, x.Span)
				for _, s := range []*deployment.ProfileStore{x.KeyStore, x.TrustStore} {
					if s == nil {
						continue
					}
					look(s.Name, s.Span)
					for _, v := range []*deployment.Value{s.Location, s.Type, s.Password, s.KeyPassword} {
						if v == nil {
							continue
						}
						look(v.Key, v.Span)
						if v.Password {
							shown += fmt.Sprintf("%+v", *v) + v.Display()
						}
					}
				}
			}
			// Names of variables and secrets are shown.
			if strings.Contains(shown, marker) && !bytes.Contains(data, []byte("{"+marker)) && !bytes.Contains(data, []byte("secretAlias")) {
				t.Fatalf("the password shows in %s", shown)
			}
		}
	})
}
