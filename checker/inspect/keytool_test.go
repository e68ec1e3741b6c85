package inspect

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// keytool is the JDK's own tool, in one JVM for all calls.
type keytool struct {
	in  io.Writer
	out *bufio.Reader
}

func newKeytool(t *testing.T) *keytool {
	t.Helper()
	for _, tool := range []string{"javac", "java"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("the comparison with keytool needs a JDK: %v", err)
			}
			t.Skipf("not compared with keytool: %v", err)
		}
	}
	dir := t.TempDir()
	const exports = "java.base/sun.security.tools.keytool=ALL-UNNAMED"
	if out, err := exec.Command("javac", "--add-exports", exports, "-d", dir, filepath.Join("testdata", "Keytool.java")).CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	cmd := exec.Command("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC",
		"--add-exports", exports, "-cp", dir, "Keytool")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("java: %v", err)
		}
	})
	return &keytool{in, bufio.NewReader(out)}
}

// list gives what `keytool -list -v` prints, and whether it opened the file.
func (k *keytool) list(t *testing.T, path, password string) (string, bool) {
	t.Helper()
	if _, err := fmt.Fprintf(k.in, "%s %s\n", hex.EncodeToString([]byte(path)), hex.EncodeToString([]byte(password))); err != nil {
		t.Fatal(err)
	}
	var head [5]byte
	if _, err := io.ReadFull(k.out, head[:]); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, binary.BigEndian.Uint32(head[1:]))
	if _, err := io.ReadFull(k.out, said); err != nil {
		t.Fatal(err)
	}
	return string(said), head[0] == 1
}

// listed is one certificate of an entry, as both tools tell it.
type listed struct {
	Alias, Type            string
	Length, Place          int
	Owner, Issuer, Serial  string
	From, Until            string
	SHA256, Signature, Key string
	Version                int
}

var (
	validity  = regexp.MustCompile(`^Valid from: (.*) until: (.*)$`)
	placeLine = regexp.MustCompile(`^Certificate\[(\d+)\]:$`)
)

// parseKeytool reads the lines that matter. The extensions below each certificate have lines of their own shape.
func parseKeytool(t *testing.T, said string) []listed {
	t.Helper()
	var out []listed
	var entry listed
	var current *listed
	moment := func(s string) string {
		at, err := time.Parse("Mon Jan 2 15:04:05 MST 2006", s)
		if err != nil {
			t.Fatalf("keytool's time %q: %v", s, err)
		}
		return at.UTC().Format(time.RFC3339)
	}
	flush := func() {
		if entry.Alias != "" && current == nil {
			out = append(out, entry)
		}
	}
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "Alias name":
			flush()
			entry, current = listed{Alias: value}, nil
		case "Entry type":
			entry.Type = value
		case "Certificate chain length":
			entry.Length, _ = strconv.Atoi(value)
		case "Owner":
			place := 0
			if n := len(out); current != nil && out[n-1].Owner == "" {
				place = out[n-1].Place
				out = out[:n-1]
			}
			c := entry
			c.Place, c.Owner = place, value
			out = append(out, c)
			current = &out[len(out)-1]
		case "Issuer":
			current.Issuer = value
		case "Serial number":
			current.Serial = value
		case "\t SHA256":
			current.SHA256 = strings.ToLower(strings.ReplaceAll(value, ":", ""))
		case "Signature algorithm name":
			current.Signature = strings.TrimSuffix(strings.TrimSuffix(value, " (weak)"), " (disabled)")
		case "Subject Public Key Algorithm":
			current.Key = strings.TrimSuffix(strings.TrimSuffix(value, " (weak)"), " (disabled)")
		case "Version":
			current.Version, _ = strconv.Atoi(value)
		}
		if m := validity.FindStringSubmatch(line); m != nil {
			current.From, current.Until = moment(m[1]), moment(m[2])
		}
		if m := placeLine.FindStringSubmatch(line); m != nil {
			c := entry
			c.Place, _ = strconv.Atoi(m[1])
			out = append(out, c)
			current = &out[len(out)-1]
		}
	}
	flush()
	return sorted(out)
}

// ours gives the same of a report.
func ours(r Report) []listed {
	var out []listed
	for _, e := range r.Entries {
		base := listed{Alias: e.Alias, Type: entryTypes[e.Kind]}
		if e.Kind == keystore.PrivateKeyEntry {
			base.Length = len(e.Chain)
		}
		if len(e.Chain) == 0 {
			out = append(out, base)
		}
		for i, c := range e.Chain {
			l := base
			if e.Kind == keystore.PrivateKeyEntry {
				l.Place = i + 1
			}
			l.Owner, l.Issuer, l.Serial, l.SHA256 = c.Subject, c.Issuer, c.Serial, c.SHA256
			l.From, l.Until, l.Signature, l.Key, l.Version = c.NotBefore, c.NotAfter, c.SignatureAlgorithm, c.PublicKey.text(), c.Version
			out = append(out, l)
		}
	}
	return sorted(out)
}

func sorted(list []listed) []listed {
	slices.SortStableFunc(list, func(a, b listed) int {
		return cmp.Or(strings.Compare(a.Alias, b.Alias), a.Place-b.Place)
	})
	return list
}

// TestKeytool compares every store that keytool opens with what `inspect` says of it.
func TestKeytool(t *testing.T) {
	for _, dir := range []string{"../../testdata/stores", "../../../shared/realstores"} {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
			if err != nil {
				t.Skipf("no stores to compare: %v", err)
			}
			k := newKeytool(t)
			opened, agreed := 0, 0
			for line := range strings.Lines(string(index)) {
				f := strings.Split(strings.TrimRight(line, "\n"), "\t")
				if len(f) < 2 || f[0] == "file" || f[1] == "(unknown)" {
					continue
				}
				path := filepath.Join(dir, f[0])
				said, ok := k.list(t, path, f[1])
				if !ok {
					continue
				}
				opened++
				if t.Run(f[0], func(t *testing.T) { compare(t, path, f[1], said) }) {
					agreed++
				}
			}
			t.Logf("%d/%d stores that keytool opens agree", agreed, opened)
			if opened == 0 {
				t.Error("keytool opened nothing")
			}
		})
	}
}

func compare(t *testing.T, path, password, said string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{password}})
	if errors.Is(err, keystore.ErrUnsupported) {
		t.Skip(err)
	}
	r := Build(store, err, Options{Passwords: []string{password}})
	if !r.OK() {
		t.Fatalf("keytool opens it, but here: %s", r.Problem)
	}
	if diff := gocmp.Diff(parseKeytool(t, said), ours(r), gocmp.AllowUnexported(listed{})); diff != "" {
		t.Errorf("keytool and inspect differ (-keytool +inspect):\n%s", diff)
	}
}
