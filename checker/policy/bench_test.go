package policy

import (
	"context"
	"encoding/json"
	"os"
	"runtime/debug"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// BenchmarkJudge is one warm evaluation of all rules, of the document that the tests of the policies begin with (a home that follows
// every recommendation), and of the one that MIKSCHECK_DOCUMENT names, as `mi-kscheck input` writes it.
func BenchmarkJudge(b *testing.B) {
	e, err := New(context.Background(), rules.Policies(), nil)
	if err != nil {
		b.Fatal(err)
	}
	documents := map[string][]byte{"clean": cleanHome(b)}
	if name := os.Getenv("MIKSCHECK_DOCUMENT"); name != "" {
		if documents["named"], err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	for name, text := range documents {
		b.Run(name, func(b *testing.B) {
			doc := &facts.Document{}
			if err := json.Unmarshal(text, doc); err != nil {
				b.Fatal(err)
			}
			defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program has it (cmd/mi-kscheck/memory.go)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Judge(context.Background(), doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// cleanHome is the document of the policies' tests.
func cleanHome(b *testing.B) []byte {
	b.Helper()
	for _, m := range policies.Library(true) {
		if m.Path != policies.Fixture {
			continue
		}
		mod, err := ast.ParseModuleWithOpts(m.Path, m.Source, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range mod.Rules {
			if string(r.Head.Name) == "clean" {
				return []byte(r.Head.Value.String())
			}
		}
	}
	b.Fatal("the tests' document is not there")
	return nil
}
