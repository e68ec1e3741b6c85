package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"
)

// docBlock is a fenced block of a page that holds commands, or might.
type docBlock struct {
	page     string
	line     int
	language string
	text     string
	home     string            // the folder that it is run in: a name of docHomes
	exit     string            // the exit code of its last command, where it is not to be the usual one
	notRun   string            // the reason why it is not run
	files    map[string]string // files that the page shows in blocks like ```toml NAME
	output   string            // a block behind it that shows what the command prints
}

// What the author of a page can say of the block below: nothing of it is seen by who reads the page.
var (
	blockNotRun = regexp.MustCompile(`^<!-- not run: (\S.*) -->$`)
	blockRun    = regexp.MustCompile(`^<!-- run in: ([a-z-]+)(?:; exit: ([0-3]))? -->$`)
	jenkinsStep = regexp.MustCompile(`\bsh '([^']*)'`)
	mavenWord   = regexp.MustCompile(`<(?:executable|argument)>([^<]*)<`)
	commandLine = regexp.MustCompile(`(?m)^\s*(\$ |(mi-kscheck|go|git|docker|helm|opa|keytool|openssl|tar|cd|curl|\.ci/\S+) )`)
)

// documents are README.md and the pages of docs/, each by its path from the top of the repository.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	pages := map[string][]byte{}
	root := os.DirFS("../..")
	readme, err := fs.ReadFile(root, "README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages["README.md"] = readme
	err = fs.WalkDir(root, "docs", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".md") {
			pages[name], err = fs.ReadFile(root, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) < 10 {
		t.Fatalf("only %d pages were found", len(pages))
	}
	return pages
}

// docBlocks takes the fenced blocks out of a page.
func docBlocks(page string, source []byte) (blocks []docBlock, faults []string) {
	tree := goldmark.DefaultParser().Parse(text.NewReader(source))
	files := map[string]string{}
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		fence, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		b := docBlock{page: page, language: string(fence.Language(source)), text: string(fence.Lines().Value(source)), home: "project", files: files}
		if fence.Lines().Len() > 0 {
			b.line = bytes.Count(source[:fence.Lines().At(0).Start], []byte("\n"))
		}
		before := n.PreviousSibling()
		if info := infoWords(fence, source); len(info) == 2 && info[0] == "toml" {
			files[info[1]] = b.text
		}
		html, ok := before.(*ast.HTMLBlock)
		if !ok {
			blocks = append(blocks, b)
			return ast.WalkContinue, nil
		}
		for comment := range strings.Lines(string(html.Lines().Value(source))) {
			comment = strings.TrimSpace(comment)
			if m := blockNotRun.FindStringSubmatch(comment); m != nil {
				b.notRun = m[1]
			} else if m := blockRun.FindStringSubmatch(comment); m != nil {
				b.home, b.exit = m[1], m[2]
			} else if strings.Contains(comment, "run") {
				faults = append(faults, fmt.Sprintf("%s:%d: this says nothing of the block below: %s", page, b.line, comment))
			} else if comment == "<!-- output:begin -->" && len(blocks) > 0 {
				blocks[len(blocks)-1].output = b.text
				return ast.WalkContinue, nil
			}
		}
		blocks = append(blocks, b)
		return ast.WalkContinue, nil
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	return blocks, faults
}

func infoWords(fence *ast.FencedCodeBlock, source []byte) []string {
	if fence.Info == nil {
		return nil
	}
	return strings.Fields(string(fence.Info.Value(source)))
}

// docStep is one command of a block, and what the page says that it prints.
type docStep struct {
	command string
	output  string
	shown   bool // the page shows the output, be it none
}

// steps are the commands of a block. It has none where it is no block of commands.
func (b *docBlock) steps() ([]docStep, error) {
	var steps []docStep
	add := func(line string) {
		if n := len(steps); n > 0 && strings.HasSuffix(steps[n-1].command, "\\\n") {
			steps[n-1].command += line + "\n"
		} else if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			steps = append(steps, docStep{command: line + "\n"})
		}
	}
	switch b.language {
	case "sh", "bash", "shell":
		if strings.HasPrefix(b.text, "#!") { // a script: one command
			return []docStep{{command: b.text}}, nil
		}
		for line := range strings.Lines(b.text) {
			add(strings.TrimRight(line, "\n"))
		}
		if len(steps) == 1 && b.output != "" {
			steps[0].output, steps[0].shown = b.output, true
		}
	case "console":
		for line := range strings.Lines(b.text) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				add(strings.TrimRight(command, "\n"))
				steps[len(steps)-1].shown = true
			} else if len(steps) == 0 {
				return nil, errors.New("a block of the language console begins with a command behind '$ '")
			} else {
				steps[len(steps)-1].output += line
			}
		}
	case "yaml":
		var tree yaml.Node
		if err := yaml.Unmarshal([]byte(b.text), &tree); err != nil {
			return nil, err
		}
		for _, script := range scripts(&tree, false) {
			for line := range strings.Lines(script) {
				add(strings.TrimRight(line, "\n"))
			}
		}
		// The program is there already, as the one that is tested.
		steps = slices.DeleteFunc(steps, func(s docStep) bool { return strings.HasPrefix(s.command, "go install ") })
	case "groovy":
		for _, m := range jenkinsStep.FindAllStringSubmatch(b.text, -1) {
			add(m[1])
		}
	case "xml":
		var words []string
		for _, m := range mavenWord.FindAllStringSubmatch(b.text, -1) {
			words = append(words, strings.ReplaceAll(m[1], "${project.basedir}", "."))
		}
		add(strings.Join(words, " "))
	default:
		if at := commandLine.FindString(b.text); at != "" {
			return nil, fmt.Errorf("a line begins with %q: commands stand in a block of the language sh or console", strings.TrimSpace(at))
		}
	}
	return steps, nil
}

