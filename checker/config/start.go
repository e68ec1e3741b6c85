package config

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
)

// stages are words that folders of environments are called by, with the profile that suits them.
var stages = []struct {
	profile string
	words   []string
}{
	{Development, []string{"dev", "development", "local", "sandbox"}},
	{Production, []string{"prod", "production", "prd", "live"}},
	{Production, []string{"staging", "stage", "preprod", "uat", "qa", "test"}},
}

// Start writes a configuration to begin with, all in comments, for the deployment.toml files that were found.
func Start(uris []string) string {
	var b strings.Builder
	b.WriteString(`#:schema https://raw.githubusercontent.com/mi-kscheck/mi-kscheck/main/checker/config/schema.json
# Configuration of mi-kscheck. What it means: https://github.com/mi-kscheck/mi-kscheck/blob/main/docs/configuration.md
# 'mi-kscheck config print' shows what is in force. Every line below is a comment: take the mark away from what you want.
`)
	switch n := len(uris); {
	case n == 0:
		b.WriteString("# There was no deployment.toml here when this file was written.\n")
	default:
		fmt.Fprintf(&b, "#\n# Found when this file was written (%d):\n", n)
		for i, uri := range uris {
			if i == 10 {
				fmt.Fprintf(&b, "#   and %d more\n", n-i)
				break
			}
			b.WriteString("#   " + strings.Map(printable, uri) + "\n")
		}
	}
	b.WriteString(`
# Findings from this level on fail the run: error, warning, note, never.
#fail_on = "error"

# On developers' machines the shipped stores and passwords are normal: "development" makes them notes.
#profile = "production"

# Files and folders that are no deployments.
#exclude = ["**/target/**"]

# An organisation's own lists: keys that others have, passwords that everyone guesses. They lie beside this file.
#known_keys = "known-keys.txt"
#forbidden_passwords = "forbidden-passwords.txt"

# Rules of your own ('mi-kscheck policy new NAME' writes one), and a configuration of the repository that this one goes on from.
#policy = ["policies"]
#extends = "../.mi-kscheck.toml"

# Who waives must say until when, and some rules can't be waived at all.
#max_waiver_days = 180
#unwaivable = ["MIKS203"]

# Rules: off, another level, another limit.
#[rules]
#off = ["MIKS309"]
#[rules.MIKS304]
#expiring_days = 45
#[rules.weak-store-password]
#level = "error"
#password_length = 16
`)
	for _, e := range environments(uris) {
		fmt.Fprintf(&b, "\n#[[environment]]\n#name = %s\n#paths = %s\n#profile = %s\n", quote(e.Name), list(e.Paths), quote(e.Profile))
	}
	b.WriteString(`
# Stores that exist only at run time.
#[[mount]]
#path = "/run/secrets"

# A finding that is accepted for a time. A comment does the same for one line of deployment.toml:
#   # mi-kscheck:ignore MIKS301 until=2027-03-31 reason="the CA's certificate comes in March"
#[[waiver]]
#rule = "MIKS301"
#path = "**/deployment.toml"
#until = 2027-03-31
#reason = "the CA's certificate comes in March"
`)
	return b.String()
}

// environments guesses environments by the folders that files lie in; an example where there is nothing to guess by.
func environments(uris []string) []Environment {
	var found []Environment
	for _, uri := range uris {
		parts := strings.Split(path.Dir(uri), "/")
		for i, part := range parts {
			profile := profileOf(part)
			if profile == "" || strings.ContainsAny(part, `*?[]{}\`) || strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsPrint(r) }) {
				continue
			}
			glob := "**/" + part + "/**"
			if i == 0 {
				glob = part + "/**"
			}
			name := strings.ToLower(part)
			switch n := slices.IndexFunc(found, func(e Environment) bool { return e.Name == name }); {
			case n < 0:
				found = append(found, Environment{Name: name, Paths: []string{glob}, Profile: profile})
			case !slices.Contains(found[n].Paths, glob):
				found[n].Paths = append(found[n].Paths, glob)
			}
		}
	}
	if len(found) == 0 {
		return []Environment{{Name: "dev", Paths: []string{"environments/dev/**"}, Profile: Development}}
	}
	return found[:min(len(found), 8)]
}

func profileOf(folder string) string {
	for _, s := range stages {
		if slices.Contains(s.words, strings.ToLower(folder)) {
			return s.profile
		}
	}
	return ""
}
