package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is what this test needs of action.yml.
type action struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct {
		Using string
		Steps []struct {
			Name, Shell, Run, If, Uses string
			Env                        map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// No value of a pull request may become part of a script: each step takes what it needs from its environment.
func TestActionTakesValuesFromTheEnvironment(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatalf("%+v", a.Runs)
	}
	for name, i := range a.Inputs {
		if i.Description == "" {
			t.Errorf("input %s has no description", name)
		}
	}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %s has an expression in its script", s.Name)
		}
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("step %s names no shell", s.Name)
		}
	}
}

// The step that checks, run as the runner does, in a shallow clone of a pull request that waives its own fault: the base branch
// decides, and the exit code is the check's.
func TestActionOnAPullRequest(t *testing.T) {
	for _, program := range []string{"bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is needed", program)
		}
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "mi-kscheck")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	script := ""
	for _, s := range readAction(t).Runs.Steps {
		if s.Name == "Check" {
			script = s.Run
		}
	}
	bash := func(in, text string, env ...string) (string, int) {
		t.Helper()
		c := exec.Command("bash", "-c", text)
		c.Dir = in
		c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "RUNNER_TEMP=" + dir, "GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary.md")}, env...)
		out, err := c.CombinedOutput()
		if _, failed := err.(*exec.ExitError); err != nil && !failed { //nolint:errorlint // of this very call
			t.Fatal(err)
		}
		return string(out), c.ProcessState.ExitCode()
	}
	out, code := bash(dir, `set -e
git init -q -b main origin; cd origin
git config user.name a; git config user.email a@example.org; git config uploadpack.allowAnySHA1InWant true
printf '[keystore.primary]\npassword = "$env{P}"\n' >deployment.toml; git add .; git commit -qm base
git checkout -qb pr
printf '[keystore.primary]\n# mi-kscheck:ignore MIKS101 reason="trust me"\npassword = "wso2carbon"\n' >deployment.toml; git commit -qam pr
cd ..; git clone -q --depth=1 --branch pr "file://$PWD/origin" clone; cd clone
git fetch -q --no-tags --depth=1 origin "$(git -C ../origin rev-parse main)"`)
	if code != 0 {
		t.Fatal(out)
	}
	base, _ := bash(filepath.Join(dir, "origin"), "git rev-parse main")
	clone := filepath.Join(dir, "clone")
	run := func(event, paths, arguments string) (string, int) {
		return bash(clone, script, "BINARY="+binary, "PATHS="+paths, "FAIL_ON=", "ARGUMENTS="+arguments, "SARIF=out.sarif", "EVENT="+event, "TRUST_REF="+strings.TrimSpace(base))
	}
	out, code = run("pull_request", ".", "--only\nMIKS101")
	if code != 1 || !strings.Contains(out, "::error") || !strings.Contains(out, "MIKS101") {
		t.Errorf("a pull request waived its own fault: exit %d\n%s", code, out)
	}
	if summary, err := os.ReadFile(filepath.Join(dir, "summary.md")); err != nil || !strings.Contains(string(summary), "MIKS101") {
		t.Errorf("the summary of the job: %v\n%s", err, summary)
	}
	if out, code = run("push", ".", "--only\nMIKS101"); code != 0 {
		t.Errorf("on a branch of one's own the waiver holds: exit %d\n%s", code, out)
	}
	if out, code = run("push", "$(touch "+filepath.Join(dir, "owned")+")", ""); code != 3 {
		t.Errorf("a path that is none: exit %d\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("a path was run as a command")
	}
}
