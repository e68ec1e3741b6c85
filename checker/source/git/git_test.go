package git_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// command runs git as a user would, with a configuration of its own.
func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// repository makes a repository with a tracked, an ignored and an untracked file.
func repository(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git program here")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	command(t, dir, "init", "-q")
	write(t, dir, ".gitignore", "/out/\n*.bak\n")
	write(t, dir, "conf/deployment.toml", "first")
	command(t, dir, "add", "-A")
	write(t, dir, "out/deep/deployment.toml", "ignored")
	write(t, dir, "conf/x.bak", "ignored")
	write(t, dir, "new/deployment.toml", "untracked")
	return dir
}

func TestRoot(t *testing.T) {
	dir := repository(t)
	if got, ok := git.Root(filepath.Join(dir, "conf")); !ok || got != dir {
		t.Errorf("Root = %q, %v", got, ok)
	}
	for name, make := range map[string]func(dir string){
		"nothing":        func(string) {},
		"an empty .git":  func(dir string) { write(t, dir, ".git", "") },
		"a folder .git":  func(dir string) { write(t, dir, ".git/config", "") },
		"a .git in .git": func(dir string) { write(t, dir, ".git/.git", "gitdir: x") },
	} {
		other := t.TempDir()
		make(other)
		if got, ok := git.Root(other); ok {
			t.Errorf("%s: a repository at %q", name, got)
		}
	}
	linked := t.TempDir()
	write(t, linked, ".git", "gitdir: /somewhere/.git/worktrees/x\n")
	if _, ok := git.Root(linked); !ok {
		t.Error("a linked work tree is not found")
	}
}

