package waiver

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

func written(t *testing.T, fs ...finding.Finding) []byte {
	t.Helper()
	b := &Baseline{}
	for i := range fs {
		b.Add(&fs[i])
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBaselineHasOneForm(t *testing.T) {
	x, y, z := found("MIKS301", 2), found("MIKS101", 3), found("MIKS301", 4)
	z.URI = "a\"\u2028<b>\xff.toml"
	a, b := written(t, x, y, z, x), written(t, z, x, y)
	if !bytes.Equal(a, b) {
		t.Errorf("the order of findings shows:\n%s\n%s", a, b)
	}
	read, err := ReadBaseline(a)
	if err != nil || read.Len() != 3 || !read.has(x.Fingerprint) {
		t.Fatal(err, read)
	}
	if read, err = ReadBaseline(bytes.ReplaceAll(a, []byte("\n"), []byte("\r\n"))); err != nil || read.Len() != 3 {
		t.Error("line ends of Windows:", err)
	}
	if read, err = ReadBaseline(written(t)); err != nil || read.Len() != 0 {
		t.Error("an empty baseline:", err)
	}
}

// A baseline holds what a finding is about, never what it says.
func TestBaselineHoldsNoText(t *testing.T) {
	f := found("MIKS101", 2)
	f.Message, f.Fix, f.Alias = "hunter2", "hunter2", "hunter2"
	f.Quote = &finding.Quote{Text: "hunter2"}
	f.Suppressed = &finding.Suppression{Justification: "hunter2"}
	if out := written(t, f); bytes.Contains(out, []byte("hunter2")) {
		t.Errorf("%s", out)
	}
}

func TestBaselineRefuses(t *testing.T) {
	good := string(written(t, found("MIKS101", 2), found("MIKS301", 3), found("MIKS302", 4)))
	line := func(n int) string { return strings.Split(good, "\n")[n-1] }
	for _, c := range []struct{ name, text, want string }{
		{"conflict", strings.Replace(good, line(3), "<<<<<<< HEAD\n"+line(3)+"\n=======\n>>>>>>> x", 1), "line 3: a merge left its conflict marks"},
		{"conflict in its end", good + ">>>>>>> x\n", "line 6: a merge left its conflict marks"},
		{"order", strings.Replace(strings.Replace(good, line(2), "X", 1), line(3), line(2), 1), "line 2: it is no baseline that mi-kscheck wrote"},
		{"swapped lines", strings.Replace(good, line(2)+"\n"+line(3), line(3)+"\n"+line(2), 1), "line 2: it was changed by hand"},
		{"twice", strings.Replace(good, line(2), line(2)+"\n"+line(2), 1), "line 3: it was changed by hand"},
		{"blanks", strings.Replace(good, `"rule":"MIKS301"`, `"rule": "MIKS301"`, 1), "line 3: it was changed by hand"},
		{"a reason", strings.Replace(good, `"rule":"MIKS301"`, `"reason":"x","rule":"MIKS301"`, 1), "line 3: it is no baseline"},
		{"a type", strings.Replace(good, `"rule":"MIKS301"`, `"rule":1`, 1), "line 3: it is no baseline"},
		{"a comma too few", strings.Replace(good, line(2), strings.TrimSuffix(line(2), ","), 1), "line 3: it is no baseline"},
		{"a fingerprint", strings.Replace(good, "00000000000000000000000000000003", "*", 1), "line 3: the fingerprint is none"},
		{"text behind it", good + "x", "line 6: it was changed by hand"},
		{"version", strings.Replace(good, `"version": 1`, `"version": 2`, 1), "line 1: its version is not 1"},
		{"version as text", strings.Replace(good, `"version": 1`, `"version": "1"`, 1), "line 1: its version is not 1"},
		{"another tool", strings.Replace(good, `"mi-kscheck"`, `"x"`, 1), "line 1: it is no baseline of mi-kscheck"},
		{"nothing", "", "line 1: it is no baseline"},
		{"null", "null", "line 1: it is no baseline of mi-kscheck"},
		{"list", "[]", "line 1: it is no baseline"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadBaseline([]byte(c.text))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("have %v, want %s\n%s", err, c.want, c.text)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("one sentence, not %q", err)
			}
		})
	}
	// One finding may be taken out: it counts again.
	if b, err := ReadBaseline([]byte(strings.Replace(good, line(2)+"\n", "", 1))); err != nil || b.Len() != 2 {
		t.Error(err)
	}
}
