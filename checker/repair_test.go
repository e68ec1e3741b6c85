package checker_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// TestRepair runs the commands of each rule's finding in a home that has the fault, answers keytool's prompts, has an
// authority of the test sign the requests, writes into deployment.toml what the comments say, and looks again: the finding is
// gone, and no other error or warning has come.
func TestRepair(t *testing.T) {
	if testing.Short() {
		t.Skip("runs keytool")
	}
	for _, program := range []string{"keytool", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is needed", program)
			}
			t.Skipf("%s is needed", program)
		}
	}
	for _, c := range repairs {
		t.Run(c.rule+c.name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t)
			c.fault(h)
			h.write()
			if h.prepare != nil {
				h.prepare()
			}
			before := h.check()
			i := slices.IndexFunc(before, func(f finding.Finding) bool { return f.Rule.ID == c.rule })
			if i < 0 {
				t.Fatalf("the home has no finding of %s, only %v", c.rule, ids(before))
			}
			if len(before[i].Commands) == 0 {
				t.Fatalf("no commands: %s", before[i].Message)
			}
			for _, cmd := range before[i].Commands {
				h.run(cmd)
			}
			h.write()
			after := h.check()
			for _, f := range after {
				if f.Rule.ID == c.rule {
					t.Errorf("the finding is still there: %s", f.Message)
				} else if f.Level.Rank() > 1 && !slices.Contains(ids(before), f.Rule.ID) {
					t.Errorf("the repair has brought %s: %s", f.Rule.ID, f.Message)
				}
			}
		})
	}
}

func ids(fs []finding.Finding) []string {
	var all []string
	for i := range fs {
		all = append(all, fs[i].Rule.ID)
	}
	return all
}

// TestNoCommandNamesWhatIsHidden looks at commands in homes whose path or alias comes by a variable, or is hostile.
func TestNoCommandNamesWhatIsHidden(t *testing.T) {
	for name, c := range map[string]struct {
		alias, shown string // as the store has it, as the file writes it
		file         string
		want         []string // the alias in the commands
	}{
		"plain":         {"api", "api", "", []string{"api"}},
		"by a variable": {"hidden-alias", "$env{ALIAS}", "", nil},
		"a path hidden": {"api", "api", "$env{STORE}", nil},
		"an option":     {"-j-version", "-j-version", "", []string{"-j-version"}},
		"shell":         {"a'; rm -rf $(pwd) `x` \n#", "a'; rm -rf $(pwd) `x` \\n#", "", []string{"a'; rm -rf $(pwd) `x` \n#"}},
		"arguments":     {"@file", "@file", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			h.primary().alias = c.shown
			h.primary().entries = []entry{keyEntry(c.alias, selfSigned(rsaKey(), serverTemplate()))}
			if c.file != "" {
				h.primary().shownFile = c.file
			}
			h.env["ALIAS"], h.env["STORE"] = secret.New(c.alias), secret.New(h.primary().file)
			h.write()
			fs := h.check()
			i := slices.IndexFunc(fs, func(f finding.Finding) bool { return f.Rule.ID == "MIKS301" })
			if i < 0 {
				t.Fatalf("no MIKS301 among %v", ids(fs))
			}
			if got := len(fs[i].Commands) > 0; got != (c.want != nil) {
				t.Errorf("commands: %v", fs[i].Commands)
			}
			for _, cmd := range fs[i].Commands {
				if !slices.Contains(cmd.Argv, c.want[0]) {
					t.Errorf("the alias is no argument of its own in %q", cmd.Argv)
				}
				out, err := exec.Command("sh", "-c", "for a; do :; done; printf '%s\\0' "+report.ShellQuote(cmd.Argv)).Output() //nolint:gosec // what is under test
				if err != nil || string(out) != strings.Join(cmd.Argv, "\x00")+"\x00" {
					t.Errorf("a shell reads %q as %q (%v)", cmd.Argv, out, err)
				}
			}
			for _, f := range fs {
				for _, cmd := range f.Commands {
					if text := strings.Join(cmd.Argv, " "); c.want == nil && strings.Contains(text, c.alias) && name != "a path hidden" {
						t.Errorf("%s names what is hidden: %s", f.Rule.ID, text)
					}
				}
			}
		})
	}
}

