package checker_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

// hostile is input that was made to break a checker, or that an accident made.
type hostile struct {
	name string
	// make changes a copy of the clean home at dir; what it returns is named as a PATH of its own.
	make func(t testing.TB, dir string)
	// rule is the finding that tells of it; empty: the run tells that something could not be read (exit 3).
	rule string
	// says is what the sentence about it must hold.
	says string
	big  bool // takes seconds: only with MIKSCHECK_LONG
}

const (
	conf    = "conf/deployment.toml"
	primary = "repository/resources/security/primary.p12"
)

func file(name, content string) func(testing.TB, string) {
	return made(name, func() string { return content })
}

// made is file for contents that are large, so that they exist only while they are written.
func made(name string, content func() string) func(testing.TB, string) {
	return func(t testing.TB, dir string) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), content())
	}
}

// link puts a symbolic link in the place of a file.
func link(name, target string) func(testing.TB, string) {
	return func(t testing.TB, dir string) {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
}

func random(n int) string {
	b := make([]byte, n)
	rand.Read(b) //nolint:errcheck // never fails
	return string(b)
}

// claims are 60 bytes of a JKS file that announces 2³²-1 entries, the first with as many certificates.
var claims = "\xfe\xed\xfe\xed\x00\x00\x00\x02\xff\xff\xff\xff\x00\x00\x00\x01\x00\x03api\x00\x00\x01\x80\x00\x00\x00\x00\x00\x00\x00\x04key!\xff\xff\xff\xff" + strings.Repeat("\x00", 17)

// laughs doubles a text again and again by $ref.
func laughs(levels int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "l0 = \"%s\"\n", strings.Repeat("ha", 50))
	for i := range levels {
		fmt.Fprintf(&b, "l%d = \"$ref{l%d}$ref{l%d}\"\n", i+1, i, i)
	}
	return b.String() + fmt.Sprintf("[keystore.primary]\nfile_name = \"$ref{l%d}\"\npassword = \"$ref{l%d}\"\n", levels, levels)
}

func chain(length int) string {
	var b strings.Builder
	for i := range length {
		fmt.Fprintf(&b, "c%d = \"$ref{c%d}\"\n", i, i+1)
	}
	return b.String() + fmt.Sprintf("c%d = \"end\"\n[keystore.primary]\nfile_name = \"$ref{c0}\"\n", length)
}

func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

const control = "\x1b[2J\x1b]0;owned\x07\u202e\u2066\r\n::error::\u0000"

