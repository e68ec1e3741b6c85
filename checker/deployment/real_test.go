package deployment_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// shared is the folder of files that the project is tried on and does not carry.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared is not there: the files of " + name + " are not read")
	}
	return dir
}

// TestRealFiles: the product's own files, those of its tests and charts. Ten are templates, the eleven full samples of all
// settings are no valid TOML, and all others are what a server starts with.
func TestRealFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "realtoml"), "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	count := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := deployment.Read(&source.File{Name: filepath.Base(file), Data: data}, deployment.Options{})
		checkPlaces(t, d)
		verdict := "parsed"
		if len(d.Problems) > 0 {
			verdict = string(d.Problems[0].Kind)
		}
		count[verdict]++
		switch {
		case verdict == "parsed":
			if v := d.Value("keystore.primary.file_name"); v.State != deployment.Known || !strings.Contains(v.Text.Reveal(), "wso2carbon.jks") {
				t.Errorf("%s: the primary store is %q", file, v.Text.Reveal())
			}
		case strings.Contains(string(data), "{{") != (verdict == "template"):
			t.Errorf("%s: %s: %s", file, verdict, d.Problems[0].Detail)
		}
	}
	if count["template"] != 10 || count["duplicate"] != 11 || count["parsed"] != len(files)-21 {
		t.Errorf("verdicts: %v", count)
	}
}

// TestIncidents: of the prepared homes two have a broken file, at the line that their description names.
func TestIncidents(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "incidents"), "*", "home", "conf", "deployment.toml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := deployment.Read(&source.File{Name: "deployment.toml", Data: data}, deployment.Options{})
		want := ""
		switch name := filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(file)))); name[:3] {
		case "061":
			want = "typographic-quotes 22:8-9"
		case "075":
			want = "duplicate 30:2-12"
		}
		got := ""
		for _, p := range d.Problems {
			got += string(p.Kind) + " " + at(d, p.Span)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
