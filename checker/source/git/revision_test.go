package git_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// A revision's .gitignore files are heeded as git heeds them, whatever those of the work tree say now.
func TestIgnoresOf(t *testing.T) {
	dir := repository(t)
	write(t, dir, ".gitignore", "/out/\n*.bak\n!keep.bak\ndir with blanks/\n\\#odd\n")
	write(t, dir, "sub/.gitignore", "*.x\n!y.x\n/deep/\n")
	command(t, dir, "add", "-A")
	command(t, dir, "commit", "-q", "-m", "first")
	names := []string{
		"out/x", "out/y/z", "new/out/x", "a.bak", "keep.bak", "sub/a.bak", "sub/a.x", "sub/y.x", "a.x", "sub/deep/z", "sub/other/deep/z",
		"dir with blanks/x", "#odd", ":(glob)**", "line\nbreak.bak", "ünï.bak", "new/x",
	}
	want := map[string]bool{}
	for _, name := range names {
		write(t, dir, filepath.Join(name, "file"), "") // what git says of folders needs them to be there
		cmd := exec.Command("git", "check-ignore", "-q", "--no-index", "--", "./"+name)
		cmd.Dir = dir
		want[name] = cmd.Run() == nil
	}
	write(t, dir, ".gitignore", "*\n")
	write(t, dir, "sub/.gitignore", "")
	r := git.At(dir)
	defer r.Close()
	commit, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.IgnoresOf(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	for _, name := range names {
		got, err := g.Ignored(name + "/file")
		if err != nil || got != want[name] {
			t.Errorf("%q: %v %v, git says %v", name, got, err, want[name])
		}
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if _, err := g.Ignored("x"); err == nil {
		t.Error("it answers after it was closed")
	}
}

// A name means one commit, or is refused.
func TestResolve(t *testing.T) {
	dir := repository(t)
	command(t, dir, "commit", "-q", "-m", "first")
	first := command(t, dir, "rev-parse", "HEAD")
	command(t, dir, "branch", "topic")
	command(t, dir, "commit", "-q", "--allow-empty", "-m", "second")
	second := command(t, dir, "rev-parse", "HEAD")
	command(t, dir, "update-ref", "refs/remotes/origin/main", first)
	r := git.At(dir)
	defer r.Close()
	for _, ref := range []string{"topic", "refs/heads/topic", "origin/main", "refs/remotes/origin/main", "HEAD~1", "HEAD^", first, first[:10], "main~1"} {
		if got, err := r.Resolve(t.Context(), ref); err != nil || got != first {
			t.Errorf("%s: %s %v", ref, got, err)
		}
	}
	for _, ref := range []string{"", "nowhere", "--all", "-x", "HEAD:conf", "a b", "HEAD\nHEAD", "HEAD:", "refs/heads/*", "@{u}"} {
		if got, err := r.Resolve(t.Context(), ref); !errors.Is(err, git.ErrNoRevision) {
			t.Errorf("%q: %s %v", ref, got, err)
		}
	}
	// A tag or a branch that someone pushed does not take the place of what was meant.
	command(t, dir, "tag", "origin/main", "HEAD")
	command(t, dir, "tag", "same", first)
	command(t, dir, "branch", "same", first)
	for _, ref := range []string{"origin/main", "origin/main~0"} {
		if got, err := r.Resolve(t.Context(), ref); !errors.Is(err, git.ErrAmbiguous) {
			t.Errorf("%q: %s %v", ref, got, err)
		}
	}
	if got, err := r.Resolve(t.Context(), "same"); err != nil || got != first {
		t.Error(got, err)
	}
	if got, err := r.Resolve(t.Context(), "refs/remotes/origin/main"); err != nil || got != first {
		t.Error(got, err)
	}

	// Nor may a branch stand before the commit that an abbreviation names; one that only looks like an abbreviation may.
	short := first[:8]
	if got, err := r.Resolve(t.Context(), short); err != nil || got != first {
		t.Error(got, err)
	}
	command(t, dir, "branch", short, second)
	if got, err := r.Resolve(t.Context(), short); !errors.Is(err, git.ErrAmbiguous) {
		t.Errorf("%q: %s %v", short, got, err)
	}
	if got, err := r.Resolve(t.Context(), "refs/heads/"+short); err != nil || got != second {
		t.Error(got, err)
	}
	command(t, dir, "branch", "beefbeefbeef", first)
	if got, err := r.Resolve(t.Context(), "beefbeefbeef"); err != nil || got != first {
		t.Error(got, err)
	}
}
