package layout

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// mapped checks that what is mapped line by line does stand there in the outer file.
func mapped(t *testing.T, outer []byte, p source.Part) {
	t.Helper()
	if p.Data == nil || p.Whole != nil {
		return
	}
	lines := bytes.Split(outer, []byte{'\n'})
	for i, line := range bytes.Split(bytes.TrimRight(p.Data, "\n"), []byte{'\n'}) {
		n := p.Line - 1 + i
		if n >= len(lines) {
			t.Fatalf("line %d of the part is beyond the file", i+1)
		}
		there := bytes.TrimRight(lines[n], "\r")
		want := bytes.TrimRight(line, "\r")
		if len(want) == 0 || bytes.HasPrefix(bytes.TrimLeft(there, " "), []byte("{{")) {
			continue // blank lines may be shorter than the indent, directives of templates stand where they like
		}
		if len(there) < p.Indent || !bytes.Equal(there[p.Indent:], want) {
			t.Fatalf("line %d of the part is %q, line %d of the file is %q", i+1, want, n+1, there)
		}
	}
}

func TestManifest(t *testing.T) {
	for _, c := range []struct {
		name, text   string
		parts        int
		line, indent int // of the first; 0: it is not mapped line by line
	}{
		{"block", "data:\n  deployment.toml: |\n    a = 1\n", 1, 3, 4},
		{"block with empty lines first", "data:\n  deployment.toml: |\n\n    a = 1\n\n    b = 2\n", 1, 3, 4},
		{"block with an indent of its own", "data:\n  deployment.toml: |2\n     a = 1\n", 1, 3, 4},
		{"block with a comment behind", "data:\n  deployment.toml: |- # x\n      a = 1", 1, 3, 6},
		{"block with line ends of Windows", "data:\r\n  deployment.toml: |\r\n    a = 1\r\n    b = 2\r\n", 1, 3, 4},
		{"folded", "data:\n  deployment.toml: >\n    a = 1\n", 1, 0, 0},
		{"quoted", "data:\n  deployment.toml: \"a = 1\"\n", 1, 0, 0},
		{"in a Secret", "kind: Secret\ndata:\n  deployment.toml: YSA9IDE=\n", 1, 0, 0},
		{"as text of a Secret", "kind: Secret\nstringData:\n  deployment.toml: |\n    a = 1\n", 1, 4, 4},
		{"several documents", "data:\n  deployment.toml: |\n    a = 1\n---\ndata:\n  deployment.toml: |\n    a = 1\n", 2, 3, 4},
		{"a list in a list", "items:\n- items:\n  - data:\n      deployment.toml: |\n        a = 1\n", 1, 5, 8},
		{"no text", "data:\n  deployment.toml:\n    a: 1\n", 0, 0, 0},
		{"an alias", "x: &x\n  deployment.toml: |\n    a = 1\ndata: *x\n", 0, 0, 0},
		{"elsewhere", "spec:\n  deployment.toml: |\n    a = 1\n", 0, 0, 0},
		{"no YAML, found as a block", "name: {{ x }}\n a\ndata:\n  deployment.toml: |\n    a = 1\n  b: x\n", 1, 5, 4},
		{"nothing", "", 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, err := manifest([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, d := range docs {
				if d.deployment.Data == nil {
					continue
				}
				mapped(t, []byte(c.text), d.deployment)
				if n++; n == 1 && (d.deployment.Line != c.line || d.deployment.Indent != c.indent || (d.deployment.Whole == nil) != (c.line > 0)) {
					t.Errorf("%+v", d.deployment.Within)
				}
			}
			if n != c.parts {
				t.Errorf("%d parts, not %d", n, c.parts)
			}
		})
	}
}

// What would take more memory than its size is worth is refused before it is parsed.
func TestManifestOfManyParts(t *testing.T) {
	if _, err := manifest([]byte(strings.Repeat("- a\n", maxNodes+1))); err == nil {
		t.Error("it was read")
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("kind: ConfigMap\ndata:\n  deployment.toml: |\n    a = 1\n"))
	f.Add([]byte("a: &a [*a]\n---\n{{ x }}\n  deployment.toml: |-\n\n   x\n{{- end }}\n"))
	f.Add([]byte("items:\n- kind: Secret\n  data: {x.jks: AAAA, deployment.toml: YQ==}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := manifest(data)
		if err != nil {
			return
		}
		for _, d := range docs {
			mapped(t, data, d.deployment)
		}
	})
}
