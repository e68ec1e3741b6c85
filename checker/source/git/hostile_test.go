package git_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// TestHostile plants in a repository whatever could make git start a program, and calls everything.
func TestHostile(t *testing.T) {
	dir := repository(t)
	command(t, dir, "commit", "-qm", "first")
	proof := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$0 $*\" >> "+proof+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	hooks := filepath.Join(dir, "hooks")
	for _, hook := range []string{"post-index-change", "fsmonitor-watchman", "pre-auto-gc", "post-checkout", "reference-transaction", "query-watchman"} {
		write(t, dir, "hooks/"+hook, "#!/bin/sh\necho "+hook+" >> "+proof+"\n")
		if err := os.Chmod(filepath.Join(hooks, hook), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, ".gitattributes", "* filter=evil diff=evil merge=evil\n")
	command(t, dir, "add", ".gitattributes")
	command(t, dir, "update-index", "--fsmonitor") // so that the index itself asks for the monitor
	missing := strings.Repeat("ab", 20)
	excludes := filepath.Join(t.TempDir(), "excludes")
	if err := os.WriteFile(excludes, []byte("new\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	config := `
[core]
	fsmonitor = ` + script + `
	hooksPath = ` + hooks + `
	sshCommand = ` + script + `
	pager = ` + script + `
	editor = ` + script + `
	askPass = ` + script + `
	gitProxy = ` + script + `
	alternateRefsCommand = ` + script + `
	attributesFile = /dev/zero
	excludesFile = ` + excludes + `
	worktree = /etc
	untrackedCache = true
[pager]
	diff = ` + script + `
	ls-files = ` + script + `
[alias]
	ls-files = !` + script + `
[diff]
	external = ` + script + `
	relative = true
[diff "evil"]
	textconv = ` + script + `
	command = ` + script + `
[filter "evil"]
	clean = ` + script + `
	smudge = ` + script + `
	process = ` + script + `
	required = true
[credential]
	helper = !` + script + `
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::` + script + ` %S
	promisor = true
	partialCloneFilter = blob:none
	uploadpack = ` + script + `
[uploadpack]
	packObjectsHook = ` + script + `
[submodule]
	recurse = true
[trace2]
	normalTarget = ` + proof + `
`
	f, err := os.OpenFile(filepath.Join(dir, ".git/config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(config); err != nil {
		t.Fatal(err)
	}
	f.Close()
	write(t, dir, "conf/deployment.toml", "changed") // so that a comparison with the work tree would filter it

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	repo := git.At(dir)
	defer repo.Close()
	if on, err := repo.Tracked(ctx, "conf/deployment.toml"); !on || err != nil {
		t.Errorf("tracked: %v, %v", on, err)
	}
	if on, err := repo.Ignored(ctx, "out/deep/deployment.toml"); !on || err != nil {
		t.Errorf("ignored: %v, %v", on, err)
	}
	if on, err := repo.Ignored(ctx, "new/deployment.toml"); on || err != nil {
		t.Errorf("ignored by a list that other users do not have: %v, %v", on, err)
	}
	if names, err := repo.Staged(ctx); err != nil || !slices.Equal(names, []string{".gitattributes"}) {
		t.Errorf("staged: %q, %v", names, err)
	}
	if id, err := repo.Head(ctx); id == "" || err != nil {
		t.Errorf("head: %q, %v", id, err)
	}
	entries, err := repo.Index(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name == "conf/deployment.toml" {
			if data, err := repo.Blob(ctx, e.ID, 100); string(data) != "first" || err != nil {
				t.Errorf("blob: %q, %v", data, err)
			}
		}
	}
	if _, err := repo.Blob(ctx, missing, 100); err == nil {
		t.Error("a missing blob was found")
	}
	if out, err := os.ReadFile(proof); err == nil {
		t.Errorf("the repository made git run:\n%s", out)
	}
	// The trap is a trap: called as usual, git runs it.
	cmd := exec.CommandContext(t.Context(), "git", "status")
	cmd.Dir = dir
	_ = cmd.Run()
	if _, err := os.ReadFile(proof); err != nil {
		t.Error("nothing of what was planted works, so that this test shows nothing")
	}
}
