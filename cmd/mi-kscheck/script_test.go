package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mi-kscheck": main})
}

// TestSession runs the sessions of testdata/script: one a promise of the command line, to be read like a user's terminal.
// In each, $DEMO is a copy of the demo project, $CLEAN a copy of the home that follows every recommendation with its
// variables in $CLEAN.env, $DOCS the documentation, $SHARED the test material beside the repository, and $NOW a time at which the certificates of both are valid.
func TestSession(t *testing.T) {
	fixtures, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	shared := filepath.Join(fixtures, "../../shared")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			// Only what a session names is set: neither the variables of who runs the tests nor their git configuration.
			e.Setenv("NOW", "2026-03-01T00:00:00Z")
			e.Setenv("DEMO", filepath.Join(e.WorkDir, "demo"))
			e.Setenv("CLEAN", filepath.Join(e.WorkDir, "clean"))
			e.Setenv("SHARED", shared)
			e.Setenv("DOCS", filepath.Join(fixtures, "../docs"))
			for name, value := range map[string]string{
				"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org",
				"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org",
			} {
				e.Setenv(name, value)
			}
			if err := os.CopyFS(filepath.Join(e.WorkDir, "demo"), os.DirFS(filepath.Join(fixtures, "demo"))); err != nil {
				return err
			}
			if err := os.CopyFS(filepath.Join(e.WorkDir, "clean"), os.DirFS(filepath.Join(fixtures, "homes/clean"))); err != nil {
				return err
			}
			env, err := os.ReadFile(filepath.Join(fixtures, "homes/clean.env"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "clean.env"), env, 0o644)
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "git":
				_, err := exec.LookPath("git")
				return err == nil, nil
			case "shared":
				_, err := os.Stat(shared)
				return err == nil, nil
			case "root":
				return os.Geteuid() == 0, nil
			case "devfull":
				_, err := os.Stat("/dev/full")
				return err == nil, nil
			}
			return false, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit":    exitCode,
			"replace": replace,
			"pack":    pack,
			"sign":    signBundle,
			"located": located,
			"origins": origins,
		},
	})
}

// exitCode is "exit CODE COMMAND …": the command must end with this very code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND [ARGUMENT ...]")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("exit: %v", err)
	}
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var status *exec.ExitError
	if err != nil {
		var ok bool
		if status, ok = err.(*exec.ExitError); !ok { //nolint:errorlint // testscript hands it through
			ts.Fatalf("exit: %v", err)
		}
		got = status.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// replace is "replace FILE OLD NEW": a change in an editor. "\n" in NEW is a line break.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	if !strings.Contains(string(b), args[1]) {
		ts.Fatalf("replace: %s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(b), args[1], strings.ReplaceAll(args[2], `\n`, "\n"))), 0o644))
}