var hostiles = []hostile{
	{name: "no TOML", make: file(conf, "<html>\n"), rule: "MIKS001"},
	{name: "an empty file", make: file(conf, ""), rule: "MIKS501"},
	{name: "random bytes for TOML", make: func(t testing.TB, dir string) { file(conf, random(5000))(t, dir) }, rule: "MIKS001"},
	{name: "zero bytes for TOML", make: made(conf, func() string { return strings.Repeat("\x00", 1<<20) }), rule: "MIKS001"},
	{name: "20 MB of TOML", make: made(conf, func() string { return lines(1_000_000, "key%07d = 12345\n") }), says: "larger than"},
	{name: "15 MB of keys", make: made(conf, func() string { return lines(750_000, "key%07d = 12345\n") }), rule: "MIKS001", big: true},
	{name: "15 MB of tables", make: made(conf, func() string { return lines(700_000, "[t.x%06d]\nk = 1\n") }), rule: "MIKS001", big: true},
	{name: "15 MB in one string", make: made(conf, func() string { return "a = \"" + strings.Repeat("x", 15<<20) + "\"\n" }), rule: "MIKS501", big: true},
	{name: "15 MB in an open string", make: made(conf, func() string { return "a = \"" + strings.Repeat("x", 15<<20) }), rule: "MIKS001", big: true},
	{name: "15 MB of strings in one array", make: made(conf, func() string { return "a = [" + strings.Repeat("\"\",", 5_000_000) + "]\n" }), rule: "MIKS001", big: true},
	{name: "arrays in arrays", make: made(conf, func() string { return "a = " + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + "\n" }), rule: "MIKS001"},
	{name: "open arrays in arrays", make: made(conf, func() string { return "a = " + strings.Repeat("[", 1_000_000) }), rule: "MIKS001"},
	{name: "tables in tables", make: made(conf, func() string {
		return "a = " + strings.Repeat("{ b = ", 100_000) + "1" + strings.Repeat("}", 100_000) + "\n"
	}), rule: "MIKS001"},
	{name: "a key of a hundred thousand parts", make: made(conf, func() string { return "a" + strings.Repeat(".a", 100_000) + " = 1\n" })},
	{name: "a circle of references", make: file(conf, "[keystore.primary]\nfile_name = \"$ref{keystore.primary.password}\"\npassword = \"$ref{keystore.primary.file_name}\"\n"), rule: "MIKS107", says: "circle"},
	{name: "a reference to itself", make: file(conf, "[keystore.primary]\nfile_name = \"x$ref{keystore.primary.file_name}\"\n"), rule: "MIKS107", says: "circle"},
	{name: "references that double a text", make: made(conf, func() string { return laughs(60) }), rule: "MIKS501"},
	{name: "a chain of references", make: made(conf, func() string { return chain(20_000) }), rule: "MIKS501"},
	{name: "many open placeholders", make: made(conf, func() string { return "[keystore.primary]\nfile_name = \"" + strings.Repeat("$ref{", 200_000) + "\"\n" }), rule: "MIKS501"},
	{name: "15 MB of open placeholders", make: made(conf, func() string {
		return "[keystore.primary]\nfile_name = \"" + strings.Repeat("$ref{", 3_000_000) + "\"\n"
	}), rule: "MIKS501", big: true},
	{name: "names with terminal escapes", make: file(conf, "[keystore.primary]\nfile_name = \"a\\u001b[2J\\u202e/x.jks\"\nalias = \"\\u001b]0;owned\\u0007\"\n\"\\u001b[31m\" = \"x\"\n"), rule: "MIKS501"},
	{name: "a name that no system allows", make: made(conf, func() string {
		return "[keystore.primary]\nfile_name = \"" + strings.Repeat("x", 5000) + "/\\u0000y\"\n"
	}), rule: "MIKS501"},
	{name: "a path that climbs", make: made(conf, func() string {
		return "[keystore.primary]\nfile_name = \"" + strings.Repeat("../", 3000) + "etc/passwd\"\npassword = \"x\"\n"
	})},
	{name: "a named pipe for TOML", make: pipe(conf), says: "no regular file"},
	{name: "a link to /dev/zero for TOML", make: link(conf, "/dev/zero"), says: "leaves the folder"},
	{name: "a link to itself for TOML", make: link(conf, "deployment.toml"), says: "circle"},

	{name: "a store of no bytes", make: file(primary, ""), rule: "MIKS512"},
	{name: "a store of 60 bytes that claims 4 billion entries", make: file(primary, claims), rule: "MIKS512"},
	{name: "a store of random bytes", make: func(t testing.TB, dir string) { file(primary, random(100_000))(t, dir) }, rule: "MIKS512"},
	{name: "a store of zero bytes", make: made(primary, func() string { return strings.Repeat("\x00", 1<<20) }), rule: "MIKS512"},
	{name: "a store of deep DER", make: made(primary, func() string { return strings.Repeat("\x30\x80", 1<<20) }), rule: "MIKS512"},
	{name: "a store larger than any", make: made(primary, func() string { return fixture("primary.p12") + strings.Repeat("\x00", 17<<20) })},
	{name: "a named pipe for a store", make: pipe(primary), says: "no regular file"},
	{name: "a link to /dev/zero for a store", make: link(primary, "/dev/zero")},
	{name: "a link to itself for a store", make: link(primary, "primary.p12")},
	{name: "a folder for a store", make: func(t testing.TB, dir string) {
		if err := os.Remove(filepath.Join(dir, primary)); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, primary, "x"), "")
	}, says: "no regular file"},
	{name: "a folder that may not be read", make: closed("repository/resources"), says: "denies access"},
	{name: "a file that may not be read", make: closed(conf), says: "denies access"},
	{name: "links to folders in a circle", make: func(t testing.TB, dir string) {
		if err := os.Symlink("..", filepath.Join(dir, "repository/up")); err != nil {
			t.Skip(err)
		}
		file(conf, "=\n")(t, dir)
	}, rule: "MIKS001"},
	{name: "folders a hundred deep", make: func(t testing.TB, dir string) {
		file(conf, "=\n")(t, dir)
		write(t, filepath.Join(dir, strings.Repeat("d/", 100), "deployment.toml"), "")
	}, rule: "MIKS001"},
	{name: "a Dockerfile without end", make: func(t testing.TB, dir string) {
		file(conf, "=\n")(t, dir)
		file("Dockerfile", "FROM a\n"+lines(100_000, "ARG A%[1]d=${A%[1]d}${A%[1]d}\nCOPY . ${A%[1]d}\n"))(t, dir)
	}, rule: "MIKS001", big: true},
	{name: "a pom.xml that laughs", make: func(t testing.TB, dir string) {
		file(conf, "=\n")(t, dir)
		var b strings.Builder
		b.WriteString("<!DOCTYPE p [<!ENTITY l0 \"ha\">")
		for i := range 60 {
			fmt.Fprintf(&b, "<!ENTITY l%d \"&l%d;&l%d;\">", i+1, i, i)
		}
		file("pom.xml", b.String()+"]><project><properties><project.runtime.version>&l60;</project.runtime.version></properties></project>")(t, dir)
	}, rule: "MIKS001"},
	{name: "a version with terminal escapes", make: func(t testing.TB, dir string) {
		file("bin/version.txt", control+"v9.9.9"+control)(t, dir)
		file(conf, "=\n")(t, dir)
	}, rule: "MIKS001"},
}

