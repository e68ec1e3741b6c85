package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// written makes a custom rule by its body. Its ID is its name without '-', in capitals.
func written(name, body string) string {
	return fmt.Sprintf("# METADATA\n# scope: package\n# title: t\n# custom:\n#   id: %s\n#   name: %s\n#   level: error\npackage custom.hostile.%s\n\n%s\n",
		strings.ToUpper(strings.ReplaceAll(name, "-", "")), name, strings.ReplaceAll(name, "-", "_"), body)
}

func load(t testing.TB, files map[string]string) (*Custom, error) {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree["p/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load([]Origin{{FS: tree, Path: "p", Name: "p"}}, nil)
}

// faulty is a document that MIKS001 finds something in.
func faulty() *facts.Document {
	return &facts.Document{Schema: 1, Problems: []facts.Problem{{Pointer: "/problems/0", Kind: "syntax", Detail: "d"}}, Target: facts.Target{Product: "mi"}}
}

// judge asks one hostile rule beside a harmless custom one and a built-in one that finds something.
func judge(t *testing.T, body string) ([]Raw, error) {
	t.Helper()
	c, err := load(t, map[string]string{"evil.rego": written("hostile", body), "good.rego": written("a-good", `findings contains {"at": "/x"}`)})
	if err != nil {
		return nil, err
	}
	e, err := New(context.Background(), append(rules.Policies()[:3:3], c.Rules...), c)
	if err != nil {
		return nil, err
	}
	e.custom.bounds.time = 1500 * time.Millisecond
	return e.Judge(context.Background(), faulty(), nil)
}

// steps writes n values, each made of the one before, of which X stands for the name.
func steps(name, first, step string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s0 := %s\n\n", name, first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "%s%d := %s\n\n", name, i, strings.ReplaceAll(step, "X", fmt.Sprintf("%s%d", name, i-1)))
	}
	return b.String()
}

// doubling asks for the last of n values.
func doubling(first, step string, n int) string {
	return steps("x", first, step, n) + fmt.Sprintf("findings contains {\"at\": \"/x\", \"args\": {\"n\": type_name(x%d)}}", n)
}

// nested asks something of a value that is small in memory and has 2^60 parts when it is walked through.
func nested(finding string) string { return steps("x", `[1]`, `[X, X]`, 60) + finding }

const (
	letters = `"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`
	twenty  = "xs := [x | some x in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]]\n\n"
	seven   = "some a in xs; some b in xs; some c in xs; some d in xs; some e in xs; some f in xs; some g in xs"
)

