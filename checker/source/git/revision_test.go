package git_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// A clone that lacks objects on purpose is told from one that lost them, and from a shallow one, which lacks commits only.
func TestPartial(t *testing.T) {
	whole := repository(t)
	write(t, whole, "a", "text")
	command(t, whole, "add", ".")
	command(t, whole, "commit", "-q", "-m", "first")
	command(t, whole, "config", "uploadpack.allowFilter", "true")
	clone := func(args ...string) string {
		dir := filepath.Join(t.TempDir(), "clone")
		command(t, whole, append(append([]string{"clone", "-q"}, args...), "file://"+whole, dir)...)
		return dir
	}
	damaged := clone()
	if err := os.RemoveAll(filepath.Join(damaged, ".git", "objects", "pack")); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{whole: false, damaged: false, clone("--depth", "1"): false, clone("--filter=blob:none"): true} {
		if got := git.At(dir).Partial(t.Context()); got != want {
			t.Errorf("%s: %v", dir, got)
		}
	}
}

// Who wrote a line is found where the repository's configuration makes git blame fail, of shallow clones and with SHA-256, too.
func TestBlameUnderConfiguration(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		dir := filepath.Join(t.TempDir(), "r")
		command(t, t.TempDir(), "init", "-q", "--object-format="+format, dir)
		write(t, dir, "a", "one\ntwo\n")
		command(t, dir, "add", ".")
		command(t, dir, "commit", "-q", "-m", "first")
		command(t, dir, "commit", "-q", "--allow-empty", "-m", "second")
		shallow := filepath.Join(t.TempDir(), "s")
		command(t, dir, "clone", "-q", "--depth", "1", "file://"+dir, shallow)
		for _, d := range []string{dir, shallow} {
			want, err := git.At(d).Blame(t.Context(), "a")
			if err != nil || len(want) != 2 {
				t.Fatalf("%v %v", want, err)
			}
			command(t, d, "config", "blame.ignoreRevsFile", "nowhere")
			got, err := git.At(d).Blame(t.Context(), "a")
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v %v, not %v", format, got, err, want)
			}
		}
	}
}
