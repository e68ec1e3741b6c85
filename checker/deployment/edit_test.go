package deployment

import (
	"slices"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// edited makes the edits of one change in a file.
func edited(t *testing.T, text string, at func(*Document) source.Span, c Change) string {
	t.Helper()
	d := Read(&source.File{Name: "deployment.toml", Data: []byte(text)}, Options{})
	edits := d.Edits(at(d), c)
	slices.Reverse(edits)
	for _, e := range edits {
		text = text[:e.Start] + e.Text + text[e.End:]
	}
	return text
}

func ofKey(name string) func(*Document) source.Span {
	return func(d *Document) source.Span {
		for _, k := range d.Keys {
			if k.Written == name {
				return k.Span
			}
		}
		return source.Span{}
	}
}

func ofTable(n int) func(*Document) source.Span {
	return func(d *Document) source.Span { return d.Tables[n].Span }
}

func ofProblem(d *Document) source.Span { return d.Problems[0].Span }

// A change that can't be made safely leaves the file as it is.
func TestEdits(t *testing.T) {
	const p = "[keystore.primary]\n"
	for _, c := range []struct {
		name, before string
		at           func(*Document) source.Span
		change       Change
		after        string
	}{
		{"text", p + `type = "JKS" # x`, ofKey("keystore.primary.type"), Change{Kind: SetText, Text: "PKCS12"}, p + `type = "PKCS12" # x`},
		{"text in single quotes", p + `type='JKS'`, ofKey("keystore.primary.type"), Change{Kind: SetText, Text: "PKCS12"}, p + `type='PKCS12'`},
		{"text of letters of several bytes", p + `alias = "éa"`, ofKey("keystore.primary.alias"), Change{Kind: SetText, Text: "èa"}, p + `alias = "èa"`},
		{"text that needs an escape", p + `alias = "a"`, ofKey("keystore.primary.alias"), Change{Kind: SetText, Text: `a"b`}, p + `alias = "a"`},
		{"text with a control character", p + `alias = "a"`, ofKey("keystore.primary.alias"), Change{Kind: SetText, Text: "a\nb"}, p + `alias = "a"`},
		{"text that is a placeholder", p + `alias = "a"`, ofKey("keystore.primary.alias"), Change{Kind: SetText, Text: "$env{X}"}, p + `alias = "a"`},
		{"a placeholder stays", p + `type = "$env{X}"`, ofKey("keystore.primary.type"), Change{Kind: SetText, Text: "PKCS12"}, p + `type = "$env{X}"`},
		{"several lines stay", p + "type = \"\"\"\nJKS\"\"\"", ofKey("keystore.primary.type"), Change{Kind: SetText, Text: "PKCS12"}, p + "type = \"\"\"\nJKS\"\"\""},
		{"no string", p + `type = 5`, ofKey("keystore.primary.type"), Change{Kind: SetText, Text: "PKCS12"}, p + `type = 5`},
		{"key", p + `file = "a"`, ofKey("keystore.primary.file"), Change{Kind: RenameKey, Name: "file_name"}, p + `file_name = "a"`},
		{"dotted key", `keystore . primary . file = "a"`, ofKey("keystore.primary.file"), Change{Kind: RenameKey, Name: "file_name"}, `keystore . primary . file_name = "a"`},
		{"inline key", `keystore.primary = { file = "a", type = "b" }`, ofKey("keystore.primary.file"), Change{Kind: RenameKey, Name: "file_name"}, `keystore.primary = { file_name = "a", type = "b" }`},
		{"key that is taken", p + "file = \"a\"\nfile_name = \"b\"", ofKey("keystore.primary.file"), Change{Kind: RenameKey, Name: "file_name"}, p + "file = \"a\"\nfile_name = \"b\""},
		{"quoted key stays", p + `"fi le" = "a"`, ofKey("keystore.primary.'fi le'"), Change{Kind: RenameKey, Name: "file_name"}, p + `"fi le" = "a"`},
		{"header", "[ keystores.primary ] # x\n", ofTable(0), Change{Kind: RenameTable, Name: "keystore.primary"}, "[ keystore.primary ] # x\n"},
		{"header that is taken", "[keystores.primary]\n" + p, ofTable(0), Change{Kind: RenameTable, Name: "keystore.primary"}, "[keystores.primary]\n" + p},
		{"header taken by a dotted key", "keystore.primary.type = \"JKS\"\n[keystores.primary]\n", ofTable(0), Change{Kind: RenameTable, Name: "keystore.primary"}, "keystore.primary.type = \"JKS\"\n[keystores.primary]\n"},
		{"insert", p + "  file_name = \"a\" # x\r\nalias = \"b\"\r\n", ofKey("keystore.primary.file_name"), Change{Kind: Insert, Name: "type", Text: "PKCS12"}, p + "  file_name = \"a\" # x\r\n  type = \"PKCS12\"\r\nalias = \"b\"\r\n"},
		{"insert at the end", p + `file_name = "a"`, ofKey("keystore.primary.file_name"), Change{Kind: Insert, Name: "type", Text: "PKCS12"}, p + "file_name = \"a\"\ntype = \"PKCS12\""},
		{"insert with a prefix", "[transport.http]\nlistener.keystore.location = \"a\"\n", ofKey("transport.http.listener.keystore.location"), Change{Kind: Insert, Name: "type", Text: "JKS"}, "[transport.http]\nlistener.keystore.location = \"a\"\nlistener.keystore.type = \"JKS\"\n"},
		{"no insert into an inline table", `keystore.primary = { file_name = "a" }`, ofKey("keystore.primary.file_name"), Change{Kind: Insert, Name: "type", Text: "JKS"}, `keystore.primary = { file_name = "a" }`},
		{"quotes around true", "[secrets]\nenable = true # x", ofKey("secrets.enable"), Change{Kind: QuoteValue}, "[secrets]\nenable = \"true\" # x"},
		{"slashes", p + `file_name = 'a\b\c'`, ofKey("keystore.primary.file_name"), Change{Kind: Slashes}, p + `file_name = 'a/b/c'`},
		{"slashes of escapes", p + `file_name = "a\\b\tc"`, ofKey("keystore.primary.file_name"), Change{Kind: Slashes}, p + `file_name = "a/b/tc"`},
		{"slashes in a broken file", p + `file_name = "C:\stores\x.jks"`, ofProblem, Change{Kind: Slashes}, p + `file_name = "C:/stores/x.jks"`},
		{"a broken password stays", p + `password = "C:\stores"`, ofProblem, Change{Kind: Slashes}, p + `password = "C:\stores"`},
		{"typographic quotes", p + "type = “JKS” # “x”\nalias = ‘a\"\n", ofProblem, Change{Kind: Straighten}, p + "type = \"JKS\" # “x”\nalias = \"a\"\n"},
		{"typographic quotes around backslashes", p + "file_name = “a\\b”", ofProblem, Change{Kind: Straighten}, p + "file_name = 'a\\b'"},
		{"typographic quotes inside", p + "alias = \"a “b” c\"\ntype = “JKS”", ofProblem, Change{Kind: Straighten}, p + "alias = \"a “b” c\"\ntype = \"JKS\""},
		{"repeated header behind its section", p + "type = \"JKS\"\n" + p + "alias = \"a\"\n", ofTable(1), Change{Kind: MergeTable}, p + "type = \"JKS\"\nalias = \"a\"\n"},
		{"repeated header further down", p + "type = \"JKS\"\n\n# trust\n[truststore]\ntype = \"JKS\"\n# more\n" + p + "# the alias\nalias = \"a\"", ofTable(2), Change{Kind: MergeTable}, p + "type = \"JKS\"\n# the alias\nalias = \"a\"\n\n# trust\n[truststore]\ntype = \"JKS\"\n# more\n"},
		{"repeated header with a repeated key", p + "type = \"JKS\"\n" + p + "type = \"a\"\n", ofTable(1), Change{Kind: MergeTable}, p + "type = \"JKS\"\n" + p + "type = \"a\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := edited(t, c.before, c.at, c.change); got != c.after {
				t.Errorf("got\n%s\nwant\n%s", got, c.after)
			}
		})
	}
}

// What moves may be secret; nothing else that is written is.
func TestMovesAreMarked(t *testing.T) {
	d := Read(&source.File{Name: "deployment.toml", Data: []byte("[a]\nb = 1\n[c]\nd = 1\n[a]\npassword = \"hunter2\"\n")}, Options{})
	edits := d.Edits(d.Tables[2].Span, Change{Kind: MergeTable})
	if len(edits) != 2 || !edits[0].Moves || edits[1].Moves {
		t.Errorf("%+v", edits)
	}
}