func pipe(name string) func(testing.TB, string) {
	return func(t testing.TB, dir string) {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		mkfifo(t, filepath.Join(dir, name))
	}
}

// closed takes away all permissions, which root does not mind.
func closed(name string) func(testing.TB, string) {
	return func(t testing.TB, dir string) {
		t.Helper()
		if os.Geteuid() == 0 || runtime.GOOS == "windows" {
			t.Skip("permissions do not bind this user")
		}
		full := filepath.Join(dir, name)
		if err := os.Chmod(full, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(full, 0o755) })
	}
}

func long() bool { return os.Getenv("MIKSCHECK_LONG") != "" }

// TestHostileInput gives each hostile home to a run beside a project that has faults of its own: one sentence tells of the
// hostile one, the other is judged all the same, nothing panics or hangs, and no report carries what drives a terminal.
func TestHostileInput(t *testing.T) {
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			if h.big && !long() {
				t.Skip("takes long: MIKSCHECK_LONG=1")
			}
			t.Parallel()
			root := hostileTree(t, h)
			start := time.Now()
			o := run{paths: []string{root}, values: checker.Values{Env: testEnv()}}.do(t)
			if o.err != nil {
				t.Fatal(o.err)
			}
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("it took %v", d)
			}
			h.told(t, o)
			beside := 0
			for _, out := range o.targets {
				for _, f := range out.Result.Findings {
					if f.Rule.ID == "MIKS203" && strings.HasPrefix(f.URI, "beside/") {
						beside++
					}
				}
			}
			if beside != 1 {
				t.Errorf("the project beside it has %d times MIKS203, want 1", beside)
			}
			for name, text := range o.reports(t) {
				if len(text) > 1<<20 {
					t.Errorf("%s has %d bytes", name, len(text))
				}
				if i := strings.IndexAny(text, "\x00\x07\u202e\u2066"); i >= 0 {
					t.Errorf("%s carries a control character: %q", name, text[max(0, i-60):i+10])
				}
				if strings.Contains(text, "\x1b[2J") || strings.Contains(text, "\x1b]") {
					t.Errorf("%s carries a terminal escape of the input", name)
				}
			}
		})
	}
}

