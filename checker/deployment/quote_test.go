package deployment_test

import (
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestQuotePlaces: the span is where the marker goes, though what stands before it or in it was masked or cut.
func TestQuotePlaces(t *testing.T) {
	long := "[a]\nlist = { " + strings.Repeat("key_with_a_name = 1, ", 1)
	for i := range 40 {
		long += "key" + strings.Repeat("x", i) + " = 1, "
	}
	long += "alias = 'end' }\n"
	for _, c := range []struct {
		text, key   string
		value       bool
		marked      string // what the span covers in the shown text
		beginsWidth int    // column, -1: do not look
	}{
		{"password = \"hunter2\" # x\n", "password", true, `"•••"`, 11},
		{"password = \"hunter2\" # x\n", "password", false, "password", 0},
		{"a = { password = \"hunter2\", alias = \"é\" }\n", "a.alias", true, `"é"`, 32},
		{"a = { password = \"hunter2\", alias = \"é\" }\n", "a.alias", false, "alias", 24},
		{"password = \"a$env{X}b\"\n", "password", true, `"•••$env{X}•••"`, 11},
		{"token = [\"a\", \"b\"]\n", "token", true, "[•••]", 8},
		{"password = 12345\n", "password", true, "•••", 11},
		{"\tpassword = \"\"\n", "password", true, `""`, 12},
		{long, "a.list.alias", true, "'end'", -1},
		{long, "a.list.key_with_a_name", false, "key_with_a_name", 9},
		{"password = \"\"\"x\ny\"\"\"\n", "password", true, "•••", 11},
	} {
		d := read(c.text, deployment.Options{})
		if !d.Parsed {
			t.Fatal(d.Problems)
		}
		k := d.KeyOf(c.key)
		s := k.Span
		if c.value {
			s = k.Value
		}
		q := d.Quote(s)
		runes := []rune(q.Text)
		if got := string(runes[q.Column : q.Column+q.Width]); got != c.marked || len(runes) > 160 || c.beginsWidth >= 0 && q.Column != c.beginsWidth {
			t.Errorf("%s of %.40q: %q at %d in %q", c.key, c.text, got, q.Column, q.Text)
		}
	}
	if q := read("a = 1\n", deployment.Options{}).Quote(source.Span{}); q.Line != 1 || q.Column != 0 || q.Width != 0 || q.Text != "a = 1" {
		t.Errorf("the zero span is quoted as %+v", q)
	}
}
