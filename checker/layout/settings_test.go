package layout_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

func TestSettings(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"p/deployment/deployment.toml": "", "p/deployment/docker/password-tmp": "x",
		"p/pom.xml":                      "<project>\n<properties><a.b> one </a.b>\n<c>${d}</c></properties>\n<profiles><profile><properties>\n<keystore.password>two&amp;</keystore.password></properties></profile></profiles><name>x</name></project>",
		"p/deployment/docker/Dockerfile": "FROM wso2/wso2mi:4.4.0\nARG PLAIN\nARG A=1 B='2 x' \\\n  # comment\n  C=\"3\"\nENV D four words\nENV E=$A F=\nRUN A=x\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := source.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close() //nolint:errcheck // read-only
	targets, problems := layout.Find(context.Background(), opened.Source, layout.Options{Paths: opened.Paths})
	if len(targets) != 1 || len(problems) > 0 {
		t.Fatal(targets, problems)
	}
	var got []string
	for _, s := range targets[0].Settings() {
		got = append(got, fmt.Sprintf("%s:%d:%d %s %s=%s %v", s.URI, s.Region.StartLine, s.Region.StartColumn, s.Kind, s.Name, s.Value.Reveal(), s.Value))
	}
	want := `p/pom.xml:2:19 property a.b=one •••
p/pom.xml:5:20 property keystore.password=two& •••
p/deployment/docker/Dockerfile:3:5 ARG A=1 •••
p/deployment/docker/Dockerfile:3:9 ARG B=2 x •••
p/deployment/docker/Dockerfile:5:3 ARG C=3 •••
p/deployment/docker/Dockerfile:6:5 ENV D=four words •••`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if files := targets[0].PasswordFiles(); !slices.Equal(files, []string{"p/deployment/docker/password-tmp"}) {
		t.Errorf("password files: %v", files)
	}
}