// hostile are policies that loop, allocate without end, or ask for what is not theirs, with a word of the error that ends them.
var hostile = []struct{ name, body, want string }{
	{"endless search", twenty + `findings contains {"at": "/x"} if { ` + seven + `; a + b + c + d + e + f + g > 1000 }`, "did not end"},
	{"exponential comprehension", twenty + `findings contains {"at": "/x"} if count([[a, b, c, d, e, f, g] | ` + seven + `]) == 0`, "HOSTILE"},
	{"concat", doubling(letters, `concat("", [X, X])`, 60), "longer than"},
	{"sprintf", doubling(letters, `sprintf("%s%s", [X, X])`, 60), "longer than"},
	{"sprintf with a width", `findings contains {"at": "/x", "args": {"n": sprintf("%999999999d", [1])}}`, "width"},
	{"sprintf with a star", `findings contains {"at": "/x", "args": {"n": sprintf("%*d", [999999999, 1])}}`, "width"},
	{"sprintf, one value often", `findings contains {"at": "/x", "args": {"n": sprintf("` + strings.Repeat("%[1]s", 2000) + `", ["` + strings.Repeat("a", 9000) + `"])}}`, "longer than"},
	{"replace", doubling(letters, `replace(X, "a", X)`, 8), "longer than"},
	{"replace_n", doubling(letters, `strings.replace_n({"a": X, "b": X}, X)`, 8), "longer than"},
	{"hex", doubling(letters, `hex.encode(X)`, 60), "longer than"},
	{"arrays", doubling(`[1, 2, 3]`, `array.concat(X, X)`, 60), "elements"},
	{"nested, printed", nested(`findings contains {"at": sprintf("%v", [x60])}`), "longer than"},
	{"nested, returned", nested(`findings contains {"at": x60}`), "more than a report could hold"},
	{"nested, walked", nested(`findings contains {"at": "/y"} if walk(x60, [_, 2])`), "elements"},
	{"nested union", doubling(`{"a": 1}`, `object.union({"l": X}, {"r": X})`, 60), "elements"},
	{"patched", doubling(`{"a": 1}`, `json.patch({"l": X}, [{"op": "add", "path": "/r", "value": X}])`, 60), "elements"},
	{"union of sets", doubling(`{1, 2}`, `union({X, {[X, X]}})`, 60), "elements"},
	{"huge number", `findings contains {"at": "/x"} if round(1e999999999) > 1`, "too big"},
	{"huge number, made", `findings contains {"at": "/x"} if to_number("1e999999999") > 1`, "digits"},
	{"squares", doubling(`1e300`, `X * X`, 40), "digits"},
	{"recursion", "f(x) := f(x + 1)\n\nfindings contains {\"at\": \"/x\"} if f(1)", "recursive"},
	{"bits.lsh", `findings contains {"at": "/x"} if bits.lsh(1, 1000000000000) > 1`, "bits.lsh"},
	{"numbers.range", `findings contains {"at": "/x"} if count(numbers.range(1, 1000000000)) > 1`, "numbers.range"},
	{"regex of data", `findings contains {"at": "/x"} if regex.match(input.target.uri, "a")`, "pattern"},
	{"regex by a variable", `findings contains {"at": "/x"} if { p := concat("", ["(a*)*"]); regex.match(p, "a") }`, "pattern"},
	{"regex in place of another", `findings contains {"at": "/x"} if { startswith(input.target.uri, "a") with startswith as regex.match }`, "only tests may"},
	{"regex template", `findings contains {"at": "/x"} if regex.template_match("a", "a", "{", "}")`, "regex.template_match"},
	{"glob", `findings contains {"at": "/x"} if glob.match(input.target.uri, [], "a")`, "glob.match"},
	{"units", `findings contains {"at": "/x"} if units.parse("1e999999999Ki") > 1`, "units.parse"},
	{"json.marshal", `findings contains {"at": json.marshal(input)}`, "json.marshal"},
	{"http", `findings contains {"at": "/x"} if http.send({"url": "http://localhost", "method": "GET"})`, "http.send"},
	{"environment", `findings contains {"at": "/x"} if opa.runtime().env.PATH`, "opa.runtime"},
	{"clock", `findings contains {"at": "/x"} if time.now_ns() > 1`, "time.now_ns"},
	{"random", `findings contains {"at": "/x"} if rand.intn("a", 2) > 5`, "rand.intn"},
	{"network names", `findings contains {"at": "/x"} if net.lookup_ip_addr("localhost")`, "net.lookup_ip_addr"},
	{"tokens", `findings contains {"at": "/x"} if io.jwt.decode("a")`, "io.jwt.decode"},
	{"certificates", `findings contains {"at": "/x"} if crypto.x509.parse_and_verify_certificates("a")`, "crypto.x509"},
	{"trace", `findings contains {"at": "/x"} if trace("a")`, "trace"},
	{"template string", `findings contains {"at": $"{input.target.uri}"}`, "not supported"},
	{"deep nesting", `findings contains {"at": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, "p/evil.rego, line "},
}

// TestHostile holds each hostile policy to an end that is an error, in seconds and within the memory that it may use. What the
// other rules found stays.
func TestHostile(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC() // the program has a ceiling for garbage (cmd/mi-kscheck/memory.go), a test has none
			runtime.ReadMemStats(&before)
			start := time.Now()
			raws, err := judge(t, h.body)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			runtime.ReadMemStats(&after)
			if after.HeapSys > before.HeapSys+memory+memory/2 {
				t.Errorf("the heap grew by %d MiB", (after.HeapSys-before.HeapSys)>>20)
			}
			if err == nil {
				t.Fatalf("no error; found %+v", raws)
			}
			// What grows by doubling may reach the bound of the memory first, which is looked at as time goes by.
			full := h.want == "elements" && strings.Contains(err.Error(), "of memory")
			if !strings.Contains(err.Error(), h.want) && !full || errors.Is(err, ErrStuck) {
				t.Errorf("want an error about %q, have: %.500v", h.want, err)
			}
			if !errors.Is(err, ErrEvaluate) {
				return // it did not get as far as being asked
			}
			found := map[string]bool{}
			for _, r := range raws {
				found[r.Rule.ID] = true
			}
			if !found["MIKS001"] || !found["AGOOD"] {
				t.Errorf("what others found is lost: %v", found)
			}
		})
	}
}

// TestCompilerIsWatched holds a policy whose types are exponentially large to the time that compiling may take.
func TestCompilerIsWatched(t *testing.T) {
	const n = 25 // the compiler, which is left behind, ends in seconds
	body := steps("x", `[1]`, `[X, X]`, n) + steps("y", `[1]`, `[X, X]`, n) + fmt.Sprintf(`findings contains {"at": "/y"} if x%d == y%d`, n, n)
	c, err := load(t, map[string]string{"evil.rego": written("hostile-rule", body)})
	if err != nil {
		t.Fatal(err)
	}
	c.deadline = 100 * time.Millisecond
	start := time.Now()
	e, err := New(context.Background(), append(rules.Policies()[:3:3], c.Rules...), c)
	if !errors.Is(err, ErrCompile) || !strings.Contains(err.Error(), "did not compile within") || time.Since(start) > 5*time.Second {
		t.Fatalf("after %s: %v", time.Since(start), err)
	}
	if raws, err := e.Judge(context.Background(), faulty(), nil); err != nil || len(raws) == 0 {
		t.Errorf("the built-in rules are not asked: %v %v", raws, err)
	}
}

// TestMemoryIsWatched lowers the limit below what is in use, so that the first look at it ends the rule. It is not asked again.
func TestMemoryIsWatched(t *testing.T) {
	c, err := load(t, map[string]string{"evil.rego": written("hostile-rule", hostile[0].body)})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(context.Background(), c.Rules, c)
	if err != nil {
		t.Fatal(err)
	}
	ballast := make([]byte, 256<<20) // what a rule takes before it is stopped is little beside it
	e.custom.bounds.memory = uint64(len(ballast)) * 3 / 4
	if _, err := e.Judge(context.Background(), faulty(), nil); !errors.Is(err, ErrMemory) || errors.Is(err, ErrStuck) {
		t.Fatal(err)
	}
	runtime.KeepAlive(ballast)
	e.custom.bounds.memory = memory
	if _, err := e.Judge(context.Background(), faulty(), nil); err == nil || !strings.Contains(err.Error(), "was not asked again") {
		t.Fatal(err)
	}
}

// TestStuck holds a comparison that nothing can stop to the deadline: it is left behind, and said to be.
func TestStuck(t *testing.T) {
	const n = 28 // what is left behind ends in seconds
	body := steps("x", `[1]`, `array.concat([X], [X])`, n) + steps("y", `[1]`, `array.concat([X], [X])`, n) + fmt.Sprintf(`findings contains {"at": "/y"} if count({x%d, y%d}) == 2`, n, n)
	start := time.Now()
	raws, err := judge(t, body)
	if !errors.Is(err, ErrDeadline) || !errors.Is(err, ErrStuck) || !strings.HasPrefix(err.Error(), "HOSTILE: ") || time.Since(start) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
	if len(raws) != 2 {
		t.Errorf("what others found is lost: %+v", raws)
	}
}

// TestGuards holds every guard to a function that there is, and that policies may call.
func TestGuards(t *testing.T) {
	for name := range guards {
		if guarded()[guardPrefix+name] == nil {
			t.Errorf("there is no function %s", name)
		}
		if !slices.Contains(allowed, name) {
			t.Errorf("%s is guarded, and nobody may call it", name)
		}
	}
}

// TestSettingsAreInTheSchema holds the parameters of custom rules to a place in the schema.
func TestSettingsAreInTheSchema(t *testing.T) {
	text := strings.Replace(written("with-parameter", `findings contains {"at": "/x"} if input.settings.custom.with_parameter.dayz > 1`),
		"#   level: error\n", "#   level: error\n#   parameters: {days: {type: integer, default: 1, description: d}}\n", 1)
	c, err := load(t, map[string]string{"x.rego": text})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "p/x.rego, line 11: there is no 'dayz' in input.settings.custom.with_parameter; did you mean 'days'?") {
		t.Error(err)
	}
}

// BenchmarkCompileCustom compiles 1,000 custom rules of the size of the built-in ones.
func BenchmarkCompileCustom(b *testing.B) {
	files := map[string]string{}
	for i := range 1000 {
		name := fmt.Sprintf("rule-%d", i)
		files[name+".rego"] = written(name, `import data.mikscheck.lib

findings contains finding if {
	some [ref, key] in lib.used_keys
	ref.in_force
	cert := key.chain[0]
	cert.self_signed.state == "known"
	cert.self_signed.value
	cert.key_algorithm != "RSA"
	finding := lib.at_value(lib.key_place(ref), {"alias": key.alias, "certificate": lib.certificate_name(cert)})
}`)
	}
	for b.Loop() {
		c, err := load(b, files)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := New(context.Background(), c.Rules, c); err != nil {
			b.Fatal(err)
		}
	}
}
