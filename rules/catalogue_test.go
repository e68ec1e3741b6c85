package rules_test

import (
	"bytes"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

var (
	ruleID   = regexp.MustCompile(`^MIKS[0-9]{3}$`)
	ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// field is the one kind of markup that a message may have.
	field = regexp.MustCompile(`\{\{([a-z][a-z0-9_]*)\}\}`)
)

func TestCatalogue(t *testing.T) {
	all := rules.All()
	if len(all) <= len(rules.Run()) {
		t.Fatal("the catalogue holds no rule but those of the run: catalogue.json does not parse")
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for i, r := range all {
		if !ruleID.MatchString(r.ID) || ids[r.ID] {
			t.Errorf("%s %s: not MIKS and three digits, or used twice", r.ID, r.Name)
		}
		if !ruleName.MatchString(r.Name) || names[r.Name] {
			t.Errorf("%s %s: the name is not in kebab case, or used twice", r.ID, r.Name)
		}
		ids[r.ID], names[r.Name] = true, true
		if i > 0 && all[i-1].ID >= r.ID {
			t.Errorf("%s stands behind %s: All is in ID order", r.ID, all[i-1].ID)
		}
	}
}

// What was promised of a rule does not change: see the contract.
func TestContract(t *testing.T) {
	for _, r := range rules.All() {
		p, ok := promised(r.ID)
		if !ok {
			t.Errorf("%s %s is in no contract: add it to contract_test.go, with an ID that was never used", r.ID, r.Name)
			continue
		}
		if r.Name != p.name {
			t.Errorf("%s is called %s, promised was %s", r.ID, r.Name, p.name)
		}
		if run := strings.HasPrefix(r.ID, "MIKS9"); run != (r.Category == "run") || run != (r.Package == "") {
			t.Errorf("%s: category %q, package %q: the 9xx and no others are about the run and have no policy", r.ID, r.Category, r.Package)
		} else if run {
			continue
		}
		if got := strings.Join(r.Levels, "/"); got != strings.Join(sortedLevels(p.levels), "/") {
			t.Errorf("%s has the levels %s, promised was %s", r.ID, got, p.levels)
		}
		if r.Severity != p.severity {
			t.Errorf("%s has the security severity %g, promised was %g", r.ID, r.Severity, p.severity)
		}
	}
}

func sortedLevels(s string) []string {
	levels := strings.Split(s, "/")
	slices.SortFunc(levels, func(a, b string) int {
		return strings.Index("error warning note", a) - strings.Index("error warning note", b)
	})
	return levels
}

// noWeakness are the rules about what does not start, does not work or was not judged: they find no weakness, so that no CWE fits.
var noWeakness = strings.Fields(`
	MIKS001 MIKS002 MIKS106 MIKS107 MIKS108 MIKS111 MIKS118 MIKS119 MIKS206 MIKS207 MIKS303 MIKS304 MIKS307 MIKS309 MIKS310 MIKS311
	MIKS312 MIKS313 MIKS315 MIKS405 MIKS406 MIKS501 MIKS502 MIKS503 MIKS504 MIKS505 MIKS506 MIKS507 MIKS508 MIKS509 MIKS510 MIKS511
	MIKS512 MIKS513 MIKS514 MIKS515 MIKS516 MIKS517 MIKS521 MIKS522 MIKS523 MIKS524 MIKS525 MIKS526 MIKS527 MIKS604
`)

func TestMetadata(t *testing.T) {
	levels := []string{"error", "warning", "note"}
	categories := []string{"file", "credentials", "separation", "certificates", "trust", "configuration", "tls", "run"}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			if !slices.Contains(levels, r.Level) || !slices.Contains(r.Levels, r.Level) {
				t.Errorf("level %q, levels %q: both are of %q, and the second holds the first", r.Level, r.Levels, levels)
			}
			if !slices.Contains(categories, r.Category) {
				t.Errorf("category %q is none of %q", r.Category, categories)
			}
			if r.Severity < 0 || r.Severity > 10 || math.Abs(r.Severity*10-math.Round(r.Severity*10)) > 1e-9 {
				t.Errorf("severity %g is no number of 0 to 10 with one decimal", r.Severity)
			}
			if r.Severity > 0 && len(r.CWE) == 0 {
				t.Errorf("a security severity, and no CWE that says which weakness it is")
			}
			if listed := slices.Contains(noWeakness, r.ID) || r.Category == "run"; listed != (len(r.CWE) == 0) {
				t.Errorf("CWE %v: a rule names the weakness that it finds, or stands among those that find none", r.CWE)
			}
			if !slices.Contains([]string{"very-high", "high", "medium", "low"}, r.Precision) {
				t.Errorf("precision %q is none that SARIF readers know", r.Precision)
			}
			if r.PointsAt != "definition" && r.PointsAt != "use" {
				t.Errorf("points_at %q is neither definition nor use", r.PointsAt)
			}
			if !regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(r.Since) {
				t.Errorf("since %q is no version", r.Since)
			}
			if r.Title == "" || strings.HasSuffix(r.Title, ".") || strings.ToUpper(r.Title[:1]) != r.Title[:1] {
				t.Errorf("title %q: a line that begins with a capital letter and has no full stop", r.Title)
			}
			sentence(t, "description", r.Description)
			if field.MatchString(r.Description + r.Title) {
				t.Errorf("title and description are not templates")
			}
			checkParameters(t, r)
		})
	}
}

