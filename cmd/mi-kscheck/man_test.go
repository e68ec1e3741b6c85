package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

//go:generate go test . -run TestManPages -update

var update = flag.Bool("update", false, "write the man pages anew")

const manDir = "../../docs/man"

// roff escapes text for a man page: nothing in it is a request or an escape, and a hyphen stays one that can be copied.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`).Replace(s)
	var b strings.Builder
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, ".") {
			b.WriteString(`\&`)
		}
		for _, r := range line {
			if r < 0x80 {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, `\[u%04X]`, r)
			}
		}
	}
	return b.String()
}

// manPage is a command's page. It holds neither date nor version, so that it changes only with what it says.
func manPage(c *cobra.Command) []byte {
	var b bytes.Buffer
	name := manName(c)
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p(".\\\" Made from the program's own help by go generate ./cmd/mi-kscheck.\n.TH %s 1 \"\" \"mi\\-kscheck\" \"User Commands\"\n", strings.ToUpper(roff(name)))
	p(".SH NAME\n%s \\- %s\n", roff(name), roff(lowerFirst(c.Short)))
	p(".SH SYNOPSIS\n")
	if c.Runnable() {
		p(".B %s\n%s\n", roff(c.CommandPath()), roff(strings.TrimPrefix(c.UseLine(), c.CommandPath()+" ")))
	} else {
		p(".B %s\nCOMMAND [flags]\n", roff(c.CommandPath()))
	}
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	p(".SH DESCRIPTION\n")
	indented, paragraph := false, false
	for line := range strings.Lines(strings.TrimSpace(long)) {
		text := strings.TrimRight(line, "\n")
		if inner := strings.TrimLeft(text, " \t"); inner != text && inner != "" { // an example stands as it is
			if !indented {
				p(".PP\n.RS 4\n.nf\n")
			}
			indented, paragraph = true, false
			p("%s\n", roff(inner))
			continue
		}
		if indented {
			p(".fi\n.RE\n")
			indented = false
		}
		if text == "" {
			paragraph = true
			continue
		}
		if paragraph {
			p(".PP\n")
			paragraph = false
		}
		p("%s\n", roff(text))
	}
	if indented {
		p(".fi\n.RE\n")
	}
	if c.HasAvailableSubCommands() {
		p(".SH COMMANDS\n")
		for _, sub := range documented(c) {
			p(".TP\n.B %s\n%s\n", roff(sub.Name()), roff(sub.Short))
		}
	}
	if c.LocalFlags().HasAvailableFlags() {
		p(".SH OPTIONS\n")
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			value, usage := pflag.UnquoteUsage(f)
			short := ""
			if f.Shorthand != "" {
				short = `\fB\-` + f.Shorthand + `\fR, `
			}
			p(".TP\n%s\\fB\\-\\-%s\\fR", short, roff(f.Name))
			if value != "" {
				p(" \\fI%s\\fR", roff(value))
			}
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" && f.DefValue != "0s" {
				usage += fmt.Sprintf(" (default %s)", f.DefValue)
			}
			p("\n%s\n", roff(usage))
		})
	}
	if c.Name() == "mi-kscheck" || c.Name() == "check" {
		p(`.SH EXIT STATUS
.TP
.B 0
nothing to report at or above \fB\-\-fail\-on\fR
.TP
.B 1
findings
.TP
.B 2
a wrong option, configuration or policy
.TP
.B 3
the job could not be done, or not whole: no target, a file that could not be read, a report that could not be written
.SH FILES
.TP
.I .mi\-kscheck.toml
the configuration, in the folder that is checked or above it
`)
	}
	p(".SH SEE ALSO\n")
	var see []string
	if c.HasParent() {
		see = append(see, manName(c.Parent()))
	}
	for _, sub := range documented(c) {
		see = append(see, manName(sub))
	}
	for i, s := range see {
		end := ","
		if i == len(see)-1 {
			end = ""
		}
		p(".BR %s (1)%s\n", roff(s), end)
	}
	return b.Bytes()
}

func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// documented are the commands below one that have a page of their own.
func documented(c *cobra.Command) []*cobra.Command {
	var commands []*cobra.Command
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			commands = append(commands, sub)
		}
	}
	return commands
}

// manPages are the pages of all commands by file name.
func manPages() map[string][]byte {
	root := newRoot(deferCollection())
	root.InitDefaultCompletionCmd()
	pages := map[string][]byte{}
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		pages[manName(c)+".1"] = manPage(c)
		for _, sub := range documented(c) {
			if c.Name() != "completion" { // a page for each shell would say one thing four times
				add(sub)
			}
		}
	}
	add(root)
	return pages
}