// run executes one command as a user would who has the passwords at hand, and does what its comment says.
func (h *home) run(c finding.Command) {
	h.t.Helper()
	arg := func(name string) string {
		if i := slices.Index(c.Argv, name); i >= 0 && i+1 < len(c.Argv) {
			return c.Argv[i+1]
		}
		return ""
	}
	if c.Argv[0] != "keytool" {
		h.shell(report.ShellQuote(c.Argv))
		return
	}
	store := arg("-keystore")
	s := h.storeAt(store)
	var answers []string
	switch command := c.Argv[1]; command {
	case "-genkeypair":
		s = h.newStore(c, store)
		s.alias = arg("-alias")
		answers = []string{s.password, s.password}
	case "-importkeystore":
		from := *h.storeAt(arg("-srckeystore"))
		s = h.newStore(c, arg("-destkeystore"))
		answers = []string{s.password, s.password, from.password, from.keyPassword, from.keyPassword}
	case "-storepasswd":
		old := s.password
		s.password, s.clear = "Changed-for-the-test-1", false
		answers = []string{old, s.password, s.password}
		if s.format != "JKS" {
			s.keyPassword = s.password
		}
	case "-keypasswd":
		answers = []string{s.password}
		if real := cmp.Or(s.keyReal, s.keyPassword); real != s.password {
			answers = append(answers, real)
		}
		answers = append(answers, s.password, s.password)
		h.keysDone = append(h.keysDone, s)
	case "-importcert":
		h.deliver(arg("-file"), arg("-alias"))
		answers = []string{s.password, "yes", "yes"}
		if s.keyPassword != "" && s.keyPassword != s.password {
			answers = []string{s.password, s.keyPassword, "yes", "yes"}
		}
	case "-certreq", "-selfcert", "-delete", "-exportcert":
		answers = []string{s.password, s.keyPassword}
	default:
		h.t.Fatalf("a command that the test does not know: %q", c.Argv)
	}
	line := report.ShellQuote(c.Argv)
	for _, x := range []string{s.password, s.keyPassword} {
		if x != "" && x != arg("-alias") && strings.Contains(line, x) {
			h.t.Errorf("a password stands on the command line: %s", line)
		}
	}
	h.shell(line, answers...)
	for _, s := range h.keysDone {
		s.keyPassword, s.keyClear = s.password, false
	}
	h.keysDone = nil
}

// shell runs a line in the home, with answers to what it asks.
func (h *home) shell(line string, answers ...string) {
	h.t.Helper()
	cmd := exec.Command("sh", "-c", line) //nolint:gosec // what is under test
	cmd.Dir = h.dir
	cmd.Stdin = strings.NewReader(strings.Join(answers, "\n") + "\n")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "LC_ALL=C.UTF-8", "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"}
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%s\n%v\n%s", line, err, out)
	}
}

var sectionNamed = regexp.MustCompile(`\[([a-z._]+)\]`)

// newStore gives the section that the comment names a new store.
func (h *home) newStore(c finding.Command, file string) *part {
	h.t.Helper()
	m := sectionNamed.FindStringSubmatch(c.Comment)
	if m == nil {
		h.t.Fatalf("the comment names no section: %s", c.Comment)
	}
	i := slices.IndexFunc(h.sections, func(s *part) bool { return s.name == m[1] })
	if i < 0 {
		h.sections = append(h.sections, &part{name: m[1]})
		i = len(h.sections) - 1
	}
	s := h.sections[i]
	s.file, s.format, s.kind, s.entries, s.clear, s.keyClear = file, "PKCS12", "PKCS12", nil, false, false
	s.password = "New-only-for-the-test-2"
	s.keyPassword = s.password
	return s
}

func (h *home) storeAt(file string) *part {
	for _, s := range h.sections {
		if s.file == file {
			return s
		}
	}
	return &part{}
}

// deliver is the authority: it signs the request that lies there, or hands out the chain of an entry or its own certificate.
func (h *home) deliver(file, alias string) {
	h.t.Helper()
	name := filepath.Join(h.dir, file)
	if _, err := os.Stat(name); err == nil {
		return
	}
	switch csr, err := os.ReadFile(strings.TrimSuffix(name, ".pem") + ".csr"); {
	case file == "ca.pem":
		write(h.t, name, toPEM(h.ca.cert))
	case err == nil:
		write(h.t, name, h.ca.sign(h.t, csr))
	default:
		write(h.t, name, h.chains[alias])
	}
}