func checkParameters(t *testing.T, r *rules.Rule) {
	t.Helper()
	for name, p := range r.Parameters {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(name) || p.Description == "" || p.Default == nil {
			t.Errorf("parameter %q: a name in snake case, a description and a default", name)
		}
		switch p.Default.(type) {
		case float64:
			if p.Type != "integer" {
				t.Errorf("parameter %s is a %s, and its default a number", name, p.Type)
			}
		case string, bool, []any:
		default:
			t.Errorf("parameter %s: default %v", name, p.Default)
		}
	}
}

// A message is full sentences, and every field in it is one that the policy, or Go, fills.
func TestMessages(t *testing.T) {
	source := map[string]string{}
	var lib string
	for _, m := range policies.Modules() {
		if strings.HasPrefix(m.Path, "lib/") {
			lib += m.Source
			continue
		}
		category, rest, _ := strings.Cut(m.Path, "/")
		name, _, _ := strings.Cut(rest, "/")
		_, body, ok := strings.Cut(m.Source, "\npackage ")
		if !ok {
			t.Fatalf("%s: no package", m.Path)
		}
		source[category+"/"+name] += body
	}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			body, ok := source[r.Category+"/"+r.Name]
			if !ok && r.Package != "" {
				t.Fatalf("no policy in %s/%s", r.Category, r.Name)
			}
			texts := map[string]string{"message": r.Message, "fix": r.Fix}
			for name, v := range r.Variants {
				if v == (rules.Variant{}) {
					t.Errorf("variant %s says nothing", name)
				}
				// A policy may also take the variant's name from the document, as that of syntax errors does.
				if !strings.Contains(body, `"`+name+`"`) && !regexp.MustCompile(`else := (kind|concat\()`).MatchString(body) {
					t.Errorf("variant %s is never given by the policy", name)
				}
				for what, text := range map[string]string{"message": v.Message, "fix": v.Fix} {
					if text != "" {
						texts[what+" of variant "+name] = text
					}
				}
			}
			for what, text := range texts {
				sentence(t, what, text)
				for _, f := range field.FindAllStringSubmatch(text, -1) {
					if r.Package != "" && f[1] != "key" && !strings.Contains(body+lib, `"`+f[1]+`":`) { // the place gives the key
						t.Errorf("%s: the policy fills no field %s", what, f[0])
					}
				}
			}
		})
	}
}

