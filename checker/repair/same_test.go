package repair

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/policies"
)

// TestSameStore holds sameStore to what the policies take for one file, over references with a few values each.
func TestSameStore(t *testing.T) {
	options := []func(*rego.Rego){rego.Query("data.mikscheck.lib.same_store(input.a, input.b)")}
	for _, m := range policies.Library(false) {
		options = append(options, rego.Module(m.Path, m.Source))
	}
	q, err := rego.New(options...).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a repeatable test
	some := func() string { return []string{"", "", "x", "y", "z"}[r.IntN(5)] }
	one := func() facts.Reference {
		return facts.Reference{
			Store: some(), Location: facts.Location{URI: some(), Embedded: r.IntN(4) == 0}, File: facts.Value{Root: some(), Text: some()},
		}
	}
	same := 0
	for range 2000 {
		pair := map[string]facts.Reference{"a": one(), "b": one()}
		text, err := json.Marshal(pair)
		if err != nil {
			t.Fatal(err)
		}
		var input any
		if err := json.Unmarshal(text, &input); err != nil {
			t.Fatal(err)
		}
		rs, err := q.Eval(t.Context(), rego.EvalInput(input))
		if err != nil {
			t.Fatal(err)
		}
		a, b := pair["a"], pair["b"]
		got := sameStore(&a, &b)
		if got != rs.Allowed() {
			t.Fatalf("%s: %v here, %v in Rego", text, got, rs.Allowed())
		}
		if got {
			same++
		}
	}
	if same < 500 || same > 1500 {
		t.Errorf("%d of 2000 pairs are one file", same)
	}
}
