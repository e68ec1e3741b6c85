package policy

import (
	"context"
	"encoding/json"
	"os"
	"runtime/debug"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// BenchmarkJudge is one warm evaluation of all rules; MIKSCHECK_DOCUMENT names a document of `mi-kscheck input` to judge
// instead of an empty one.
func BenchmarkJudge(b *testing.B) {
	e, err := New(context.Background(), rules.Policies(), nil)
	if err != nil {
		b.Fatal(err)
	}
	doc := &facts.Document{}
	if name := os.Getenv("MIKSCHECK_DOCUMENT"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, doc); err != nil {
			b.Fatal(err)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program has it (cmd/mi-kscheck/memory.go)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Judge(context.Background(), doc, nil); err != nil {
			b.Fatal(err)
		}
	}
}
