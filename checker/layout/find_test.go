package layout_test

import (
	"context"
	"os"
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