// scripts are what a pipeline in YAML runs: the texts under run and script, before_script and the like.
func scripts(n *yaml.Node, inside bool) []string {
	var found []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			found = append(found, scripts(n.Content[i+1], key == "run" || strings.HasSuffix(key, "script"))...)
		}
	case yaml.ScalarNode:
		if inside {
			found = append(found, n.Value)
		}
	case yaml.DocumentNode, yaml.SequenceNode, yaml.AliasNode:
		for _, c := range n.Content {
			found = append(found, scripts(c, inside)...)
		}
	}
	return found
}

// TestDocumentedCommands runs every command that README.md and docs/ show, in a folder as the page has in mind. A block of commands is
// run, or a comment above it says why not ("<!-- not run: … -->"). Where the page shows what a command prints, it prints that.
func TestDocumentedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program for every command of the documentation")
	}
	for _, program := range []string{"bash", "git", "jq", "keytool", "openssl"} {
		needed(t, program)
	}
	run := 0
	for page, source := range documents(t) {
		blocks, faults := docBlocks(page, source)
		for _, f := range faults {
			t.Error(f)
		}
		for _, b := range blocks {
			steps, err := b.steps()
			at := fmt.Sprintf("%s:%d", b.page, b.line)
			switch {
			case err != nil && b.notRun == "":
				t.Errorf("%s: %v", at, err)
			case b.notRun != "" && len(steps) == 0 && err == nil:
				t.Errorf("%s: the block holds no command, yet the comment above says that it is not run", at)
			case b.notRun == "" && len(steps) > 0:
				run += len(steps)
				t.Run(at, func(t *testing.T) { t.Parallel(); runBlock(t, b, steps) })
			}
		}
	}
	if run < 50 {
		t.Errorf("only %d commands were found", run)
	}
}

