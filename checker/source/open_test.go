package source_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// git runs git as a user would, with a configuration of its own.
func git(t testing.TB, dir string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git program here")
	}
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	return dir
}

// brief is what a test looks at of an Opened.
type brief struct {
	Root, Paths, URI string
	Repository       bool
}

func briefly(t testing.TB, base string, all []source.Opened) []brief {
	t.Helper()
	var out []brief
	for _, o := range all {
		t.Cleanup(func() { o.Close() })
		rel, err := filepath.Rel(base, o.Root)
		must(t, err)
		out = append(out, brief{rel, strings.Join(o.Paths, ","), o.Source.URI("f"), o.Repository})
	}
	return out
}

func TestOpenAll(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{
		"plain/a/deployment.toml", "plain/b/any.toml", "home/conf/deployment.toml", "home/bin/version.txt", "home/conf/other.toml",
		"loose/conf/deployment.toml", "project/deployment/deployment.toml", "project/pom.xml", "repo/conf/deployment.toml", "repo/x/deployment.toml",
		"second/deployment.toml", "holder/clone/deployment.toml", "holder/x.toml",
	} {
		write(t, dir, name, "")
	}
	for _, repo := range []string{"repo", "second", "holder/clone"} {
		git(t, filepath.Join(dir, repo), "init", "-q")
	}
	must(t, os.Symlink("repo/x", filepath.Join(dir, "link")))
	for name, c := range map[string]struct {
		args []string
		want []brief
	}{
		"folder":                                 {[]string{"plain"}, []brief{{"plain", ".", "f", false}}},
		"folder with a slash":                    {[]string{"plain/"}, []brief{{"plain", ".", "f", false}}},
		"file":                                   {[]string{"plain/b/any.toml"}, []brief{{"plain/b", "any.toml", "f", false}}},
		"file of a home":                         {[]string{"home/conf/deployment.toml"}, []brief{{"home", "conf/deployment.toml", "f", false}}},
		"another file of a home":                 {[]string{"home/conf/other.toml"}, []brief{{"home/conf", "other.toml", "f", false}}},
		"file in conf without a home":            {[]string{"loose/conf/deployment.toml"}, []brief{{"loose/conf", "deployment.toml", "f", false}}},
		"file of a project":                      {[]string{"project/deployment/deployment.toml"}, []brief{{"project", "deployment/deployment.toml", "f", false}}},
		"repository":                             {[]string{"repo"}, []brief{{"repo", ".", "f", true}}},
		"folder in a repository":                 {[]string{"repo/conf"}, []brief{{"repo", "conf", "f", true}}},
		"file in a repository":                   {[]string{"repo/x/deployment.toml"}, []brief{{"repo", "x/deployment.toml", "f", true}}},
		"link into a repository":                 {[]string{"link"}, []brief{{"repo", "x", "f", true}}},
		"the same twice":                         {[]string{"repo/conf", "repo/conf/", "./repo/conf"}, []brief{{"repo", "conf", "f", true}}},
		"two paths of one repository":            {[]string{"repo/x", "repo/conf"}, []brief{{"repo", "x,conf", "f", true}}},
		"nested folders":                         {[]string{"plain/a", "plain"}, []brief{{"plain", ".,a", "f", false}}},
		"a repository in a folder that is named": {[]string{"holder", "holder/clone"}, []brief{{"holder", ".,clone", "f", false}}},
		"a repository beside a file that is":     {[]string{"holder/x.toml", "holder/clone"}, []brief{{"holder", "x.toml", "holder/f", false}, {"holder/clone", ".", "f", true}}},
		"two folders":                            {[]string{"plain/a", "home"}, []brief{{"plain/a", ".", "plain/a/f", false}, {"home", ".", "home/f", false}}},
		"a repository and a folder":              {[]string{"repo", "home"}, []brief{{"repo", ".", "f", true}, {"home", ".", "home/f", false}}},
		"two repositories":                       {[]string{"repo", "second"}, []brief{{"repo", ".", "repo/f", true}, {"second", ".", "second/f", true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			all, errs := source.OpenAll(t.Context(), c.args)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if d := cmp.Diff(c.want, briefly(t, dir, all)); d != "" {
				t.Error(d)
			}
			if all[0].Named != c.args[0] && len(c.want) > 1 {
				t.Errorf("Named %q", all[0].Named)
			}
		})
	}
	t.Run("no argument", func(t *testing.T) {
		t.Chdir(filepath.Join(dir, "home"))
		all, errs := source.OpenAll(t.Context(), nil)
		if d := cmp.Diff([]brief{{"home", ".", "f", false}}, briefly(t, dir, all)); d != "" || len(errs) > 0 {
			t.Error(d, errs)
		}
	})
	t.Run("one that does not exist", func(t *testing.T) {
		t.Chdir(dir)
		all, errs := source.OpenAll(t.Context(), []string{"home", "no/such", "home/conf/deployment.toml/x"})
		if len(all) != 1 || len(errs) != 2 || !errors.Is(errs[0], fs.ErrNotExist) || !errors.Is(errs[1], fs.ErrNotExist) {
			t.Errorf("%v, %v", all, errs)
		}
		if got := errs[0].Error(); !strings.Contains(got, `"no/such"`) || !strings.Contains(got, "name a deployment.toml") {
			t.Errorf("%s", got)
		}
		if _, err := source.Open(t.Context(), "no/such"); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	})
}

// TestNoProcess proves that a check outside of git starts no program: git would be this one.
func TestNoProcess(t *testing.T) {
	dir, bin := tempDir(t), t.TempDir()
	proof := filepath.Join(bin, "ran")
	must(t, os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\ntouch "+proof+"\n"), 0o755))
	t.Setenv("PATH", bin)
	write(t, dir, "conf/deployment.toml", "")
	o, err := source.Open(t.Context(), dir)
	must(t, err)
	defer o.Close()
	o.Source.Git("conf/deployment.toml")
	if _, err := os.Stat(proof); err == nil {
		t.Error("git was started")
	}
	// And that the proof is one.
	must(t, os.MkdirAll(filepath.Join(dir, ".git"), 0o755))
	write(t, dir, ".git/HEAD", "ref: refs/heads/main\n")
	in, err := source.Open(t.Context(), dir)
	must(t, err)
	defer in.Close()
	in.Source.Git("conf/deployment.toml")
	if _, err := os.Stat(proof); err != nil {
		t.Error("git was not started in a repository")
	}
}

func TestGitFacts(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{"tracked", "untracked", "skip/ignored", "sub/inner", "sub/own", "clone/file"} {
		write(t, dir, name, "")
	}
	write(t, dir, ".gitignore", "skip/\nclone/\n")
	write(t, dir, "sub/.gitignore", "own\n")
	git(t, dir, "init", "-q")
	git(t, filepath.Join(dir, "sub"), "init", "-q")
	git(t, filepath.Join(dir, "clone"), "init", "-q")
	git(t, filepath.Join(dir, "sub"), "add", "inner")
	git(t, filepath.Join(dir, "clone"), "add", "file")
	git(t, dir, "add", "tracked")
	f := folder(t, dir)
	for name, want := range map[string]source.GitFacts{
		"tracked":      {WorkTree: true, Tracked: true},
		"untracked":    {WorkTree: true},
		"skip":         {WorkTree: true, Ignored: true},
		"skip/ignored": {WorkTree: true, Ignored: true},
		"sub/inner":    {WorkTree: true, Tracked: true},
		"sub/own":      {WorkTree: true, Ignored: true},
		"clone":        {WorkTree: true, Ignored: true},
		"clone/file":   {WorkTree: true, Tracked: true},
		"no/such":      {WorkTree: true},
		"../x":         {},
	} {
		if got := f.Git(name); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if err := f.GitProblem(); err != nil {
		t.Error(err)
	}
	if got := f.TrackedFiles(t.Context()); !slices.Equal(got, []string{"tracked"}) {
		t.Errorf("tracked: %q", got)
	}
	// A source that lies deeper than its repository asks by the repository's names.
	inner := folder(t, filepath.Join(dir, "skip"))
	if got := inner.Git("ignored"); got != (source.GitFacts{WorkTree: true, Ignored: true}) {
		t.Errorf("from a folder in the repository: %+v", got)
	}
}

func TestNoGitProgram(t *testing.T) {
	dir := tempDir(t)
	write(t, dir, "file", "")
	git(t, dir, "init", "-q")
	t.Setenv("PATH", t.TempDir())
	o, err := source.Open(t.Context(), filepath.Join(dir, "file"))
	must(t, err)
	defer o.Close()
	if !o.Repository || o.Source.URI("file") != "file" {
		t.Error("without the program the repository is not found")
	}
	if got := o.Source.Git("file"); got != (source.GitFacts{}) {
		t.Errorf("%+v", got)
	}
	f, ok := o.Source.(*source.Folder)
	if !ok || f.GitProblem() == nil || f.Commit(t.Context()) != "" {
		t.Error("no reason is given")
	}
}

func TestStaged(t *testing.T) {
	dir := tempDir(t)
	write(t, dir, "conf/deployment.toml", "staged")
	write(t, dir, "big", strings.Repeat("x", source.MaxFile+1))
	write(t, dir, "gone/deployment.toml", "staged, then deleted")
	must(t, os.Symlink("conf/deployment.toml", filepath.Join(dir, "link")))
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	write(t, dir, "conf/deployment.toml", "not staged")
	write(t, dir, "conf/untracked", "")
	must(t, os.RemoveAll(filepath.Join(dir, "gone")))

	all, errs := source.OpenStaged(t.Context(), []string{dir, filepath.Join(dir, "gone/deployment.toml")}, "")
	if len(errs) > 0 || len(all) != 1 {
		t.Fatal(all, errs)
	}
	o := all[0]
	defer o.Close()
	if d := cmp.Diff([]string{".", "gone/deployment.toml"}, o.Paths); d != "" {
		t.Error(d)
	}
	for name, want := range map[string]string{"conf/deployment.toml": "staged", "gone/deployment.toml": "staged, then deleted"} {
		got, err := o.Source.Read(name)
		if err != nil || string(got.Data) != want || got.URI != name {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, want := range map[string]error{
		"conf/untracked": fs.ErrNotExist, "conf": source.ErrNotRegular, "link": source.ErrNotRegular, "big": source.ErrTooLarge, "../x": fs.ErrNotExist,
	} {
		_, err := o.Source.Read(name)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		sentence(t, err)
	}
	var names []string
	err := source.Walk(t.Context(), o.Source, ".", func(name string, _ fs.DirEntry) bool {
		names = append(names, name)
		return true
	}, func(name string, err error) { t.Error(name, err) })
	must(t, err)
	if d := cmp.Diff([]string{"big", "conf", "conf/deployment.toml", "gone", "gone/deployment.toml", "link"}, names); d != "" {
		t.Error(d)
	}
	if got := o.Source.Git("conf/deployment.toml"); got != (source.GitFacts{WorkTree: true, Tracked: true}) {
		t.Errorf("%+v", got)
	}
	if o.Source.Modes() {
		t.Error("the index has no permission bits")
	}
	x, ok := o.Source.(*source.Index)
	if !ok {
		t.Fatalf("%T", o.Source)
	}
	staged, err := x.Staged(t.Context())
	if err != nil || !slices.Equal(staged, []string{"big", "conf/deployment.toml", "gone/deployment.toml", "link"}) {
		t.Errorf("%q, %v", staged, err)
	}
}

func TestStagedOutsideOfGit(t *testing.T) {
	all, errs := source.OpenStaged(t.Context(), []string{t.TempDir()}, "")
	if len(all) != 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "--staged") {
		t.Errorf("%v, %v", all, errs)
	}
}

func TestWalk(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b/c/file", "")
	write(t, dir, "b/a", "")
	write(t, dir, "skip/file", "")
	must(t, os.Symlink(".", filepath.Join(dir, "circle")))
	deep := strings.Repeat("d/", source.MaxDepth+3)
	must(t, os.MkdirAll(filepath.Join(dir, deep), 0o755))
	var names, failed []string
	visit := func(name string, _ fs.DirEntry) bool {
		if !strings.HasPrefix(name, "d") {
			names = append(names, name)
		}
		return name != "skip"
	}
	fail := func(name string, err error) {
		if !errors.Is(err, source.ErrTooLarge) {
			t.Error(err)
		}
		failed = append(failed, name)
	}
	f := folder(t, dir)
	must(t, source.Walk(t.Context(), f, ".", visit, fail))
	if d := cmp.Diff([]string{"b", "b/a", "b/c", "b/c/file", "circle", "skip"}, names); d != "" {
		t.Error(d)
	}
	if len(failed) != 1 || strings.Count(failed[0], "d") != source.MaxDepth+1 {
		t.Errorf("too deep: %q", failed)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := source.Walk(ctx, f, ".", visit, fail); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
