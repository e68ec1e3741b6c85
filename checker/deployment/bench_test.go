package deployment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// manyKeys is a file of n keys in sections of 20, with references and variables as real files have them.
func manyKeys(n int) []byte {
	var b strings.Builder
	for i := range n {
		if i%20 == 0 {
			fmt.Fprintf(&b, "\n[section%d.part]\n", i/20)
		}
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "file_name = \"repository/resources/security/store%d.p12\"\n", i)
		case 1:
			fmt.Fprintf(&b, "ref%d = \"$ref{keystore.primary.file_name}\"\n", i)
		case 2:
			fmt.Fprintf(&b, "password%d = \"$env{PASS}\"\n", i)
		default:
			fmt.Fprintf(&b, "number%d = %d # note\n", i, i)
		}
		if i%20 == 0 {
			b.WriteString("type = \"PKCS12\"\n")
		}
	}
	text := b.String()
	// file_name would be written four times in a section otherwise.
	out, seen := make([]string, 0, n), false
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "[") {
			seen = false
		}
		if strings.HasPrefix(l, "file_name") {
			if seen {
				l = strings.Replace(l, "file_name", fmt.Sprintf("file_name%d", len(out)), 1)
			}
			seen = true
		}
		out = append(out, l)
	}
	return []byte(strings.Join(out, "\n"))
}

func benchmarkRead(b *testing.B, data []byte) {
	f := &source.File{Name: "deployment.toml", Data: data}
	if d := deployment.Read(f, deployment.Options{}); !d.Parsed && len(d.Problems) > 0 && d.Problems[0].Kind != deployment.Limit {
		b.Fatal(d.Problems[0])
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		deployment.Read(f, deployment.Options{})
	}
}

func BenchmarkReadSmall(b *testing.B)  { benchmarkRead(b, manyKeys(40)) }
func BenchmarkRead1000(b *testing.B)   { benchmarkRead(b, manyKeys(1_000)) }
func BenchmarkRead10000(b *testing.B)  { benchmarkRead(b, manyKeys(10_000)) }
func BenchmarkRead100000(b *testing.B) { benchmarkRead(b, manyKeys(100_000)) }
func BenchmarkReadReferences(b *testing.B) {
	benchmarkRead(b, references(40))
}

// references is a billion laughs of $ref: every key names the one before it twice.
func references(n int) []byte {
	var b strings.Builder
	b.WriteString("[a]\nx0 = \"ha\"\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "x%d = \"$ref{a.x%d}$ref{a.x%d}\"\n", i, i-1, i-1)
	}
	return []byte(b.String())
}

func BenchmarkQuote(b *testing.B) {
	d := deployment.Read(&source.File{Data: manyKeys(10_000)}, deployment.Options{})
	for b.Loop() {
		for _, k := range d.Keys[:100] {
			d.Quote(k.Value)
		}
	}
}

// TestReadIsLinear holds the reading of ten times as many keys to less than thirty times the work; a quadratic step would take a
// hundred. The best of several runs counts, since other work on the machine only adds to it.
func TestReadIsLinear(t *testing.T) {
	best := func(n int) time.Duration {
		f := &source.File{Name: "deployment.toml", Data: manyKeys(n)}
		least := time.Hour
		for range 7 {
			start := time.Now()
			deployment.Read(f, deployment.Options{})
			least = min(least, time.Since(start))
		}
		return least
	}
	few, many := best(3_000), best(30_000)
	t.Logf("3,000 keys: %v, 30,000 keys: %v", few, many)
	if many > 30*few {
		t.Errorf("30,000 keys take %v, 3,000 take %v", many, few)
	}
}