// hostileTree is a folder with a hostile home and the demo project beside it.
func hostileTree(t testing.TB, h hostile) string {
	t.Helper()
	root := t.TempDir()
	for dir, from := range map[string]string{"hostile": "../testdata/homes/clean", "beside": "../testdata/demo"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	h.make(t, filepath.Join(root, "hostile"))
	return root
}

var sentence = regexp.MustCompile(`^[^\n\r]{10,1000}\.$`)

// told fails where not one clear sentence tells of the hostile input.
func (h *hostile) told(t *testing.T, o outcome) {
	t.Helper()
	var said []string
	for _, n := range o.problems {
		said = append(said, n.Message)
	}
	for _, out := range o.targets {
		if !strings.HasPrefix(out.Result.URI, "hostile/") {
			continue
		}
		if out.Err != nil {
			said = append(said, checker.Unreadable(out.Result.URI, out.Err).Message)
		}
		for _, n := range out.Result.Notes {
			said = append(said, n.Message)
		}
		for _, f := range out.Result.Findings {
			if h.rule == "" || f.Rule.ID == h.rule {
				said = append(said, report.Clean(f.Message))
			}
			for _, a := range f.Also {
				if a.Rule.ID == h.rule {
					said = append(said, report.Clean(a.Message))
				}
			}
		}
		for _, n := range out.Result.Unjudged {
			if h.rule == "" {
				said = append(said, report.Clean(n.Reason))
			}
		}
	}
	if len(said) == 0 {
		t.Fatalf("nothing tells of it; found:\n%s", strings.Join(places(o.findings(t)), "\n"))
	}
	if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, h.says) }) {
		t.Errorf("no sentence says %q:\n%s", h.says, strings.Join(said, "\n"))
	}
	for _, s := range said {
		if !sentence.MatchString(s) || strings.Contains(s, "runtime error") || strings.Contains(s, "0x") {
			t.Errorf("no clear sentence: %.300q (%d bytes)", s, len(s))
		}
	}
}

// TestStoresCutAnywhere cuts each kind of store at many places: every home gets its verdict.
func TestStoresCutAnywhere(t *testing.T) {
	stores := map[string]string{"primary": fixture("primary.p12")}
	for _, name := range []string{"jks-chain.jks", "p12-mixed.p12", "ossl-legacy.p12"} {
		b, err := os.ReadFile("../testdata/stores/" + name)
		if err != nil {
			t.Fatal(err)
		}
		stores[name] = string(b)
	}
	step := 97
	if long() {
		step = 7
	}
	root := t.TempDir()
	homes := 0
	for name, data := range stores {
		for n := 0; n < len(data); n += step {
			home := filepath.Join(root, fmt.Sprintf("%s-%06d", name, n))
			write(t, filepath.Join(home, conf), "[keystore.primary]\nfile_name = \""+primary+"\"\ntype = \"PKCS12\"\npassword = \"changeit\"\nalias = \"x\"\n")
			write(t, filepath.Join(home, "bin/version.txt"), "WSO2 Micro Integrator v4.4.0")
			write(t, filepath.Join(home, primary), data[:n])
			homes++
		}
	}
	o := run{paths: []string{root}}.do(t)
	if o.err != nil || len(o.targets) != homes {
		t.Fatalf("%d of %d judged: %v", len(o.targets), homes, o.err)
	}
	for _, out := range o.targets {
		if out.Err != nil {
			t.Errorf("%s: %v", out.Result.URI, out.Err)
			continue
		}
		told := false
		for _, f := range out.Result.Findings {
			tells := []string{"MIKS512", "MIKS502", "MIKS520"}
			told = told || slices.Contains(tells, f.Rule.ID) || slices.ContainsFunc(f.Also, func(a finding.Also) bool { return slices.Contains(tells, a.Rule.ID) })
		}
		if !told {
			t.Errorf("%s: nothing tells of the cut; found %v", out.Result.URI, places(out.Result.Findings))
		}
	}
}