func TestTrackedAndIgnored(t *testing.T) {
	repo := git.At(repository(t))
	for name, want := range map[string][2]bool{
		"conf/deployment.toml":     {true, false},
		"conf":                     {true, false},
		"conf/x.bak":               {false, true},
		"out/deep/deployment.toml": {false, true},
		"out/deep":                 {false, true},
		"out":                      {false, true},
		"new/deployment.toml":      {false, false},
		"new":                      {false, false},
		"no/such/file":             {false, false},
	} {
		tracked, err := repo.Tracked(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		ignored, err := repo.Ignored(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{tracked, ignored}; got != want {
			t.Errorf("%s: tracked, ignored = %v, want %v", name, got, want)
		}
	}
}

// A folder that is ignored by a rule of its own stays so although a file in it was added by force.
func TestIgnoredFolderWithTrackedFile(t *testing.T) {
	dir := repository(t)
	write(t, dir, "out/kept", "")
	command(t, dir, "add", "-f", "out/kept")
	repo := git.At(dir)
	for name, want := range map[string]bool{"out": true, "out/deep": true, "out/kept": false, "conf": false} {
		if got, err := repo.Ignored(t.Context(), name); err != nil || got != want {
			t.Errorf("%s: ignored = %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestStagedAndHead(t *testing.T) {
	dir := repository(t)
	repo := git.At(dir)
	head := func() string {
		t.Helper()
		id, err := repo.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	staged := func(want ...string) {
		t.Helper()
		got, err := repo.Staged(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	staged(".gitignore", "conf/deployment.toml")
	if id := head(); id != "" {
		t.Errorf("a commit %q before the first", id)
	}
	command(t, dir, "commit", "-qm", "first")
	staged()
	if id := head(); id != command(t, dir, "rev-parse", "HEAD") {
		t.Errorf("commit %q", id)
	}
	command(t, dir, "mv", "conf/deployment.toml", "conf/other name\n.toml")
	staged("conf/deployment.toml", "conf/other name\n.toml")
}

func TestIndexAndBlob(t *testing.T) {
	dir := repository(t)
	write(t, dir, "conf/deployment.toml", "not staged")
	if err := os.Symlink("deployment.toml", filepath.Join(dir, "conf/link")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "big", strings.Repeat("x", 1000))
	command(t, dir, "add", "conf/link", "big")
	repo := git.At(dir)
	defer repo.Close()
	entries, err := repo.Index(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]git.Entry{}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
		byName[e.Name] = e
	}
	if d := cmp.Diff([]string{".gitignore", "big", "conf/deployment.toml", "conf/link"}, names); d != "" {
		t.Error(d)
	}
	if !byName["conf/link"].Link || byName["big"].Link {
		t.Error("links are told wrongly")
	}
	read := func(id string, limit int64) (string, error) {
		data, err := repo.Blob(t.Context(), id, limit)
		return string(data), err
	}
	for range 3 {
		if got, err := read(byName["conf/deployment.toml"].ID, 100); got != "first" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if _, err := read(byName["big"].ID, 999); !errors.Is(err, git.ErrTooLarge) {
			t.Errorf("a blob above the limit: %v", err)
		}
		if got, err := read(byName["big"].ID, 1000); len(got) != 1000 || err != nil {
			t.Errorf("a blob at the limit: %d bytes, %v", len(got), err)
		}
		if _, err := read(strings.Repeat("0", 40), 100); err == nil {
			t.Error("a blob that is not there was read")
		}
		for _, id := range []string{"", "--help", "HEAD:.gitignore", ":conf/deployment.toml", byName["big"].ID + "\n" + byName["big"].ID} {
			if _, err := read(id, 5000); err == nil {
				t.Errorf("%q was taken for a blob", id)
			}
		}
	}
	if err := repo.Close(); err != nil {
		t.Error(err)
	}
	if err := repo.Close(); err != nil {
		t.Error(err)
	}
}

func TestConflict(t *testing.T) {
	dir := repository(t)
	command(t, dir, "commit", "-qm", "first")
	command(t, dir, "checkout", "-qb", "other")
	write(t, dir, "conf/deployment.toml", "theirs")
	command(t, dir, "commit", "-qam", "theirs")
	command(t, dir, "checkout", "-q", "main")
	write(t, dir, "conf/deployment.toml", "ours")
	command(t, dir, "commit", "-qam", "ours")
	cmd := exec.CommandContext(t.Context(), "git", "merge", "-q", "other")
	cmd.Dir = dir
	_ = cmd.Run() // it must fail
	entries, err := git.At(dir).Index(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(e git.Entry) bool { return e.Name == "conf/deployment.toml" })
	if i < 0 || !entries[i].Unmerged || len(entries) != 2 {
		t.Errorf("%+v", entries)
	}
}

func TestUseIndex(t *testing.T) {
	dir := repository(t)
	other := filepath.Join(dir, ".git", "next-index.lock")
	data, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, data, 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "later", "")
	command(t, dir, "add", "later")
	for _, file := range []string{other, ".git/next-index.lock"} {
		repo := git.At(dir)
		if !repo.UseIndex(file) {
			t.Fatalf("%q is not used", file)
		}
		if on, err := repo.Tracked(t.Context(), "later"); on || err != nil {
			t.Errorf("%q: the index of the commit under way is not the one read: %v", file, err)
		}
	}
	for _, file := range []string{"", "/etc/passwd", "../index", filepath.Join(t.TempDir(), ".git", "index")} {
		if git.At(dir).UseIndex(file) {
			t.Errorf("%q is used as index", file)
		}
	}
}

func TestForeignRepository(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a repository to another user")
	}
	dir := repository(t)
	for _, name := range []string{dir, filepath.Join(dir, ".git")} {
		if err := os.Chown(name, 4711, 4711); err != nil {
			t.Fatal(err)
		}
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	if _, err := git.At(dir).Tracked(t.Context(), "conf"); !errors.Is(err, git.ErrForeign) || !strings.Contains(err.Error(), "safe.directory") {
		t.Errorf("a repository of another user: %v", err)
	}
	write(t, home, ".gitconfig", "[safe]\n\tdirectory = "+dir+"\n")
	repo := git.At(dir)
	defer repo.Close()
	if on, err := repo.Tracked(t.Context(), "conf"); !on || err != nil {
		t.Errorf("one that the user declared safe: %v, %v", on, err)
	}
}

func TestNoProgram(t *testing.T) {
	dir := repository(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := git.At(dir).Tracked(t.Context(), "conf"); !errors.Is(err, git.ErrNoProgram) {
		t.Errorf("without git: %v", err)
	}
	if _, err := git.At(dir).Blob(t.Context(), "ab", 1); !errors.Is(err, git.ErrNoProgram) {
		t.Errorf("without git: %v", err)
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := git.At(repository(t)).Tracked(ctx, "conf"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A repository that is broken gives a reason and no more.
func TestBroken(t *testing.T) {
	dir := repository(t)
	write(t, dir, ".git/index", "garbage")
	if _, err := git.At(dir).Tracked(t.Context(), "conf"); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}
