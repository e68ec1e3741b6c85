package layout_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// FuzzVolumes reads a text as a compose file, a kustomization and a manifest: whatever stands in it, what is found lies in the folder, and
// each setting stands where it is said to.
func FuzzVolumes(f *testing.F) {
	f.Add("services:\n  mi:\n    image: wso2/wso2mi:4.4.0\n    build: {context: ., dockerfile: D}\n    environment: {STORE_PASS: x}\n    volumes: [./deployment.toml:/h/wso2mi/conf/deployment.toml, ./a:/k, v:/v]\n    secrets: [s]\nsecrets: {s: {file: ./a}}\n")
	f.Add("services:\n  mi:\n    environment:\n    - 'KEY_PASS=a'\n    - \"KEY_PASS=ä\"\n    volumes:\n    - {type: bind, source: ../../.., target: /home/wso2carbon/wso2mi-4.4.0}\n")
	f.Add("kind: ConfigMap\nmetadata: {name: a}\ndata:\n  deployment.toml: |\n    a = 1\n---\nkind: Pod\nspec:\n  containers:\n  - env: [{name: KEY_PASS, value: b}]\n    volumeMounts: [{name: v, mountPath: /conf}, {name: w, mountPath: /k, subPath: x}]\n  volumes: [{name: v, configMap: {name: a}}, {name: w, projected: {sources: [{secret: {name: s, items: [{key: k, path: x/../../y}]}}]}}]\n---\nkind: Secret\nmetadata: {name: s}\ndata: {k: AAAA}\n")
	f.Add("include: [m.yaml]\nx: &x {environment: {KEY_PASS: a}}\nservices:\n  mi:\n    <<: *x\n    extends: {file: m.yaml, service: mi}\n    env_file: a\n")
	f.Add("resources: [m.yaml, .]\nconfigMapGenerator: [{name: a, files: [deployment.toml]}]\nsecretGenerator: [{name: s, files: [k=a, ../../x], literals: ['KEY_PASS=b']}]\n")
	f.Add("kind: ConfigMap\nmetadata: {name: a}\ndata:\n  deployment.toml: |\n    a = 1\n---\nkind: Pod\nmetadata: {labels: {a: b}}\nspec:\n  containers:\n  - env: [{name: \"H\", value: b.example.com}]\n    volumeMounts: [{name: v, mountPath: /conf}]\n  volumes: [{name: v, configMap: {name: a}}]\n---\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b}}\n---\nkind: Route\nspec: {host: 'a.example.com', to: {name: s}, tls: {termination: passthrough}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		for name, data := range map[string]string{"deployment.toml": "", "a": "x", "compose.yaml": text, "kustomization.yaml": text, "m.yaml": text, "D": "FROM wso2/wso2mi:4.4.0\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		opened, err := source.Open(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close() //nolint:errcheck // read-only
		targets, _ := layout.Find(context.Background(), opened.Source, layout.Options{Paths: opened.Paths})
		lines := strings.Split(text, "\n")
		for _, tg := range targets {
			for _, name := range []string{"a", "/k/x", "/v", "/run/secrets/s", "../x", "repository/resources/security/a"} {
				if l := tg.Locate(name); l.Status == layout.Found && !fs.ValidPath(l.Name) {
					t.Errorf("%q is found as %q", name, l.Name)
				}
			}
			all := tg.Settings()
			for _, h := range tg.Hosts() {
				if !strings.HasPrefix(h.Kind, "IngressRouteTCP") && h.Region.EndColumn > h.Region.StartColumn {
					all = append(all, *h)
				}
			}
			if v := tg.Variable("H"); v != nil && v.Kind != "ConfigMap" {
				all = append(all, *v)
			}
			for _, s := range all {
				if err := stands(lines, s); err != nil && utf8.ValidString(text) && !strings.ContainsAny(text, "\\\r\u0085\u2028\u2029\ufeff") {
					t.Error(err)
				}
			}
		}
	})
}

// stands tells what is wrong with the place of a setting.
func stands(lines []string, s layout.Setting) error {
	r := s.Region
	if r.StartLine < 1 || r.StartLine > len(lines) || r.EndLine != r.StartLine {
		return fmt.Errorf("%s is said to stand at %+v", s.Name, r)
	}
	line := []rune(lines[r.StartLine-1])
	if r.StartColumn < 1 || r.EndColumn-1 > len(line) || string(line[r.StartColumn-1:r.EndColumn-1]) != s.Name {
		return fmt.Errorf("%s is said to stand at %+v of %q", s.Name, r, string(line))
	}
	return nil
}
