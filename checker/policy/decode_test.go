package policy

import (
	"reflect"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/repair"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func TestDecode(t *testing.T) {
	r := &rules.Rule{Variants: map[string]rules.Variant{"hidden": {}}}
	got, err := decode(r, ast.MustParseTerm(`{
		"at": "/values/a", "variant": "hidden", "related": [{"at": "/values/b", "message": "here"}],
		"args": {"n": 12, "list": ["x", 1], "on": true, "s": "text", "none": null}, "causes": {"/z", "/y"},
		"commands": [{"argv": ["keytool", "-list"], "comment": "look:"}],
		"repair": {"do": "remove", "aliases": ["a"], "comment": "why:", "issuer": null},
		"edits": [{"at": "/values/a", "change": "insert", "name": "type", "text": "JKS"}],
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Raw{
		Rule: r, At: "/values/a", Variant: "hidden", Related: []Related{{"/values/b", "here"}},
		Args: map[string]string{"n": "12", "list": `["x", 1]`, "on": "true", "s": "text"}, Causes: []string{"/y", "/z"},
		Commands: []repair.Command{{Argv: []string{"keytool", "-list"}, Comment: "look:"}}, Repair: &repair.Repair{Do: "remove", Aliases: []string{"a"}, Comment: "why:"}, Edits: []Edit{{"/values/a", "insert", "type", "JKS"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	r := &rules.Rule{}
	for finding, want := range map[string]string{
		`"text"`:                                "a finding is no object but string",
		`{"args": {}}`:                          "without a pointer",
		`{"at": ""}`:                            "without a pointer",
		`{"at": 3}`:                             `at is no text but number`,
		`{"at": "/x", "At": "/y"}`:              `a finding has no field "At"`,
		`{"at": "/x", "level": "note"}`:         `a finding has no field "level"`,
		`{"at": "/x", 3: 4}`:                    "a key that is no text but number",
		`{"at": "/x", "variant": "other"}`:      `the variant "other"`,
		`{"at": "/x", "args": ["a"]}`:           "args is no object but array",
		`{"at": "/x", "causes": "/y"}`:          `causes is no list but string`,
		`{"at": "/x", "causes": [1]}`:           `causes is no text but number`,
		`{"at": "/x", "related": [{"to": ""}]}`: `related has no field "to"`,
		`{"at": "/x", "commands": [["ls"]]}`:    "commands is no object but array",
		`{"at": "/x", "edits": [{"at": {}}]}`:   `at is no text but object`,
		`{"at": "/x", "repair": "renew"}`:       `repair is no object but string`,
		`{"at": "/x", "repair": {}}`:            `repair does "", which is none of convert, `,
		`{"at": "/x", "repair": {"do": "rm"}}`:  `repair does "rm", which is none of convert, `,
		`{"at": "/x", "repair": {"argv": []}}`:  `repair has no field "argv"`,
	} {
		if _, err := decode(r, ast.MustParseTerm(finding)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, not %q", finding, err, want)
		}
	}
}