// sentence holds a text to: begins and ends like a sentence, has no markup but fields, and no leftovers of editing.
func sentence(t *testing.T, what, text string) {
	t.Helper()
	rest := field.ReplaceAllString(text, "")
	switch {
	case text == "":
		t.Errorf("%s is empty", what)
	case !strings.HasSuffix(text, ".") && !regexp.MustCompile(`^\{\{[a-z_]+\}\}$`).MatchString(text):
		t.Errorf("%s does not end with a period: %q", what, text)
	case strings.Contains(rest, "{{") || strings.Contains(rest, "}}"):
		t.Errorf("%s holds braces that are no field: %q", what, text)
	case regexp.MustCompile("`|\\*\\*|</?[a-z]|\\]\\(").MatchString(rest):
		t.Errorf("%s holds markup, and every format shows it as it is: %q", what, text)
	case strings.Contains(text, "!"):
		t.Errorf("%s exclaims: %q", what, text)
	case strings.Contains(text, "  ") || text != strings.TrimSpace(text) || strings.ContainsAny(text, "\n\t"):
		t.Errorf("%s has blanks to spare: %q", what, text)
	case strings.Contains(text, ".."):
		t.Errorf("%s ends twice: %q", what, text)
	}
}

func TestPrecedence(t *testing.T) {
	supersedes, follows := map[string][]string{}, map[string][]string{}
	for _, r := range rules.All() {
		supersedes[r.ID], follows[r.ID] = r.Supersedes, r.Consequences
		for _, id := range slices.Concat(r.Supersedes, r.Consequences) {
			if _, ok := promised(id); !ok {
				t.Errorf("%s names %s, which is no rule", r.ID, id)
			}
			if id == r.ID {
				t.Errorf("%s names itself", r.ID)
			}
		}
		for _, id := range r.Supersedes {
			if slices.Contains(r.Consequences, id) {
				t.Errorf("%s replaces %s and lets it stand", r.ID, id)
			}
		}
		for _, id := range precedence[r.ID] {
			if !slices.Contains(r.Supersedes, id) {
				t.Errorf("%s is promised to replace %s", r.ID, id)
			}
		}
		for _, id := range consequences[r.ID] {
			if !slices.Contains(r.Consequences, id) {
				t.Errorf("%s is promised to mark %s as a consequence", r.ID, id)
			}
		}
	}
	for what, graph := range map[string]map[string][]string{"supersedes": supersedes, "consequences": follows} {
		if c := circle(graph); c != nil {
			t.Errorf("%s goes in a circle: %s", what, strings.Join(c, " over "))
		}
	}
}

// circle gives one way from a rule back to itself; nil where there is none.
func circle(graph map[string][]string) []string {
	done := map[string]bool{}
	var walk func(path []string) []string
	walk = func(path []string) []string {
		last := path[len(path)-1]
		for _, next := range graph[last] {
			if slices.Contains(path, next) {
				return append(path, next)
			}
			if done[next] {
				continue
			}
			if c := walk(append(slices.Clone(path), next)); c != nil {
				return c
			}
		}
		done[last] = true
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(graph)) {
		if c := walk([]string{id}); c != nil {
			return c
		}
	}
	return nil
}

// What is committed is what the generator writes from the policies: the catalogue and the head of every page.
func TestCatalogueCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the generator")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "generate")
	if out, err := exec.Command("go", "build", "-o", program, "./generate").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.CopyFS(filepath.Join(dir, "pages"), os.DirFS("pages")); err != nil {
		t.Fatal(err)
	}
	packedPages, err := os.ReadFile("pages.gz")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pages.gz"), packedPages, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range append(pages, filepath.Join(dir, "catalogue.json"), filepath.Join(dir, "catalogue.gz"), filepath.Join(dir, "pages.gz")) {
		name, err := filepath.Rel(dir, made)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(made)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the METADATA of the policies gives: run go generate ./rules (%v)", name, err)
		}
	}
}