// A block that nobody runs, and one whose output is another, are seen.
func TestDocumentedCommandsAreSeen(t *testing.T) {
	for name, c := range map[string]struct {
		page  string
		steps int
		fault string
	}{
		"sh":            {"```sh\na\nb \\\n  c # more\n# no\n```\n", 2, ""},
		"in a list":     {"1. x\n\n   ```sh\n   a\n   ```\n", 1, ""},
		"console":       {"```console\n$ a\none\ntwo\n$ b\n```\n", 2, ""},
		"text":          {"```text\nmi-kscheck check\n```\n", 0, "a line begins with"},
		"no language":   {"```\n$ mi-kscheck check\n```\n", 0, "a line begins with"},
		"yaml":          {"```yaml\na:\n  - run: x\n  - script: [y, z]\n  - name: n\n  - script: go install q\n```\n", 3, ""},
		"Jenkins":       {"```groovy\nsteps {\n  sh 'mi-kscheck check'\n}\n```\n", 1, ""},
		"Maven":         {"```xml\n<executable>a</executable>\n<argument>b</argument>\n```\n", 1, ""},
		"wrong comment": {"<!-- no run: x -->\n```sh\na\n```\n", 1, "says nothing"},
	} {
		blocks, faults := docBlocks("p.md", []byte(c.page))
		if len(blocks) != 1 {
			t.Fatalf("%s: %d blocks", name, len(blocks))
		}
		steps, err := blocks[0].steps()
		if said := fmt.Sprint(faults, err); len(steps) != c.steps || (c.fault == "") != (err == nil && faults == nil) || !strings.Contains(said, c.fault) {
			t.Errorf("%s: %d commands, %s", name, len(steps), said)
		}
	}
	marked, _ := docBlocks("p.md", []byte("<!-- not run: why -->\n```sh\na\n```\n\n<!-- run in: mi-home; exit: 2 -->\n\n```sh\nb\n```\n"))
	if len(marked) != 2 || marked[0].notRun != "why" || marked[1].home != "mi-home" || marked[1].exit != "2" || marked[1].notRun != "" {
		t.Errorf("%+v", marked)
	}
	wants := docStep{command: "c\n", output: "one\n…\nthree\n", shown: true}
	for got, fault := range map[string]bool{"one\n2\nthree\n": false, "one\n2\n3\nthree\n": false, "one\nthree": true, "one\n2\nthree\nfour\n": true, "": true} {
		if (wants.differs(got) != "") != fault {
			t.Errorf("%q: %s", got, wants.differs(got))
		}
	}
}

