package deployment_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestHostileFiles: files that are made to take time or memory give one verdict and stay within a bound of memory; what
// would take quadratic time takes minutes here.
func TestHostileFiles(t *testing.T) {
	const size = source.MaxFile
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\n", i)
		}
		return b.String()
	}
	var refs strings.Builder
	refs.WriteString("[a]\nx0 = \"end\"\n")
	for i := 1; i < 100_000; i++ {
		fmt.Fprintf(&refs, "x%d = \"$ref{a.x%d}\"\n", i, i-1)
	}
	fan := "[a]\nx0 = \"" + strings.Repeat("v", 1000) + "\"\n" + lines(100_000, "y%d = \"$ref{a.x0}\"")
	cases := []struct {
		name, text string
		want       []deployment.ProblemKind
	}{
		{"brackets", "a = " + fill("["), []deployment.ProblemKind{deployment.Limit}},
		{"nested arrays", "a = " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), []deployment.ProblemKind{deployment.Limit}},
		{"nested inline tables", "a = " + strings.Repeat("{a=", 9_000) + "1" + strings.Repeat("}", 9_000), []deployment.ProblemKind{deployment.Limit}},
		{"deep key", strings.Repeat("a.", 10_000) + "b = 1\n", []deployment.ProblemKind{deployment.Limit}},
		{"deep header", "[" + strings.Repeat("a.", 10_000) + "b]\n", []deployment.ProblemKind{deployment.Limit}},
		{"dots", fill("a."), []deployment.ProblemKind{deployment.Limit}},
		{"long array", "a = [" + fill("1,"), []deployment.ProblemKind{deployment.Limit}},
		{"too many keys", lines(200_000, "k%d = 1"), []deployment.ProblemKind{deployment.Limit}},
		{"long header", "[" + strings.Repeat("h", 100_000) + "]\n" + lines(100_000, "k%d = 1"), []deployment.ProblemKind{deployment.Limit}},
		{"too large", fill("# comment\n") + strings.Repeat("#\n", 10), []deployment.ProblemKind{deployment.Limit}},
		{"comments", fill("#\n"), nil},
		{"one string", "a = \"" + strings.Repeat("x", size-10) + "\"\n", nil},
		{"open string", "a = \"" + strings.Repeat("x", size-10), []deployment.ProblemKind{deployment.Syntax}},
		{"escapes", "a = \"" + strings.Repeat("\\n", size/2-10) + "\"\n", nil},
		{"errors", fill("x\n"), slices.Repeat([]deployment.ProblemKind{deployment.Syntax}, 50)},
		{"same key", fill("a=1\n"), nil},
		{"headers", lines(100_000, "[a%d.b.c]"), nil},
		{"array of tables", lines(100_000, "[[a]]\nx = %d"), nil},
		{"reference chain", refs.String(), []deployment.ProblemKind{deployment.Limit}},
		{"reference fan", fan, []deployment.ProblemKind{deployment.Limit}},
		{"billion laughs", string(references(60)), []deployment.ProblemKind{deployment.Limit}},
		{"many references in one", "[a]\nx = 'ha'\ny = \"" + strings.Repeat("$ref{a.x}", 400_000) + "\"\n", []deployment.ProblemKind{deployment.Limit}},
		{"many variables in one", "y = \"" + strings.Repeat("$env{X}", 400_000) + "\"\n", []deployment.ProblemKind{deployment.Limit}},
		{"open placeholders", "y = \"" + strings.Repeat("$env{", 1_000_000) + "\"\n", []deployment.ProblemKind{deployment.Limit}},
		{"nulls", fill("\x00"), []deployment.ProblemKind{deployment.Syntax}},
		{"high bytes", fill("\xff"), []deployment.ProblemKind{deployment.Syntax}},
		{"typographic", fill("“"), []deployment.ProblemKind{deployment.Quotes}},
		{"template", fill("{{x}}\n"), []deployment.ProblemKind{deployment.Template}},
		{"carriage returns", fill("\r"), []deployment.ProblemKind{deployment.Syntax}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			d := deployment.Read(&source.File{Name: "deployment.toml", Data: []byte(c.text)}, deployment.Options{})
			runtime.ReadMemStats(&after)
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 400 {
				t.Errorf("%d MiB allocated", used)
			} else {
				t.Logf("%d MiB allocated", used)
			}
			var kinds []deployment.ProblemKind
			for _, p := range d.Problems {
				kinds = append(kinds, p.Kind)
				if q := d.Quote(p.Span); len([]rune(q.Text)) > 160 {
					t.Errorf("a quote of %d", len(q.Text))
				}
			}
			if c.name == "same key" {
				if len(kinds) == 0 || len(kinds) > 51 {
					t.Errorf("%d problems", len(kinds))
				}
				return
			}
			if !slices.Equal(kinds, c.want) {
				t.Errorf("problems %v, want %v", kinds[:min(len(kinds), 5)], c.want[:min(len(c.want), 5)])
			}
			d.Nearest("keystore.primary.type")
			d.Secrets()
		})
	}
}
