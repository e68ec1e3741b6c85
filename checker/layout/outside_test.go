package layout_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestLocateOutside is about what lies beyond the roots: read only where the user allows it.
func TestLocateOutside(t *testing.T) {
	beyond := tree(t, map[string]string{"keys/x.jks": "outside", "other/x.jks": "outside", "keys/leaves.jks": "->../other/x.jks"})
	home := map[string]string{
		"home/conf/deployment.toml": "", "home/bin/version.txt": version, "home/" + sec + "inner.jks": "", "home/" + sec + "link.jks": "->" + beyond + "/keys/x.jks",
		"beside.jks": "",
	}
	dir := tree(t, home)
	keys, link := beyond+"/keys/x.jks", sec+"link.jks"
	type want map[string]string
	for name, c := range map[string]struct {
		arg  string
		o    layout.Options
		want want
	}{
		"an installation that is named": {dir + "/home", layout.Options{}, want{
			keys: "found outside-home", link: "found", dir + "/home/" + sec + "inner.jks": "found outside-home", "../beside.jks": "found outside-home",
			beyond + "/no.jks": "missing outside-home", "/dev/zero": "unreadable outside-home", beyond: "unreadable outside-home",
		}},
		"its deployment.toml is named": {dir + "/home/conf/deployment.toml", layout.Options{}, want{keys: "found outside-home"}},
		"a folder of installations":    {dir, layout.Options{}, want{keys: "outside outside-home", link: "outside", "../beside.jks": "found outside-home", dir + "/home/" + sec + "inner.jks": "found outside-home"}},
		"nothing outside":              {dir + "/home", layout.Options{NoOutside: true}, want{keys: "outside outside-home", link: "outside", "../beside.jks": "outside outside-home"}},
		"one folder": {dir, layout.Options{AllowOutside: []string{beyond + "/keys", "relative"}}, want{
			keys: "found outside-home", link: "found", beyond + "/other/x.jks": "outside outside-home", beyond + "/keys/../other/x.jks": "outside outside-home",
			beyond + "/keys/leaves.jks": "outside outside-home", beyond + "/keys/none.jks": "missing outside-home",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			targets, problems := find(t, c.arg, c.o)
			if len(targets) != 1 || len(problems) > 0 {
				t.Fatal(targets, problems)
			}
			for path, want := range c.want {
				l := targets[0].Locate(path)
				name := l.Name
				l.Name = ""
				if got := answer(l); got != want {
					t.Errorf("%q: %q (%q), want %q; looked at %q", path, got, name, want, l.Looked)
				}
				if l.Status == layout.Found {
					if _, err := l.Source.Read(name); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	t.Run("a repository", func(t *testing.T) {
		git(t, dir, "init", "-q")
		targets, _ := find(t, dir+"/home", layout.Options{})
		if got := answer(targets[0].Locate(keys)); got != "outside outside-home" {
			t.Errorf("what someone proposes in a repository leads out of it: %s", got)
		}
	})
}

// denying is a source in which some names may not be read, for those who run the tests as root.
type denying struct {
	source.Source
	names []string
}

func (d denying) denied(name string) error {
	if slices.Contains(d.names, name) {
		return &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return nil
}

func (d denying) Open(name string) (fs.File, error) {
	if err := d.denied(name); err != nil {
		return nil, err
	}
	return d.Source.Open(name)
}

func (d denying) Read(name string) (*source.File, error) {
	if err := d.denied(name); err != nil {
		return nil, err
	}
	return d.Source.Read(name)
}

func (d denying) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := d.denied(name); err != nil {
		return nil, err
	}
	return d.Source.ReadDir(name)
}

func TestDenied(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/conf/deployment.toml": "", "a/bin/version.txt": version, "a/" + sec + "x.jks": "", "b/conf/deployment.toml": "", "c/deployment.toml": "", "c/Dockerfile": "FROM x",
	})
	src := denying{open(t, dir).Source, []string{"a/" + sec + "x.jks", "b", "c/Dockerfile"}}
	targets, problems := layout.Find(t.Context(), src, layout.Options{})
	var paths, uris []string
	for _, tg := range targets {
		paths = append(paths, tg.Path)
	}
	for _, p := range problems {
		uris = append(uris, p.URI)
		if !errors.Is(p.Err, fs.ErrPermission) {
			t.Error(p.Err)
		}
	}
	if d := cmp.Diff([]string{"a/conf/deployment.toml", "c/deployment.toml"}, paths); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"b", "c/Dockerfile"}, uris); d != "" {
		t.Error(d)
	}
	l := targets[0].Locate(sec + "x.jks")
	if l.Status != layout.Unreadable || !errors.Is(l.Err, fs.ErrPermission) || l.Name != "a/"+sec+"x.jks" {
		t.Errorf("%+v", l)
	}
}

func TestLargeStore(t *testing.T) {
	dir := tree(t, map[string]string{"conf/deployment.toml": "", "bin/version.txt": version, "x.jks": ""})
	must(t, os.Truncate(filepath.Join(dir, "x.jks"), 20<<20))
	targets, _ := find(t, dir, layout.Options{})
	if l := targets[0].Locate("x.jks"); l.Status != layout.Unreadable || !errors.Is(l.Err, source.ErrTooLarge) {
		t.Errorf("%+v", l)
	}
}
