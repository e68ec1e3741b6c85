package deployment_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// mappers are the config mappers that can be asked, with a product version that each belongs to (mi-semantics, head). 4.5's
// (1.0.26) is not published.
var mappers = []struct{ mapper, version string }{{"1.0.12", "1.2.0"}, {"1.0.18", "4.0.0"}, {"1.0.20", "4.4.0"}, {"1.1.0", "4.6.0"}}

// What the mapper finds in its environment.
var (
	mapperEnv = map[string]string{"E_PLAIN": "plain", "E_EMPTY": "", "E_SYS": "$sys{s.plain}", "E_ENV": "$env{E_PLAIN}", "E_REF": "$ref{a.one}", "E_SECRET": "$secret{first}", "E_DOLLAR": "a$b", "E_GROUP": "a$1", "E_WHOLE": "a$0", "E_BACKSLASH": `a\b`, "E_BRACE": "}", "E_MARKUP": "&amp;"}
	mapperSys = map[string]string{"s.plain": "system", "s.empty": "", "s.env": `\$env{E_PLAIN}`, "s.ref": `\$ref{a.one}`, "s.dollar": "a$b", "s.end": "a$", "s.backslash": `a\b`, "s.last": `a\`}
)

// mapper is the product's config mapper in a JVM.
type mapper struct {
	in      io.Writer
	out     *bufio.Reader
	conf    string
	options deployment.Options
}

// answer is what it says of a file: why the TOML is refused, why a later step stops the start, or the values.
type answer struct {
	TOML   string         `json:"toml"`
	Start  string         `json:"start"`
	Values map[string]any `json:"values"`
}

// newMapper compiles and starts testdata/mapper against the jars that .ci/lib.sh fetches (MIKSCHECK_MAPPER names their folder).
func newMapper(t *testing.T, jar, version string) *mapper {
	t.Helper()
	jars := os.Getenv("MIKSCHECK_MAPPER")
	if jars == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		jars = filepath.Join(cache, "mi-kscheck-tools", "config-mapper")
	}
	missing := func(what any) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the product's config mapper is needed: %v", what)
		}
		t.Skipf("not compared with the product's config mapper: %v ('.ci/run' fetches it)", what)
	}
	for _, tool := range []string{"javac", "java"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(err)
		}
	}
	file := filepath.Join(jars, "config-mapper-"+jar+".jar")
	if _, err := os.Stat(file); err != nil {
		missing(err)
	}
	path := file
	others, err := filepath.Glob(filepath.Join(jars, "*.jar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range others {
		if !strings.HasPrefix(filepath.Base(other), "config-mapper-") {
			path += string(os.PathListSeparator) + other
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("javac", "-d", dir, "-cp", path, "testdata/mapper/org/wso2/config/mapper/Oracle.java").CombinedOutput(); err != nil { //nolint:gosec // our own program
		t.Fatalf("javac: %v\n%s", err, out)
	}
	m := &mapper{conf: filepath.Join(dir, "conf"), options: deployment.Options{Version: version, Env: secrets(mapperEnv), Sys: secrets(mapperSys)}}
	m.install(t, product.For(version))
	args := []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss512k", "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog", "-cp", path + string(os.PathListSeparator) + dir}
	for name, text := range mapperSys {
		args = append(args, "-D"+name+"="+text)
	}
	cmd := exec.Command("java", append(args, "org.wso2.config.mapper.Oracle", dir)...) //nolint:gosec // our own program
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	for name, text := range mapperEnv {
		cmd.Env = append(cmd.Env, name+"="+text)
	}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("java: %v", err)
		}
	})
	m.in, m.out = in, bufio.NewReaderSize(out, 1<<20)
	return m
}

func secrets(texts map[string]string) map[string]secret.Value {
	all := map[string]secret.Value{}
	for name, text := range texts {
		all[name] = secret.New(text)
	}
	return all
}

// install writes a table as the files of an installation.
func (m *mapper) install(t *testing.T, table *product.Table) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(m.conf, "templates"), 0o700); err != nil {
		t.Fatal(err)
	}
	none := map[string]any{}
	for name, content := range map[string]any{"default": table.Default, "key-mappings": table.KeyMappings, "infer": table.Infer, "validator": none, "unit-resolve": none} {
		b, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(m.conf, name+".json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *mapper) ask(t *testing.T, data []byte) answer {
	t.Helper()
	if _, err := fmt.Fprintln(m.in, m.conf, base64.StdEncoding.EncodeToString(data)); err != nil {
		t.Fatal(err)
	}
	line, err := m.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// compare tells how the mapper's answer differs from ours; "" where they agree.
func (m *mapper) compare(a answer, d *deployment.Document) string {
	for _, p := range d.Problems {
		if p.Kind == deployment.Limit {
			return ""
		}
	}
	switch {
	case a.TOML != "" || strings.Contains(a.Start, "StackOverflowError") || strings.Contains(a.Start, "Invalid key"):
		if d.Parsed {
			return "refused by the product, not here: " + a.TOML + a.Start
		}
		return ""
	case !d.Parsed:
		return "refused here, not by the product: " + d.Problems[0].Detail
	case a.Start != "":
		if !stops(d) {
			return "stops the start of the product, not here: " + a.Start
		}
		return ""
	}
	got := ours(d)
	for _, conflict := range d.Conflicts() {
		// Which of two names counts is a matter of hash order, and one that is quoted is another key to the mapper.
		maps.DeleteFunc(a.Values, func(key string, _ any) bool { return product.Plain(key) == product.Plain(conflict.Mapped) })
		maps.DeleteFunc(got, func(key string, _ any) bool { return product.Plain(key) == product.Plain(conflict.Mapped) })
	}
	for _, key := range slices.Sorted(maps.Keys(a.Values)) {
		if m.options.Version == "1.2.0" && strings.HasPrefix(key, "keystore.internal.") {
			continue // the mapper keeps it, and the release's carbon.xml does not read it
		}
		if diff := differ(key, a.Values[key], got[key]); diff != "" {
			return diff
		}
		delete(got, key)
	}
	for key := range got {
		if m.options.Version == "1.2.0" && strings.HasPrefix(key, "keystore.internal.") {
			continue // not the mapper's: the release's carbon.xml names the store itself
		}
		return "only here: " + key
	}
	return ""
}

// ours is the effective configuration in the mapper's form; what does not stop the start but is not known is any{}.
func ours(d *deployment.Document) map[string]any {
	all := map[string]any{}
	for _, v := range d.Values() {
		all[v.Key] = text(v)
	}
	for _, name := range d.Arrays() {
		var list []any
		for _, e := range d.Elements(name) {
			element := map[string]any{}
			for _, v := range e.Values {
				element[v.Key] = text(v)
			}
			list = append(list, element)
		}
		all[name] = list
	}
	return all
}

func text(v *deployment.Value) any {
	if v.State == deployment.Known {
		return v.Text.Reveal()
	}
	return v.Reason
}

func differ(key string, java, here any) string {
	switch java := java.(type) {
	case []any:
		list, ok := here.([]any)
		if !ok {
			if here == deployment.NotText {
				return ""
			}
			return fmt.Sprintf("%s: a list, here %v", key, here)
		}
		if len(list) != len(java) {
			return fmt.Sprintf("%s: %d elements, here %d", key, len(java), len(list))
		}
		for i := range java {
			if diff := differ(fmt.Sprintf("%s[%d]", key, i), java[i], list[i]); diff != "" {
				return diff
			}
		}
		return ""
	case map[string]any:
		element, ok := here.(map[string]any)
		if !ok {
			if here == deployment.NotText {
				return ""
			}
			return fmt.Sprintf("%s: a table, here %v", key, here)
		}
		for k := range java {
			if diff := differ(key+"."+k, java[k], element[k]); diff != "" {
				return diff
			}
		}
		for k := range element {
			if _, ok := java[k]; !ok {
				return fmt.Sprintf("%s.%s: only here", key, k)
			}
		}
		return ""
	case nil:
		if here == nil {
			return ""
		}
		return fmt.Sprintf("%s: nothing, here %q", key, here)
	case bool:
		if here == strconv.FormatBool(java) {
			return ""
		}
		return fmt.Sprintf("%s: %v, here %q", key, java, here)
	case string:
		if strings.ContainsAny(java, "&<") {
			return "" // what the templates write of it is read as XML
		}
		switch here {
		case java, deployment.SecretNotGiven, deployment.SecretMissing, deployment.TooLarge:
			return ""
		case deployment.RefInArray:
			if strings.Contains(java, "$ref{") {
				return ""
			}
		}
		return fmt.Sprintf("%s: %q, here %q", key, java, here)
	}
	return fmt.Sprintf("%s: what is %v?", key, java)
}

// stops tells whether something is found that stops the start.
func stops(d *deployment.Document) bool {
	broken := func(v *deployment.Value) bool {
		for _, p := range v.Variables {
			if p.Breaks || p.Reason != "" && p.Reason != deployment.SecretNotGiven && p.Reason != deployment.RefInArray {
				return true
			}
		}
		return false
	}
	for _, k := range d.Keys {
		if strings.HasPrefix(k.Written, "runtime_secrets.") && k.Type != deployment.String {
			return true
		}
	}
	for _, t := range d.Tables {
		if strings.HasPrefix(t.Name, "runtime_secrets.") && t.Array {
			return true
		}
	}
	entries, _ := d.Secrets()
	for _, e := range entries {
		if e.Form == deployment.PlainForm || e.Form == deployment.NotTextForm || e.Form == deployment.OtherForm {
			return true
		}
	}
	for _, v := range d.Values() {
		if broken(v) {
			return true
		}
	}
	for _, k := range d.Keys {
		if v := d.Resolved(k); v != nil && broken(v) {
			return true // also of a key that the release does not read
		}
	}
	for _, name := range d.Arrays() {
		for _, e := range d.Elements(name) {
			if slices.ContainsFunc(e.Values, broken) {
				return true
			}
		}
	}
	return false
}

// TestMapper runs the product's config mapper beside the checker on random files, real ones, and real ones with a change.
// MIKSCHECK_LONG=1 asks more, MIKSCHECK_SEED other questions.
func TestMapper(t *testing.T) {
	count, seed := 600, uint64(1)
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		count = 5000
	}
	if s, err := strconv.ParseUint(os.Getenv("MIKSCHECK_SEED"), 10, 64); err == nil {
		seed = s
	}
	real := realTexts(t)
	for _, which := range mappers {
		t.Run(which.mapper, func(t *testing.T) {
			m := newMapper(t, which.mapper, which.version)
			r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a test must be repeatable
			seen := map[string]int{}
			verdicts := map[string]int{}
			for i := range count + len(real) {
				var data string
				if i < len(real) {
					data = real[i]
				} else {
					data = randomFile(r, real)
				}
				a := m.ask(t, []byte(data))
				d := deployment.Read(&source.File{Name: "deployment.toml", URI: "deployment.toml", Data: []byte(data)}, m.options)
				switch {
				case a.TOML != "":
					verdicts["refused"]++
				case a.Start != "":
					verdicts["stopped"]++
				default:
					verdicts["read"]++
				}
				diff := m.compare(a, d)
				if diff != "" {
					if class, _, _ := strings.Cut(diff, "line "); seen[class] < 1 && len(seen) < 40 {
						t.Errorf("%s\n%q", diff, data)
						seen[class]++
					}
				}
			}
			t.Logf("seed %d: %v", seed, verdicts)
		})
	}
}

func realTexts(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "realtoml", "*.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	return all
}
