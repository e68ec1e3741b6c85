package report

import (
	"os/exec"
	"strings"
	"testing"
)

func TestShellQuote(t *testing.T) {
	for _, c := range []struct {
		argv []string
		want string
	}{
		{[]string{"keytool", "-list", "-keystore", "a/b.jks"}, "keytool -list -keystore a/b.jks"},
		{[]string{"a b", "it's", "", "$x", "~"}, `'a b' 'it'\''s' '' '$x' '~'`},
		{[]string{"a=b", "*", ";", "!!"}, `'a=b' '*' ';' '!!'`},
		{[]string{"::error::"}, `'::error::'`},
		{[]string{"x\x1by"}, `"$(printf 'x\033y')"`},
	} {
		if got := ShellQuote(c.argv); got != c.want {
			t.Errorf("%q: %s, want %s", c.argv, got, c.want)
		}
	}
}

// TestShellReadsItBack asks a real shell.
func TestShellReadsItBack(t *testing.T) {
	shells := []string{"sh", "bash"}
	for name, s := range hostileStrings() {
		if strings.Contains(s, "\x00") {
			continue // no argument of a process can hold one
		}
		for _, arg := range []string{s, "-x" + s, "%d\\" + s + "'", s + "%s \x1b\\n"} {
			if len(arg) > 60<<10 {
				continue // over what an argument may have once it is escaped
			}
			line := ShellQuote([]string{"printf", "%s|", arg, "end"})
			if at := unfit(line); at != "" {
				t.Errorf("%s: %s in %.200q", name, at, line)
			}
			for _, shell := range shells {
				path, err := exec.LookPath(shell)
				if err != nil {
					continue
				}
				if shell == "sh" && strings.HasSuffix(arg, "\n") {
					continue // see ShellQuote: needs a newer shell than dash
				}
				cmd := exec.CommandContext(t.Context(), path)
				cmd.Stdin = strings.NewReader(line)
				got, err := cmd.Output()
				if err != nil || string(got) != arg+"|end|" {
					t.Errorf("%s: %s reads %.200q from %.200q (%v)", name, shell, got, line, err)
				}
			}
		}
	}
	out, err := exec.CommandContext(t.Context(), "bash", "-c", ShellQuote([]string{"printf", "%s|", "a'\\\n\n"})).Output()
	if err == nil && string(out) != "a'\\\n\n|" {
		t.Errorf("bash reads %q", out)
	}
}
