package rules_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

const headEnd = "<!-- The head above is generated from the rule's METADATA; write below. -->\n"

func TestPages(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("pages", r.ID+".md"))
			if err != nil {
				t.Fatalf("every rule has a page: %v", err)
			}
			if got := r.Markdown(); got != string(text) {
				t.Fatal("the page that the binary holds is not the one in the folder")
			}
			if want := r.WithHead(string(text)); want != string(text) {
				t.Error("the head is not what METADATA gives: run go generate ./rules")
			}
			head, prose, ok := strings.Cut(string(text), headEnd)
			if !ok {
				t.Fatal("no line tells where the generated head ends")
			}
			var titles []string
			for line := range strings.Lines(outsideFences(prose)) {
				if title, ok := strings.CutPrefix(line, "## "); ok {
					titles = append(titles, strings.TrimSpace(title))
				} else if strings.HasPrefix(line, "#") {
					t.Errorf("%q: sections are the only headings of a page", line)
				}
			}
			if got, want := strings.Join(titles, ", "), "Why it matters, Bad, Good, Repair, References"; got != want {
				t.Errorf("the sections are %s; want %s", got, want)
			}
			p := r.Page()
			for title, body := range map[string]string{"Why it matters": p.Why, "Bad": p.Bad, "Good": p.Good, "Repair": p.Repair, "References": p.References} {
				if len(body) < 40 || strings.Contains(body, "TODO") {
					t.Errorf("section %q is empty or unfinished: %q", title, body)
				}
			}
			if !strings.HasPrefix(p.Repair, "1. ") && !strings.Contains(p.Repair, "\n1. ") {
				t.Error("Repair has no numbered steps")
			}
			if !strings.Contains(p.Bad, "```") || !strings.Contains(p.Good, "```") {
				t.Error("Bad and Good each show an example")
			}
			if n := strings.Count(string(text), "\n"); n > 130 || len(head) == 0 {
				t.Errorf("%d lines: a page is read in one go", n)
			}
		})
	}
}

// Every file in the folder is a rule's page; a page may be written before its policy, for a rule that is promised.
func TestPagesBelong(t *testing.T) {
	files, err := os.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("pages", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name(), ".md")
		if id == "README" {
			continue
		}
		p, known := promised(id)
		if !ok || !known {
			t.Errorf("pages/%s belongs to no rule", f.Name())
			continue
		}
		if want := "[" + id + "](" + f.Name() + ") " + p.name; !strings.Contains(string(readme), want) {
			t.Errorf("pages/README.md does not list %q", want)
		}
	}
}

func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	for name, text := range proses(t) {
		for _, m := range link.FindAllStringSubmatch(outsideFences(text), -1) {
			target := m[1]
			switch {
			case strings.HasPrefix(target, "https://"):
			case strings.Contains(target, "://"), strings.HasPrefix(target, "#"):
				t.Errorf("%s: link to %s", name, target)
			default:
				if _, err := os.Stat(filepath.Join("pages", filepath.FromSlash(target))); err != nil {
					t.Errorf("%s: the link to %s leads nowhere", name, target)
				}
				if id := strings.TrimSuffix(path.Base(target), ".md"); ruleID.MatchString(id) && !strings.Contains(m[0], target) {
					t.Errorf("%s: the link to %s is called otherwise", name, target)
				}
			}
		}
		// A rule that is named can be asked for with explain.
		for _, id := range regexp.MustCompile(`MIKS[0-9]{3}`).FindAllString(text, -1) {
			if _, ok := rules.Find(id); !ok {
				t.Errorf("%s names %s, which is no rule yet", name, id)
			}
		}
	}
}

// Commands show how it is done: no password on the command line, where other users and the shell's history see it.
func TestCommandsHideSecrets(t *testing.T) {
	open := regexp.MustCompile(`-(store|key|new|src\w*|dest\w*|old)?pass(wd)?[ =]+[^ -]|-new +[^ -]|-pass(in|out) +pass:|--(secret|env-file)[ =]\w+=[^ef]`)
	for name, text := range proses(t) {
		for _, f := range fences(text) {
			if f.language != "sh" {
				continue
			}
			if bad := open.FindString(f.body); bad != "" {
				t.Errorf("%s: %q puts a secret on the command line:\n%s", name, bad, f.body)
			}
		}
	}
}

// TOML that is shown is TOML, but for the bad examples of rules about the file as such.
func TestTOML(t *testing.T) {
	for name, text := range proses(t) {
		r, ok := rules.Find(strings.TrimSuffix(name, ".md"))
		if !ok {
			continue
		}
		bad := fences(r.Page().Bad)
		for _, f := range fences(text) {
			if f.language != "toml" {
				continue
			}
			broken := false
			for _, b := range bad {
				broken = broken || r.Category == "file" && b == f
			}
			var v map[string]any
			if err := toml.Unmarshal([]byte(f.body), &v); (err != nil) != broken {
				t.Errorf("%s: this parses with %v; want a fault: %t\n%s", name, err, broken, f.body)
			}
		}
	}
}

// proses reads what is written by hand of every page.
func proses(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("pages/MIKS*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	all := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, prose, ok := strings.Cut(string(b), headEnd)
		if !ok {
			prose = string(b)
		}
		all[filepath.Base(name)] = prose
	}
	return all
}

// fence is a code block.
type fence struct {
	language, where string // "toml" and "deployment.toml" of "```toml deployment.toml"
	body            string // without the indentation of the list item that it stands in
}

var fenceBlock = regexp.MustCompile("(?ms)^( *)```(\\w+)(?: ([^\n]*))?\n(.*?)^ *```$")

func fences(text string) []fence {
	var out []fence
	for _, m := range fenceBlock.FindAllStringSubmatch(text, -1) {
		body := strings.ReplaceAll("\n"+m[4], "\n"+m[1], "\n")[1:]
		out = append(out, fence{language: m[2], where: m[3], body: body})
	}
	return out
}

func outsideFences(text string) string { return fenceBlock.ReplaceAllString(text, "") }
