package layout_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// tree writes files below a new folder; a name that ends in / is an empty folder, content that starts with -> a link.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	return dir
}

func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(full, 0o755))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(full), 0o755))
		if to, ok := strings.CutPrefix(content, "->"); ok {
			must(t, os.Symlink(to, full))
			continue
		}
		must(t, os.WriteFile(full, []byte(content), 0o644))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, arg string) source.Opened {
	t.Helper()
	o, err := source.Open(context.Background(), arg)
	must(t, err)
	t.Cleanup(func() { o.Close() })
	return o
}

// find opens one PATH and lists its targets.
func find(t testing.TB, arg string, o layout.Options) ([]*layout.Target, []layout.Problem) {
	t.Helper()
	opened := open(t, arg)
	if o.Paths == nil {
		o.Paths = opened.Paths
	}
	return layout.Find(context.Background(), opened.Source, o)
}

func TestFindHome(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/conf/deployment.toml": "", "a/bin/version.txt": "WSO2 Micro Integrator v4.4.0\n",
		"a/repository/resources/security/primary.p12": "store",
		"b/conf/deployment.toml":                      "", "b/repository/": "",
		"c/deployment.toml": "",
	})
	targets, problems := find(t, dir, layout.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	type row struct {
		Path, Home string
		Kind       layout.Kind
		Complete   bool
		Version    layout.Version
	}
	var got []row
	for _, tg := range targets {
		got = append(got, row{tg.Path, tg.Home, tg.Kind, tg.Complete, tg.Version})
	}
	want := []row{
		{"a/conf/deployment.toml", "a", layout.Home, true, layout.Version{Number: "4.4.0", Origin: "a/bin/version.txt"}},
		{"b/conf/deployment.toml", "b", layout.Home, true, layout.Version{Assumed: true}},
		{"c/deployment.toml", "", layout.Tree, false, layout.Version{Assumed: true}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	l := targets[0].Locate("repository/resources/security/primary.p12")
	if l.Status != layout.Found || l.Name != "a/repository/resources/security/primary.p12" {
		t.Errorf("%+v", l)
	}
}

func git(t testing.TB, dir string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git program here")
	}
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// names finds in one PATH and lists what came.
func names(t testing.TB, arg string, o layout.Options) []string {
	t.Helper()
	targets, problems := find(t, arg, o)
	for _, p := range problems {
		t.Errorf("%s: %v", p.URI, p.Err)
	}
	got := []string{}
	for _, tg := range targets {
		got = append(got, tg.Path)
	}
	return got
}

func TestFindInGit(t *testing.T) {
	dir := tree(t, map[string]string{
		"tracked/deployment.toml": "", "untracked/deployment.toml": "", "skip/deployment.toml": "", "skip/kept/deployment.toml": "",
		"target/deployment.toml": "", "target/tracked/deployment.toml": "", "node_modules/x/deployment.toml": "", "other.toml": "",
		"gone/deployment.toml": "", "clone/deployment.toml": "", "sub/deployment.toml": "", "sub/own/deployment.toml": "",
		".gitignore": "skip\nclone\ntarget\n", "sub/.gitignore": "own\n",
	})
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-f", "tracked", "skip/kept", "target/tracked", "gone")
	git(t, filepath.Join(dir, "clone"), "init", "-q")
	git(t, filepath.Join(dir, "clone"), "add", ".")
	git(t, filepath.Join(dir, "sub"), "init", "-q")
	git(t, filepath.Join(dir, "sub"), "add", ".")
	must(t, os.RemoveAll(filepath.Join(dir, "gone")))
	for name, c := range map[string]struct{ arg, want string }{
		"all":                                {"", "skip/kept/deployment.toml sub/deployment.toml target/tracked/deployment.toml tracked/deployment.toml untracked/deployment.toml"},
		"a folder that is ignored":           {"skip", "skip/deployment.toml skip/kept/deployment.toml"},
		"a file that is ignored":             {"skip/deployment.toml", "skip/deployment.toml"},
		"target by name":                     {"target", "target/deployment.toml target/tracked/deployment.toml"},
		"a clone that is ignored":            {"clone", "clone/deployment.toml"},
		"node_modules by name":               {"node_modules", "node_modules/x/deployment.toml"},
		"a file of any name":                 {"other.toml", "other.toml"},
		"a repository in the repository":     {"sub", "deployment.toml"},
		"ignored by the inner repository":    {"sub/own", "own/deployment.toml"},
		"a folder without a deployment.toml": {".git", ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.Fields(c.want)
			if c.arg == "clone" { // a repository of its own: its names are its own
				want = []string{"deployment.toml"}
			}
			if d := cmp.Diff(append([]string{}, want...), names(t, filepath.Join(dir, c.arg), layout.Options{})); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("the index", func(t *testing.T) {
		all, errs := source.OpenStaged(t.Context(), []string{dir}, "")
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		defer all[0].Close()
		targets, problems := layout.Find(t.Context(), all[0].Source, layout.Options{Paths: all[0].Paths})
		var got []string
		for _, tg := range targets {
			got = append(got, tg.Path)
		}
		// The index has no folder target/ that would hold copies, but the rule is one for all sources.
		if d := cmp.Diff([]string{"gone/deployment.toml", "skip/kept/deployment.toml", "target/tracked/deployment.toml", "tracked/deployment.toml"}, got); d != "" || len(problems) > 0 {
			t.Error(d, problems)
		}
	})
}

func TestFindOnce(t *testing.T) {
	dir := tree(t, map[string]string{"a/deployment.toml": "", "a/b/deployment.toml": "", "c/deployment.toml": ""})
	got := names(t, dir, layout.Options{Paths: []string{"a/b", "c/deployment.toml", "a", "a/b/deployment.toml", "c"}})
	if d := cmp.Diff([]string{"a/b/deployment.toml", "a/deployment.toml", "c/deployment.toml"}, got); d != "" {
		t.Error(d)
	}
}

func TestExclude(t *testing.T) {
	dir := tree(t, map[string]string{"a/deployment.toml": "", "a/b/deployment.toml": "", "test/a/deployment.toml": "", "x/test/deployment.toml": "", "samples/y/z/deployment.toml": ""})
	for pattern, want := range map[string]string{
		"test":             "a/b/deployment.toml a/deployment.toml samples/y/z/deployment.toml",
		"test/":            "a/b/deployment.toml a/deployment.toml samples/y/z/deployment.toml",
		"test/**":          "a/b/deployment.toml a/deployment.toml samples/y/z/deployment.toml x/test/deployment.toml",
		"./a/*":            "samples/y/z/deployment.toml test/a/deployment.toml x/test/deployment.toml",
		"**/z/*.toml":      "a/b/deployment.toml a/deployment.toml test/a/deployment.toml x/test/deployment.toml",
		"{a,x}/**":         "samples/y/z/deployment.toml test/a/deployment.toml",
		"deployment.toml":  "",
		"a/deployment.tom": "a/b/deployment.toml a/deployment.toml samples/y/z/deployment.toml test/a/deployment.toml x/test/deployment.toml",
	} {
		if d := cmp.Diff(append([]string{}, strings.Fields(want)...), names(t, dir, layout.Options{Exclude: []string{pattern}})); d != "" {
			t.Errorf("%q: %s", pattern, d)
		}
	}
	if got := names(t, filepath.Join(dir, "a/deployment.toml"), layout.Options{Exclude: []string{"*"}}); len(got) != 1 {
		t.Error("a file that is named is excluded")
	}
	for _, bad := range []string{"", "[", "a{b", strings.Repeat("x", 2000), strings.Repeat("{a,b}", 9)} {
		if layout.CheckPattern(bad) == nil {
			t.Errorf("%.40q is taken for a pattern", bad)
		}
		targets, problems := find(t, dir, layout.Options{Exclude: []string{bad}})
		if len(targets) != 5 || len(problems) != 1 {
			t.Errorf("%.40q: %d targets, %v", bad, len(targets), problems)
		}
	}
}

// TestFindBadInput holds every odd thing in a tree to one problem each, while the rest goes on.
func TestFindBadInput(t *testing.T) {
	outside := tree(t, map[string]string{"deployment.toml": "", "folder/deployment.toml": ""})
	dir := tree(t, map[string]string{
		"good/deployment.toml": "", "fifo/": "", "folder/deployment.toml/x": "", "dangling/deployment.toml": "->nowhere", "circle/deployment.toml": "->deployment.toml",
		"leaves/deployment.toml": "->" + outside + "/deployment.toml", "zero/deployment.toml": "->/dev/zero", "inner/deployment.toml": "->../good/deployment.toml",
		"around": "->.", "out": "->" + outside + "/folder", "large/deployment.toml": "", "esc\x1b[31m/deployment.toml": "",
	})
	fifo(t, filepath.Join(dir, "fifo/deployment.toml"))
	must(t, os.Truncate(filepath.Join(dir, "large/deployment.toml"), 20<<20))
	targets, problems := find(t, dir, layout.Options{})
	var got, uris []string
	for _, tg := range targets {
		got = append(got, tg.Path)
	}
	if d := cmp.Diff([]string{"esc\x1b[31m/deployment.toml", "good/deployment.toml", "inner/deployment.toml", "large/deployment.toml"}, got); d != "" {
		t.Error(d)
	}
	for _, p := range problems {
		uris = append(uris, p.URI)
		if text := p.Err.Error(); strings.ContainsAny(text, "\n\x1b") || !strings.HasPrefix(text, `"`) {
			t.Errorf("no sentence: %s", text)
		}
	}
	want := []string{"circle/deployment.toml", "dangling/deployment.toml", "fifo/deployment.toml", "leaves/deployment.toml", "zero/deployment.toml"}
	if d := cmp.Diff(want, uris); d != "" {
		t.Error(d)
	}
	if _, err := targets[3].Source.Read("large/deployment.toml"); !errors.Is(err, source.ErrTooLarge) {
		t.Error(err)
	}
	// Named, each is a problem and no target.
	for _, name := range append(want, "large/deployment.toml", "none.toml") {
		targets, problems := find(t, dir, layout.Options{Paths: []string{name}})
		if len(targets) != 0 || len(problems) != 1 {
			t.Errorf("%s: %v %v", name, targets, problems)
		}
	}
}

func TestFindStops(t *testing.T) {
	dir := tree(t, map[string]string{"a/deployment.toml": ""})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := open(t, dir)
	targets, problems := layout.Find(ctx, o.Source, layout.Options{})
	if len(targets) != 0 || len(problems) == 0 || !errors.Is(problems[0].Err, context.Canceled) {
		t.Errorf("%v %v", targets, problems)
	}
}

func TestRelevant(t *testing.T) {
	for name, want := range map[string]bool{
		"conf/deployment.toml": true, "a/b/wso2carbon.jks": true, "x.P12": true, "x.pfx": true, "x.jceks": true, "x.bks": true, "x.keystore": true,
		"x.truststore": true, "x.bcfks": true, "Dockerfile": true, "docker/Dockerfile.prod": true, "a/Containerfile": true, "pom.xml": true,
		"conf/sslprofiles/listenerprofiles.xml": true, "conf/sslprofiles/mine.xml": true, ".mi-kscheck.toml": true, "policies/x.rego": true,
		"bin/version.txt": true, ".mi-kscheck-baseline.json": true, "password-tmp": true,
		"main.go": false, "README.md": false, "src/app.ts": false, "Cargo.toml": false, "conf/axis2.xml": false, "": false, "x.jks.md": false,
	} {
		if got := layout.Relevant(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	if !layout.AnyRelevant([]string{"README.md", "my.toml"}, []string{"my.toml"}) || layout.AnyRelevant([]string{"README.md"}, []string{"."}) {
		t.Error("a path that is named is relevant, and nothing else")
	}
}
