package policy

import (
	"context"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func TestJudgeEmptyDocument(t *testing.T) {
	e, err := New(context.Background(), rules.Policies(), nil)
	if err != nil {
		t.Fatal(err)
	}
	raws, err := e.Judge(context.Background(), &facts.Document{Target: facts.Target{Product: "mi"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(raws) != 0 {
		t.Errorf("an empty document gives findings: %+v", raws)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(context.Background(), rules.Policies(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