// The man pages that are committed, and packed into releases, are what the program's help says.
func TestManPages(t *testing.T) {
	pages := manPages()
	if *update {
		if err := os.RemoveAll(manDir); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range pages {
		file := filepath.Join(manDir, name)
		if *update {
			writeFile(t, file, string(page), 0o644)
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, page) {
			t.Errorf("%s is not current: run 'go generate ./cmd/mi-kscheck' (%v)", file, err)
		}
	}
	committed, err := filepath.Glob(filepath.Join(manDir, "*"))
	if err != nil || len(committed) != len(pages) {
		t.Errorf("%d pages in %s, want %d (%v)", len(committed), manDir, len(pages), err)
	}
}

// needed gives a program's path, and ends the test where it is missing.
func needed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is needed", program)
		}
		t.Skipf("%s is needed", program)
	}
	return path
}

// What man shows: no page makes groff or mandoc complain, and an option reads as one types it.
func TestManPagesRender(t *testing.T) {
	for name, tool := range map[string][]string{
		"groff":  {"groff", "-man", "-Tutf8", "-ww", "-b", "-rF0", "-P-c"},
		"mandoc": {"mandoc", "-Tlint", "-Wwarning"},
	} {
		t.Run(name, func(t *testing.T) {
			needed(t, tool[0])
			for page, text := range manPages() {
				c := exec.Command(tool[0], tool[1:]...)
				c.Stdin = bytes.NewReader(text)
				var complaints bytes.Buffer
				c.Stderr = &complaints
				out, err := c.Output()
				if name == "mandoc" { // what it has to say is its output
					// It has no date on purpose, like many pages of GNU.
					out = bytes.Join(withoutLines(out, "missing date"), nil)
					if len(out) > 0 {
						t.Errorf("%s: %s", page, out)
					}
					continue
				}
				if err != nil || complaints.Len() > 0 {
					t.Errorf("%s: %v\n%s", page, err, complaints.Bytes())
				}
				if page == "mi-kscheck-check.1" {
					for _, wanted := range []string{"--fail-on LEVEL", "-f, --format FORMAT[=FILE]", "EXIT STATUS", "$env{NAME}", "mi-kscheck(1)", ".mi-kscheck.toml"} {
						if !strings.Contains(plain(string(out)), wanted) {
							t.Errorf("%s does not show %q:\n%s", page, wanted, plain(string(out)))
						}
					}
				}
			}
		})
	}
}

// A text can neither be a request nor an escape of roff.
func TestRoff(t *testing.T) {
	for in, want := range map[string]string{".so /etc/passwd": `\&.so /etc/passwd`, `a\fBb`: `a\efBb`, "'br\n.x": "\\(aqbr\n\\&.x", "--env": `\-\-env`, "a…": `a\[u2026]`} {
		if got := roff(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func withoutLines(text []byte, word string) [][]byte {
	var kept [][]byte
	for line := range bytes.Lines(text) {
		if !bytes.Contains(line, []byte(word)) {
			kept = append(kept, line)
		}
	}
	return kept
}

// plain is what groff prints without overstriking.
func plain(s string) string {
	var out []rune
	for _, r := range s {
		if r == '\b' && len(out) > 0 {
			out = out[:len(out)-1]
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// Each shell takes the script that it is given, and bash completes by it.
func TestCompletions(t *testing.T) {
	for shell, check := range map[string][]string{
		"bash": {"bash", "-n"}, "zsh": {"zsh", "-n"}, "fish": {"fish", "--no-execute"},
	} {
		t.Run(shell, func(t *testing.T) {
			needed(t, check[0])
			script := filepath.Join(t.TempDir(), "completion")
			out, err := exec.Command("mi-kscheck", "completion", shell).Output()
			if err != nil || len(out) == 0 {
				t.Fatalf("%v\n%s", err, out)
			}
			writeFile(t, script, string(out), 0o644)
			if said, err := exec.Command(check[0], append(check[1:], script)...).CombinedOutput(); err != nil || len(said) > 0 {
				t.Errorf("%v\n%s", err, said)
			}
			var complete *exec.Cmd
			switch shell {
			case "fish":
				complete = exec.Command("fish", "--no-config", "-c", `source $argv[1]; complete -C "mi-kscheck check --format gitl"`, script)
			case "bash": // without the package bash-completion two of its functions are missing
				complete = exec.Command("bash", "--norc", "-c", `_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}; }
__ltrim_colon_completions() { :; }
source "$0"; COMP_WORDS=(mi-kscheck check --format gitl) COMP_CWORD=3 COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
__start_mi-kscheck; printf '%s\n' "${COMPREPLY[@]}"`, script)
			default:
				return
			}
			complete.Env = append(os.Environ(), "HOME="+t.TempDir())
			said, err := complete.Output()
			var status *exec.ExitError
			if errors.As(err, &status) {
				t.Fatalf("%v\n%s%s", err, said, status.Stderr)
			}
			if !strings.Contains(string(said), "gitlab") || !strings.Contains(string(said), "gitlab-sast") || strings.Contains(string(said), "junit") {
				t.Errorf("it offers %q", said)
			}
		})
	}
}
