package deployment_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestCases runs the hand-checked cases of testdata/cases (testdata/cases/README.md has their form).
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.case")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	total := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(b), "\n=== ")[1:] {
			total++
			c := parseCase(t, text)
			t.Run(strings.TrimSuffix(filepath.Base(file), ".case")+"/"+c.name, func(t *testing.T) { c.run(t) })
		}
	}
	if total < 120 {
		t.Errorf("only %d cases", total)
	}
}

type testCase struct {
	name    string
	options deployment.Options
	toml    string
	expect  []string
}

func parseCase(t *testing.T, text string) *testCase {
	head, rest, ok1 := strings.Cut(text, "\n--- toml\n")
	toml, expect, ok2 := strings.Cut(rest, "--- expect\n")
	lines := strings.Split(head, "\n")
	c := &testCase{name: strings.TrimSpace(lines[0]), toml: toml, options: deployment.Options{
		Env: map[string]secret.Value{}, Sys: map[string]secret.Value{}, Secrets: map[string]secret.Value{},
	}}
	if !ok1 || !ok2 {
		t.Fatalf("%s: a part is missing", c.name)
	}
	cites := false
	for _, l := range lines[1:] {
		kind, value, _ := strings.Cut(l, ": ")
		name, text, _ := strings.Cut(value, "=")
		switch kind {
		case "rests on":
			cites = true
		case "version":
			c.options.Version = value
		case "env":
			c.options.Env[name] = secret.New(text)
		case "sys":
			c.options.Sys[name] = secret.New(text)
		case "secret":
			c.options.Secrets[name] = secret.New(text)
		case "raw": // Go escapes in the TOML: bytes that an editor would change
			unquoted, err := strconv.Unquote(`"` + value + `"`)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			c.toml = unquoted
		case "":
		default:
			t.Fatalf("%s: what is %q?", c.name, l)
		}
	}
	if !cites {
		t.Errorf("%s names no section of mi-semantics.md", c.name)
	}
	for _, l := range strings.Split(expect, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			c.expect = append(c.expect, l)
		}
	}
	if len(c.expect) == 0 {
		t.Errorf("%s expects nothing", c.name)
	}
	return c
}

func (c *testCase) run(t *testing.T) {
	d := deployment.Read(&source.File{Name: "deployment.toml", URI: "deployment.toml", Data: []byte(c.toml)}, c.options)
	problems := 0
	for _, want := range c.expect {
		kind, rest, _ := strings.Cut(want, " ")
		subject, right, _ := strings.Cut(rest, " = ")
		var got string
		switch kind {
		case "value":
			got = describe(d.Value(subject))
		case "element":
			f := strings.Fields(subject)
			index, err := strconv.Atoi(f[1])
			if err != nil || len(d.Elements(f[0])) <= index {
				t.Fatalf("%s: there are %d elements", want, len(d.Elements(f[0])))
			}
			got = describe(d.Elements(f[0])[index].Value(f[2]))
		case "elements":
			got = strconv.Itoa(len(d.Elements(subject)))
		case "display":
			got = d.Value(subject).Display()
		case "origin":
			got = origin(d.Value(subject))
		case "variables":
			got = variables(d.Value(subject))
		case "mapped":
			for _, k := range d.Keys {
				if k.Written == subject {
					got = k.Mapped
				}
			}
		case "conflict":
			for _, x := range d.Conflicts() {
				if x.Mapped == subject {
					for _, k := range x.Keys {
						got += " " + at(d, k.Span)
					}
				}
			}
			got = strings.TrimSpace(got)
		case "conflicts":
			got = strconv.Itoa(len(d.Conflicts()))
		case "nearest":
			got = at(d, d.Nearest(subject))
		case "key":
			for _, k := range d.Keys {
				if k.Written == subject {
					got = fmt.Sprintf("%s %s %s", at(d, k.Span), at(d, k.Value), k.Type)
				}
			}
		case "tables":
			for _, x := range d.Table(subject) {
				got += " " + at(d, x.Span)
			}
			got = strings.TrimSpace(got)
		case "quote":
			n, err := strconv.Atoi(subject)
			if err != nil {
				t.Fatal(want)
			}
			o := d.Lines.Offset(n, 1)
			got = d.Quote(source.Span{Start: o, End: o}).Text
		case "secret":
			entries, _ := d.Secrets()
			for _, e := range entries {
				if e.Alias == subject {
					got = string(e.Form)
					if e.Used {
						got += " " + at(d, e.Reference.Span)
					}
				}
			}
		case "runtime":
			_, on := d.Secrets()
			got = strconv.FormatBool(on)
			right = subject
		case "parsed":
			got = strconv.FormatBool(d.Parsed)
			right = subject
		case "problem":
			right = subject
			if problems < len(d.Problems) {
				p := d.Problems[problems]
				got = string(p.Kind) + " " + at(d, p.Span)
				if p.Kind == deployment.Duplicate {
					got += " " + p.Key + " first " + at(d, p.First)
				}
				if _, fragment, ok := strings.Cut(right, " | "); ok {
					if !strings.Contains(p.Detail, fragment) {
						t.Errorf("%s: the detail is %q", want, p.Detail)
					}
					got += " | " + fragment
				}
			}
			problems++
		case "more":
			got, right = rest, "problems"
		default:
			t.Fatalf("what is %q?", want)
		}
		if got != right {
			t.Errorf("%s\n got %s", want, got)
		}
	}
	if problems != len(d.Problems) && !slices.Contains(c.expect, "more problems") {
		for _, p := range d.Problems {
			t.Errorf("problem: %s %s %s", p.Kind, at(d, p.Span), p.Detail)
		}
	}
}

