package rules_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/fix"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// fixable are the rules whose findings 'check --fix' repairs, each with the faulty file for the home "clean" (empty: the page's
// bad example) and what then comes to light beside it, which the fault had hidden.
var fixable = []struct {
	id, toml string
	revealed []string
}{
	{id: "MIKS001", toml: "[keystore.primary]\nfile_name = “repository/resources/security/primary.p12” # the store\ntype = \"PKCS12\"\npassword = “$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = ‘$env{PRIMARY_STORE_PASSWORD}’\nalias = \"api\"\n" + rest},
	{id: "MIKS001", toml: "[keystore.primary]\nfile_name = \"repository\\resources\\security\\primary.p12\"\ntype = \"PKCS12\"\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
	{id: "MIKS002", toml: "[keystore.primary]\nfile_name = \"repository/resources/security/primary.p12\"\n\n[keystore.primary]\ntype = \"PKCS12\"\n[keystore.primary] # again\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\n" + rest + "\n[keystore.primary]\n# the key\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n"},
	{id: "MIKS118", toml: whole + "\n[secrets]\nenable = true\nn = 5\n", revealed: []string{"MIKS117"}},
	{id: "MIKS503", toml: primary("primary.p12", "type = \"JCEKS\"", "alias = \"api\"")},
	{id: "MIKS503", toml: primary("primary.p12", "", "alias = \"api\"")},
	{id: "MIKS504", toml: primary("primary.p12", "type = \"PKCS12\"", "alias = 'apis' # ours")},
	{id: "MIKS508", toml: "[keystore.primary]\nfile_name = \"primary.p12\"\ntype = \"PKCS12\"\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
	{id: "MIKS509", toml: "[keystore.primary]\nfile = \"repository/resources/security/primary.p12\"\ntype = \"PKCS12\"\npass = \"$env{PRIMARY_STORE_PASSWORD}\"\nkeypassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
	{id: "MIKS510", toml: "[keystores.primary]\nfile_name = \"repository/resources/security/primary.p12\"\ntype = \"PKCS12\"\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
	{id: "MIKS517", toml: "[keystore.primary]\nfile_name = 'repository\\resources\\security\\primary.p12'\ntype = \"PKCS12\"\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
	{id: "MIKS525", toml: "[keystore.primary]\nfile_name = \"${carbon.home}/repository/resources/security/primary.p12\"\ntype = \"PKCS12\"\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\nkey_password = \"$env{PRIMARY_STORE_PASSWORD}\"\nalias = \"api\"\n" + rest},
}

const (
	rest = `
[keystore.internal]
file_name = "repository/resources/security/internal.p12"
type = "PKCS12"
password = "$env{INTERNAL_STORE_PASSWORD}"
key_password = "$env{INTERNAL_STORE_PASSWORD}"
alias = "internal"

[truststore]
file_name = "repository/resources/security/truststore.p12"
type = "PKCS12"
password = "$env{TRUSTSTORE_PASSWORD}"
`
	whole = `[keystore.primary]
file_name = "repository/resources/security/primary.p12"
type = "PKCS12"
password = "$env{PRIMARY_STORE_PASSWORD}"
key_password = "$env{PRIMARY_STORE_PASSWORD}"
alias = "api"
` + rest
)

// primary is a file whose primary section has other lines for type and alias.
func primary(file, typeLine, aliasLine string) string {
	return "[keystore.primary]\r\nfile_name = \"repository/resources/security/" + file + "\"\r\n" + typeLine + "\r\npassword = \"$env{PRIMARY_STORE_PASSWORD}\"\r\n" +
		"key_password = \"$env{PRIMARY_STORE_PASSWORD}\"\r\n  " + aliasLine + "\r\n" + rest
}

// After a repair the finding is gone, no other came, and a second repair changes nothing. Every rule with edits is in the table.
func TestFixes(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range fixable {
		seen[c.id] = true
		t.Run(c.id, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(cleanHome)); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "conf", "deployment.toml")
			env := cleanEnv(t)
			put(t, file, whole)
			always, _ := repairable(t, dir, env)
			put(t, file, c.toml)
			before, files := repairable(t, dir, env)
			if !slices.Contains(before, c.id) || len(files) != 1 {
				t.Fatalf("found %v, to be repaired: %d files", before, len(files))
			}
			if err := files[0].Write(); err != nil {
				t.Fatal(err)
			}
			after, again := repairable(t, dir, env)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range after {
				if id == c.id {
					t.Errorf("%s is still there:\n%s", id, text)
				}
				if !slices.Contains(before, id) && !slices.Contains(c.revealed, id) && !slices.Contains(always, id) {
					t.Errorf("%s came:\n%s", id, text)
				}
			}
			if len(again) > 0 {
				t.Errorf("a second repair changes:\n%s\ninto\n%s", text, again[0].New)
			}
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("mode: %v, %v", info.Mode(), err)
			}
		})
	}
	for _, r := range rules.Policies() {
		text, err := os.ReadFile(filepath.Join("..", "policies", r.Category, r.Name, strings.ReplaceAll(r.Name, "-", "_")+".rego"))
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(string(text), `"change": "`) && !seen[r.ID] {
			t.Errorf("%s offers edits, and no case here tries them", r.ID)
		}
	}
}

// put writes a file with a mode that a repair has to keep.
func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
}

func repairable(t *testing.T, dir string, env map[string]secret.Value) (ids []string, files []*fix.File) {
	t.Helper()
	opened, errs := source.OpenAll(context.Background(), []string{dir})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(func() { opened[0].Close() }) //nolint:errcheck // read-only
	targets, _ := checker.Targets(context.Background(), opened, layout.Options{})
	judge := func(ctx context.Context, targets []*layout.Target, emit func(checker.Outcome) error) error {
		o := checker.Options{Rules: rules.Policies(), Now: time.Now(), Settings: facts.DefaultSettings, Values: checker.Values{Env: env}}
		return checker.Run(ctx, targets, o, emit)
	}
	err := judge(context.Background(), targets, func(o checker.Outcome) error {
		for _, f := range o.Result.Findings {
			ids = append(ids, f.Rule.ID)
		}
		return o.Err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files, err = fix.Files(context.Background(), targets, judge); err != nil {
		t.Fatal(err)
	}
	return ids, files
}
