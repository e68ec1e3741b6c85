package deployment_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// everything is all that a Document can print: problems, displays, quotes of every line and span, and every form of fmt and
// JSON of it and its parts.
func everything(d *deployment.Document) string {
	var b strings.Builder
	form := func(x any) {
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n%s\n%q\n%x\n", x, x, x, x, x, x)
		if j, err := json.Marshal(x); err == nil {
			b.Write(j)
		}
	}
	form(d)
	for _, p := range d.Problems {
		form(p)
		fmt.Fprintln(&b, d.Quote(p.Span), d.Quote(p.First))
	}
	for i := range d.Lines.Count() {
		o := d.Lines.Offset(i+1, 1)
		fmt.Fprintln(&b, d.Quote(source.Span{Start: o, End: o}), d.Quote(source.Span{Start: o, End: o + len(d.Lines.Line(i+1))}))
	}
	for i, k := range d.Keys {
		if d.Parsed || i%10 == 0 { // of files that are refused they are the same again and again
			form(k)
			form(*k)
		}
		fmt.Fprintln(&b, d.Quote(k.Span), d.Quote(k.Value))
	}
	values := d.Values()
	for _, a := range d.Arrays() {
		for _, e := range d.Elements(a) {
			form(e)
			form(*e)
			values = append(values, e.Values...)
		}
	}
	for _, v := range values {
		if v.Defaulted() && len(v.Variables) == 0 {
			continue // the product's own text, the same in every file
		}
		form(v)
		form(*v)
		fmt.Fprintln(&b, v.Display(), d.Quote(d.Nearest(v.Key)))
	}
	entries, _ := d.Secrets()
	form(entries)
	form(d.Conflicts())
	form(d.Tables)
	return b.String()
}

// planted makes unique passwords, all with one beginning that no output may hold.
type planted struct{ count int }

const beginning = "PLANTED"

func (p *planted) new() string {
	p.count++
	return fmt.Sprintf("%s%04d", beginning, p.count)
}

func (p *planted) check(t *testing.T, d *deployment.Document) {
	t.Helper()
	shown := everything(d)
	for _, form := range []string{beginning, fmt.Sprintf("%x", beginning), fmt.Sprintf("%X", beginning), strings.Trim(fmt.Sprint([]byte(beginning)), "[]")} {
		if i := strings.Index(shown, form); i >= 0 {
			t.Errorf("a password is shown: …%s…", shown[max(0, i-120):min(len(shown), i+60)])
		}
	}
}

// file plants a password under every kind of key, in every kind of value, and in comments.
func (p *planted) file() (string, deployment.Options) {
	var b strings.Builder
	line := func(format string) {
		for strings.Contains(format, "@") {
			format = strings.Replace(format, "@", p.new(), 1)
		}
		b.WriteString(format + "\n")
	}
	line(`# the old one was @`)
	line(`[keystore.primary]`)
	line(`file_name = "repository/resources/security/x.p12" # @`)
	line(`password = "@"`)
	line(`key_password = 'a@b'`)
	line(`pass = """@`)
	line(`@"""`)
	line(`keypassword = "$env{E1}"`)
	line(`alias = "$env{E1}"`)
	line(`type = "$ref{keystore.primary.password}"`)
	line(`[keystore.internal]`)
	line(`password = "@$env{E1}@"`)
	line(`alias = "$ref{keystore.primary.alias}"`)
	line(`file_name = "$ref{free.text}"`)
	line(`[free]`)
	line(`text = "@"`)
	line(`list = ["@", "@"]`)
	line(`lines = [ "@", # @`)
	line(`  "@" ]`)
	line(`inline = { user = "x", password = "@", other = ["@"], deep = { token = '@' } }`)
	line(`url = "https://user:@@host/"`)
	line(`hostname = "https://user:@\u0040host/"`)
	line(`sys = "$sys{s1}"`)
	line(`number_password = 1`)
	line(`[secrets]`)
	line(`a = "[@]"`)
	line(`b = "@"`)
	line(`"c d" = "@"`)
	line(`[[transport.rabbitmq.listener]]`)
	line(`parameter.password = "@"`)
	line(`parameter.keystore_location = "$env{E1}"`)
	line(`[[users]]`)
	line(`credentials = [{ name = "@", secret = "@" }]`)
	line(`[encryption]`)
	line(`key = "@"`)
	line(`[vault]`)
	line(`location = "$secret{a}"`)
	line(`type = "x$secret{b}$env{E2}"`)
	return b.String(), deployment.Options{
		Env:     map[string]secret.Value{"E1": secret.New(p.new()), "E2": secret.New("$ref{keystore.primary.password}" + p.new())},
		Sys:     map[string]secret.Value{"s1": secret.New(p.new())},
		Secrets: map[string]secret.Value{"a": secret.New(p.new()), "b": secret.New(p.new())},
	}
}

func TestNothingLeaks(t *testing.T) {
	p := &planted{}
	text, o := p.file()
	text = strings.Replace(text, "@host", "\\u0040host", 1)
	d := read(text, o)
	if !d.Parsed {
		t.Fatal(d.Problems)
	}
	p.check(t, d)
	// The test sees what it looks for.
	if v := d.Value("keystore.primary.password"); !strings.HasPrefix(v.Text.Reveal(), "PLANTED") {
		t.Errorf("the primary password is %q", v.Text.Reveal())
	}
	if v := d.Value("vault.type"); !strings.Contains(v.Text.Reveal(), "PLANTED") {
		t.Errorf("vault.type is %s %s", v.State, v.Reason)
	}
}

// TestNothingLeaksFromBrokenFiles breaks every line of the file in several ways.
func TestNothingLeaksFromBrokenFiles(t *testing.T) {
	p := &planted{}
	text, o := p.file()
	lines := strings.Split(text, "\n")
	breaks := []func(string) string{
		func(l string) string { return strings.ReplaceAll(strings.ReplaceAll(l, `"`, ""), `'`, "") }, // no quotes
		func(l string) string { return strings.Replace(l, `"`, "“", 1) },
		func(l string) string { return strings.Replace(l, `= "`, `= "C:\w`, 1) },
		func(l string) string { return strings.Replace(l, `= "`, `= "\e`, 1) },
		func(l string) string { return strings.TrimRight(l, `"'`) }, // never closed
		func(l string) string { return l + " " + p.new() },
		func(l string) string { return strings.Replace(l, "=", "", 1) },
		func(l string) string { return strings.Replace(l, "= ", "= {{ .x }} ", 1) },
		func(l string) string { return l + "\n" + l }, // twice
		func(l string) string { return l + "\xff" },
		func(l string) string { return strings.Replace(l, "[", "[[[", 1) },
	}
	for i := range lines {
		for n, breakLine := range breaks {
			broken := append([]string(nil), lines...)
			broken[i] = breakLine(lines[i])
			d := read(strings.Join(broken, "\n"), o)
			p.check(t, d)
			if t.Failed() {
				t.Fatalf("way %d on line %d: %q", n, i+1, broken[i])
			}
		}
	}
}
