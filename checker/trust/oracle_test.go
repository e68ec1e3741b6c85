package trust

import (
	"bufio"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// oracle is the JDK's own answer: one JVM for all questions of a test.
type oracle struct {
	in  io.Writer
	out *bufio.Reader
}

// newOracle compiles and starts testdata/Oracle.java.
func newOracle(tb testing.TB) *oracle {
	tb.Helper()
	for _, tool := range []string{"javac", "java"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				tb.Fatalf("the oracle needs a JDK: %v", err)
			}
			tb.Skipf("not compared with Java: %v", err)
		}
	}
	dir := tb.TempDir()
	if out, err := exec.Command("javac", "-d", dir, filepath.Join("testdata", "Oracle.java")).CombinedOutput(); err != nil {
		tb.Fatalf("javac: %v\n%s", err, out)
	}
	cmd := exec.Command("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", dir, "Oracle") //nolint:gosec // our own program
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			tb.Errorf("java: %v", err)
		}
	})
	return &oracle{in, bufio.NewReader(out)}
}

// ask sends one line and gives the first word of the answer and the rest.
func (o *oracle) ask(tb testing.TB, words []string) (trusted bool, why string) {
	tb.Helper()
	if _, err := fmt.Fprintln(o.in, strings.Join(words, " ")); err != nil {
		tb.Fatal(err)
	}
	line, err := o.out.ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	verdict, why, _ := strings.Cut(strings.TrimSpace(line), " ")
	return verdict == "trusted", why
}

func (p pki) words() []string {
	var w []string
	b64 := func(c *keystore.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }
	for i, c := range p.anchors {
		kind := "C"
		if p.asKey[i] {
			kind = "K"
		}
		w = append(w, kind, b64(c))
	}
	for _, c := range p.chain {
		w = append(w, "P", b64(c))
	}
	return w
}

// seedOfRun is MIKSCHECK_SEED, else 1.
func seedOfRun() uint64 {
	if seed, err := strconv.ParseUint(os.Getenv("MIKSCHECK_SEED"), 10, 64); err == nil {
		return seed
	}
	return 1
}

// TestJava compares verdicts on random PKIs with those of the JDK. MIKSCHECK_SEED draws others, MIKSCHECK_LONG=1 more.
func TestJava(t *testing.T) {
	o := newOracle(t)
	count, seed := 600, seedOfRun()
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		count = 4000
	}
	m := &maker{r: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // a test must be repeatable
	now := time.Now()
	agreed, accepted, chosen, reasons := 0, 0, 0, map[Reason]int{}
	fixed := orders()
	for i := range count {
		p := m.draw()
		if i < len(fixed) {
			p = fixed[i]
		}
		got := NewAnchors(p.store()).Validate(p.chain, Options{Dates: true, Now: now})
		want, why := o.ask(t, p.words())
		reasons[got.Reason]++
		if want {
			accepted++
		}
		if got.Trusted && !want && strings.Contains(why, "TrustAnchor with subject") {
			// Of several anchors that complete a path Java takes one by the order of a hash table and does not come back
			// when it turns out not to be a CA. So the question is put again with the anchor that was found here.
			want, why = o.ask(t, p.only(got.Anchor.Certificate).words())
			chosen++
		}
		if got.Trusted == want && !got.Unknown {
			agreed++
			continue
		}
		t.Errorf("question %d (%v):\n Java: %v %s\n here: %v %s unknown=%v", i, p, want, why, got.Trusted, got.Reason, got.Unknown)
		if dir := os.Getenv("MIKSCHECK_DUMP"); dir != "" {
			p.dump(t, filepath.Join(dir, strconv.Itoa(i)))
		}
	}
	t.Logf("seed %d: %d/%d agree, %d trusted, %d by the choice of an anchor; reasons %v", seed, agreed, count, accepted, chosen, reasons)
	if accepted < count/5 || accepted > count*4/5 {
		t.Errorf("a lopsided sample: %d of %d trusted", accepted, count)
	}
}

// orders are questions on which the order of Java's search decides; random ones meet it once in a thousand.
func orders() []pki {
	other := newRoot("Other", "p256a")
	again := newRoot("Other", "p256a", func(s *spec) { s.serial = 9 })
	rollover := other.issue("Other", "p256b") // self-issued, but signed by the old key
	leaf := rollover.leaf()
	stranger := newRoot("Stranger", "p256c")
	old := newRoot("Old", "p256d", func(s *spec) { s.to = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) })
	under := old.issue("Under", "p256e")
	one := func(odd string, chain, anchors []*keystore.Certificate) pki {
		return pki{chain, anchors, make([]bool, len(anchors)), []string{odd}}
	}
	return []pki{
		one("rollover", certs(leaf, stranger.cert, rollover.cert), certs(other.cert)),
		one("rollover, and the root sent again", certs(leaf, stranger.cert, rollover.cert, again.cert), certs(other.cert)),
		one("rollover, and the root re-issued", certs(leaf, stranger.cert, rollover.cert, again.cert), certs(other.cert, again.cert)),
		one("expired root, in order", certs(under.leaf(), under.cert), certs(old.cert)),
		one("expired root, out of order", certs(under.leaf(), stranger.cert, under.cert), certs(old.cert)),
		one("expired root of the leaf, out of order", certs(old.leaf(), stranger.cert, under.cert), certs(old.cert)),
	}
}

// only is the same question with one anchor.
func (p pki) only(c *keystore.Certificate) pki {
	p.anchors, p.asKey = []*keystore.Certificate{c}, []bool{false}
	return p
}

// dump writes a question as PEM files, to look at with other tools.
func (p pki) dump(t *testing.T, dir string) {
	t.Helper()
	write := func(name string, c *keystore.Certificate) {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // certificates are public
			t.Fatal(err)
		}
		b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil { //nolint:gosec // certificates are public
			t.Fatal(err)
		}
	}
	for i, c := range p.chain {
		write(fmt.Sprintf("chain%d.pem", i), c)
	}
	for i, c := range p.anchors {
		write(fmt.Sprintf("anchor%d.pem", i), c)
	}
}