// differs compares what was printed with what the page shows. A line of the page that holds only "…" stands for one or more lines.
func (s *docStep) differs(got string) string {
	if !s.shown {
		return ""
	}
	var pattern strings.Builder
	for line := range strings.Lines(s.output) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)+`)
			continue
		}
		pattern.WriteString(regexp.QuoteMeta(strings.TrimRight(line, " \n")) + "\n")
	}
	var trimmed strings.Builder
	for line := range strings.Lines(got) {
		trimmed.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(trimmed.String()) {
		return ""
	}
	return fmt.Sprintf("the page shows\n%sit prints\n%s", s.output, trimmed.String())
}

// docPassword opens the stores that a page makes with keytool, which asks for it.
const docPassword = "Pages-only-for-tests-58d1"

// runBlock runs the commands of a block one after the other in one shell.
func runBlock(t *testing.T, b docBlock, steps []docStep) {
	t.Helper()
	w := newDocWorld(t, b.home)
	if b.home == "organisation" {
		for name, content := range b.files {
			writeFile(t, filepath.Join(w.cwd, name), content, 0o644)
		}
	}
	names := strings.NewReplacer("/opt/wso2mi", filepath.Join(w.dir, "opt/wso2mi"), "/run/secrets/", filepath.Join(w.dir, "secrets")+"/",
		"go run ./cmd/mi-kscheck", "mi-kscheck", "$(go env GOPATH)/bin/", "", "$(Build.ArtifactStagingDirectory)", w.dir, " PATH", " "+w.demo)
	script := "set -o pipefail\n"
	for i, s := range steps {
		command := names.Replace(s.command)
		if strings.HasPrefix(command, "#!") {
			file := filepath.Join(w.dir, "script")
			writeFile(t, file, command, 0o755)
			command = file + "\n"
		}
		script += fmt.Sprintf("{ %s} >%s/%d.out 2>&1 <%s/answers\necho $? >%s/%d.code\n", command, w.dir, i, w.dir, w.dir, i)
	}
	c := exec.Command("bash", "-c", script)
	c.Dir, c.Env = w.cwd, w.env
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, script)
	}
	for i, s := range steps {
		out, err := os.ReadFile(filepath.Join(w.dir, fmt.Sprintf("%d.out", i)))
		if err != nil {
			t.Fatal(err)
		}
		code, err := os.ReadFile(filepath.Join(w.dir, fmt.Sprintf("%d.code", i)))
		if err != nil {
			t.Fatal(err)
		}
		wanted := "0"
		if strings.Contains(s.command, "mi-kscheck check") {
			wanted = "0 or 1" // whether there are findings is not what the page is about
		}
		if b.exit != "" && i == len(steps)-1 {
			wanted = b.exit
		}
		if got := strings.TrimSpace(string(code)); !slices.Contains(strings.Split(wanted, " or "), got) {
			t.Errorf("exit code %s, want %s: %s\n%s", got, wanted, s.command, out)
		}
		said := strings.ReplaceAll(string(out), w.cwd, "/home/you/project")
		if d := s.differs(said); d != "" {
			t.Errorf("%s%s", s.command, d)
		}
	}
}

// docWorld is where a block is run.
type docWorld struct {
	dir, cwd, demo string
	env            []string
}

// newDocWorld prepares one of these folders to run a block in:
//
//	project       the demo project, in a git repository with a remote branch origin/main
//	accepted      the same with everything accepted in a baseline
//	misspelt      the same with a configuration in which a key is wrong
//	mi-home       a home of the server that follows every recommendation; so is /opt/wso2mi-4.4.0 in all of them
//	repository    this repository, as far as pages speak of it
//	services      two projects, in services/a and services/b
//	kubernetes    a ConfigMap in deploy/mi.yaml, and a helm that renders it
//	stores        a keystore, a truststore, and a certificate in PEM
//	organisation  a project, with the files that the page shows
//	empty         nothing
func newDocWorld(t *testing.T, home string) docWorld {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := docWorld{dir: dir, cwd: filepath.Join(dir, "project"), demo: filepath.Join(dir, "demo")}
	clean := filepath.Join(dir, "opt/wso2mi-4.4.0")
	copyDir(t, "../../testdata/demo", w.demo)
	copyDir(t, "../../testdata/homes/clean", clean)
	toml := filepath.Join(clean, "conf/deployment.toml")
	writeFile(t, toml, strings.ReplaceAll(textOf(t, toml), "$env{", "$env{MI_"), 0o644)
	passwords := textOf(t, "../../testdata/homes/clean.env")
	if err := os.Mkdir(w.cwd, 0o755); err != nil {
		t.Fatal(err)
	}
	switch home {
	case "project", "accepted", "misspelt":
		copyDir(t, w.demo, w.cwd)
		if home == "misspelt" {
			writeFile(t, filepath.Join(w.cwd, ".mi-kscheck.toml"), "# ours\n[rules.MIKS304]\nexpirin_days = 45\n", 0o644)
		}
	case "mi-home":
		copyDir(t, clean, w.cwd)
	case "repository":
		copyDir(t, w.demo, filepath.Join(w.cwd, "testdata/demo"))
		copyDir(t, "../../testdata/homes", filepath.Join(w.cwd, "testdata/homes"))
		copyDir(t, "../../docs/policies", filepath.Join(w.cwd, "docs/policies"))
	case "services":
		copyDir(t, w.demo, filepath.Join(w.cwd, "services/a"))
		copyDir(t, "../../testdata/homes/clean", filepath.Join(w.cwd, "services/b"))
	case "organisation":
		copyDir(t, w.demo, filepath.Join(w.cwd, "services/a"))
		copyDir(t, "../../docs/policies", filepath.Join(w.cwd, "organisation/policies"))
	case "kubernetes":
		writeFile(t, filepath.Join(w.cwd, "deploy/mi.yaml"), docManifest, 0o644)
		writeFile(t, filepath.Join(dir, "bin/helm"), "#!/bin/sh\ncat '"+w.cwd+"/deploy/mi.yaml'\n", 0o755)
	case "stores":
		copyFile(t, filepath.Join(clean, "repository/resources/security/primary.p12"), filepath.Join(w.cwd, "primary.p12"))
		copyFile(t, filepath.Join(w.demo, "deployment/docker/resources/client-truststore.jks"), filepath.Join(w.cwd, "client-truststore.p12"))
		writeFile(t, filepath.Join(w.cwd, "certificate.pem"), certificatePEM(t), 0o644)
	case "empty":
	default:
		t.Fatalf("there is no folder %q to run this in", home)
	}
	w.env = []string{
		"PATH=" + filepath.Join(dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "NO_COLOR=1", "COLUMNS=120",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary.md"), "GITHUB_BASE_REF=main",
	}
	first := ""
	for line := range strings.Lines(passwords) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		w.env = append(w.env, name+"="+value, "MI_"+name+"="+value)
		if first == "" {
			first = value
		}
	}
	w.env = append(w.env, "MI_STORE_PASSWORD="+first)
	git := exec.Command("bash", "-ec", `git init -q -b main; git add .
