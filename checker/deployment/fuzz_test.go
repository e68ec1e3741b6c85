package deployment_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// marker is the password that the fuzzer's files hold; what it makes of it stays unique enough.
const marker = "Zq7-hunter2-Zq7"

// FuzzRead: no file makes Read panic or point outside of it, the verdict agrees with the TOML library's, and no output shows
// the password.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "[keystore.primary]\npassword = \"" + marker + "\"\n", "password = " + marker + "\n", "password = “" + marker + "”\n",
		"[secrets]\na = \"[" + marker + "]\"\n", "password = \"C:\\" + marker + "\"\n", "a = { password = '" + marker + "' }\n",
		"a = [1, \"" + marker + "\"]\n", "# " + marker + "\nx = 1\n", "x = \"$env{E}\" # " + marker + "\n", "password = \"\"\"\n" + marker + "\n\"\"\"\n",
		"password = {{ .Values.x | default \"" + marker + "\" }}\n", "password = \"a\"\npassword = \"" + marker + "\"\n",
		"[[a]]\nb.token = \"" + marker + "\"\n[a.c]\nd = 07:32\n", "alias = \"$ref{password}\"\npassword = \"" + marker + "\"\n", "password = \"" + marker + "\nx = 1",
		"\xef\xbb\xbfa = 1\r\nb = \"\xff\"\r\n", "password = [\"" + marker + "\",\n# " + marker + "\n]\n", "a.b = 1\n[a]\nb = 2\n", "x = \"&lt;" + marker + "\"",
	} {
		f.Add([]byte(seed))
	}
	cases, err := filepath.Glob("testdata/cases/*.case")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range cases {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range strings.Split(string(b), "\n--- toml\n")[1:] {
			text, _, _ := strings.Cut(c, "--- expect\n")
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := deployment.Options{Env: map[string]secret.Value{"E": secret.New(marker)}}
		d := deployment.Read(&source.File{Name: "deployment.toml", Data: data}, o)
		checkPlaces(t, d)
		checkVerdict(t, d, data)
		checkLeaks(t, d, data)
	})
}

// checkPlaces: every span lies in the file, every quote is sane, problems are in order.
func checkPlaces(t *testing.T, d *deployment.Document) {
	t.Helper()
	inside := func(what string, s source.Span) {
		if s.Start < 0 || s.End < s.Start || s.End > len(d.File.Data) {
			t.Fatalf("%s: span %v of a file of %d bytes", what, s, len(d.File.Data))
		}
		q := d.Quote(s)
		n := utf8.RuneCountInString(q.Text)
		if q.Line < 1 || q.Line > d.Lines.Count() || q.Column < 0 || q.Width < 0 || q.Column+q.Width > n || n > 160 {
			t.Fatalf("%s: quote %+v", what, q)
		}
	}
	last := 0
	for _, p := range d.Problems {
		inside("problem", p.Span)
		inside("first", p.First)
		if p.Span.Start < last || p.Detail == "" {
			t.Errorf("problem out of order or empty: %+v", p)
		}
		last = p.Span.Start
	}
	for _, k := range d.Keys {
		inside("key "+k.Written, k.Span)
		inside("value of "+k.Written, k.Value)
	}
	for _, x := range d.Tables {
		inside("table", x.Span)
	}
	for _, v := range d.Values() {
		inside("nearest of "+v.Key, d.Nearest(v.Key))
		for _, h := range v.Origin {
			inside("hop of "+v.Key, h.Span)
		}
	}
	if d.Parsed != (len(d.Values()) > 0) {
		t.Errorf("parsed %v with %d values", d.Parsed, len(d.Values()))
	}
}

// checkVerdict: what the TOML library refuses is refused, and the other way round but for what only TOML 0.5 refuses, a byte
// order mark, and the limits.
func checkVerdict(t *testing.T, d *deployment.Document, data []byte) {
	t.Helper()
	var into map[string]any
	err := toml.Unmarshal(data, &into)
	for _, p := range d.Problems {
		switch p.Kind {
		case deployment.Limit, deployment.Refused, deployment.Mixed, deployment.Duplicate, deployment.Template, deployment.TemplateText:
			return // where the product's parser and the library part ways; TestMapper holds the one to the other
		}
	}
	if err == nil && len(d.Problems) > 0 && !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		t.Errorf("the library takes it, the problems are %v", d.Problems)
	}
}

// checkLeaks: a marker that stands once, behind a "=" or "#", and not where a text may be shown, is in no output.
func checkLeaks(t *testing.T, d *deployment.Document, data []byte) {
	t.Helper()
	i := bytes.Index(data, []byte(marker))
	if i < 0 || bytes.Count(data, []byte(marker)) > 1 {
		return
	}
	if d.Parsed {
		for _, k := range d.Keys {
			in := k.Value.Start <= i && i < k.Value.End
			if k.Span.Start <= i && i < k.Span.End || in && !strings.Contains(strings.ToLower(k.Written[strings.LastIndexByte(k.Written, '.')+1:]), "pass") {
				return
			}
		}
		for _, x := range d.Tables {
			if x.Span.Start <= i && i < x.Span.End {
				return
			}
		}
	}
	line := data[bytes.LastIndexByte(data[:i], '\n')+1 : i]
	if bytes.IndexByte(line, '=') < 0 && bytes.IndexByte(line, '#') < 0 || bytes.Contains(data, []byte("mi-kscheck")) || bytes.ContainsAny(line, "[]{}$") {
		return
	}
	if shown := everything(d); strings.Contains(shown, marker) {
		t.Errorf("the password is shown: %s", shown)
	}
}