// describe is `known "text" flags`, `unknown reason flags` or `absent`.
func describe(v *deployment.Value) string {
	s := string(v.State)
	switch v.State {
	case deployment.Known:
		s += " " + strconv.Quote(v.Text.Reveal())
	case deployment.Unknown:
		s += " " + string(v.Reason)
	}
	for _, f := range []struct {
		on   bool
		name string
	}{{v.Clear, "clear"}, {v.Tainted, "tainted"}, {v.Password, "password"}, {v.Markup, "markup"}, {v.Defaulted(), "defaulted"}} {
		if f.on {
			s += " " + f.name
		}
	}
	return s
}

func origin(v *deployment.Value) string {
	var steps []string
	for _, h := range v.Origin {
		s := string(h.Kind) + ":"
		switch h.Kind {
		case deployment.Env, deployment.Sys, deployment.Secret:
			s += h.Name
		case deployment.Inferred:
			s += h.Key + " by " + h.Name
		default:
			s += h.Key
		}
		if h.Line > 0 {
			s += "@" + strconv.Itoa(h.Line)
		}
		steps = append(steps, s)
	}
	return strings.Join(steps, " > ")
}

func variables(v *deployment.Value) string {
	var all []string
	for _, p := range v.Variables {
		s := string(p.Kind) + ":" + p.Name
		if !p.Resolved {
			s += " " + string(p.Reason)
		}
		if p.Key != v.Key {
			s += " in " + p.Key
		}
		if p.Breaks {
			s += " breaks"
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

// at is "line:column-end" of a span on one line, else "line:column-line:end".
func at(d *deployment.Document, s source.Span) string {
	r := d.Lines.Region(s)
	if r.StartLine != r.EndLine {
		return fmt.Sprintf("%d:%d-%d:%d", r.StartLine, r.StartColumn, r.EndLine, r.EndColumn)
	}
	return fmt.Sprintf("%d:%d-%d", r.StartLine, r.StartColumn, r.EndColumn)
}

func TestValueOf(t *testing.T) {
	d := read(`[[transport.rabbitmq.listener]]
parameter.password = "x"
[a]
b = { c = 1 }
[keystore.internal]
alias = "y"
[transport.http]
sender.hostname_verifier = "AllowAll"
[transport.https.sender]
parameter.HostnameVerifier = "Strict"
`, deployment.Options{Version: "1.2.0"})
	got := ""
	for _, k := range d.Keys {
		got += k.Written + ": "
		if v := d.ValueOf(k); v != nil {
			got += v.Text.Reveal()
		}
		got += "\n"
	}
	want := `transport.rabbitmq.listener.parameter.password: x
a.b: 
a.b.c: 1
keystore.internal.alias: 
transport.http.sender.hostname_verifier: 
transport.https.sender.parameter.HostnameVerifier: Strict
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// TestInstallationCounts: the config mapper's files of the installation count before the built-in table.
func TestInstallationCounts(t *testing.T) {
	table, err := product.Installed("4.4.0", []byte(`{"keystore.primary.type": "PKCS12"}`), []byte(`{"short": "long.name"}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := read("short = 1\n", deployment.Options{Version: "1.2.0", Table: table})
	if d.Version != "4.4.0" || describe(d.Value("keystore.primary.type")) != `known "PKCS12" clear defaulted` || describe(d.Value("long.name")) != `known "1" clear` || d.Value("truststore.type").State != deployment.Absent {
		t.Errorf("%s", summary(d))
	}
}