git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m first; git update-ref refs/remotes/origin/main HEAD
if [ "$0" = accepted ]; then mi-kscheck check --quiet --baseline .mi-kscheck-baseline.json --update-baseline; fi`, home)
	git.Dir, git.Env = w.cwd, w.env
	if out, err := git.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	writeFile(t, filepath.Join(w.cwd, "production.env"), passwords, 0o600)
	writeFile(t, filepath.Join(w.cwd, "ci.env"), passwords, 0o600)
	writeFile(t, filepath.Join(dir, "secrets/primary"), docPassword+"\n", 0o600)
	writeFile(t, filepath.Join(dir, "answers"), strings.Repeat(docPassword+"\n", 4), 0o600)
	return w
}

const docManifest = `apiVersion: v1
kind: ConfigMap
metadata:
  name: mi
data:
  deployment.toml: |
    [keystore.primary]
    file_name = "repository/resources/security/primary.p12"
    pasword = "hunter2"
`

// certificatePEM is a certificate as an authority sends it.
func certificatePEM(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func textOf(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func writeFile(t *testing.T, name, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	writeFile(t, to, textOf(t, from), 0o644)
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// TestDocumentedOptions holds what the prose of the pages names to the command line: "mi-kscheck check --fix" and "--fix".
func TestDocumentedOptions(t *testing.T) {
	known := map[string]bool{"--help": true}
	var collect func(c *cobra.Command)
	collect = func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
		for _, sub := range c.Commands() {
			collect(sub)
		}
	}
	root := newRoot(deferCollection())
	root.InitDefaultCompletionCmd()
	collect(root)
	spans := 0
	for page, source := range documents(t) {
		tree := goldmark.DefaultParser().Parse(text.NewReader(source))
		err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			span, ok := n.(*ast.CodeSpan)
			if !ok || !entering {
				return ast.WalkContinue, nil
			}
			var words string
			for c := span.FirstChild(); c != nil; c = c.NextSibling() {
				if part, ok := c.(*ast.Text); ok {
					words += string(part.Segment.Value(source)) + " "
				}
			}
			fields := strings.Fields(words)
			switch {
			case len(fields) > 1 && fields[0] == "mi-kscheck":
				spans++
				root := newRoot(deferCollection())
				root.InitDefaultCompletionCmd()
				c, rest, err := root.Find(fields[1:])
				if err == nil && c == root {
					err = errors.New("there is no such command")
				}
				if err == nil {
					err = c.ParseFlags(rest)
				}
				if err != nil && !strings.Contains(err.Error(), "help requested") {
					t.Errorf("%s: `%s`: %v", page, strings.TrimSpace(words), err)
				}
			case len(fields) > 0 && strings.HasPrefix(fields[0], "--") && len(fields[0]) > 2 && !strings.Contains(page, "comparison"):
				spans++
				if name, _, _ := strings.Cut(fields[0], "="); !known[name] {
					t.Errorf("%s: there is no option `%s`", page, fields[0])
				}
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if spans < 30 {
		t.Errorf("only %d commands and options were found", spans)
	}
}
