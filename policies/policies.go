// Package policies embeds the Rego of the built-in rules: one folder a rule under its category, with the policy and its unit
// tests, and lib/ with what they share.
package policies

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// The tests of the rules stay out of the program: what ends in "t" is taken unless it ends in "st". TestEmbedded finds a policy
// that this leaves out.
//
//go:embed lib/*.rego */*/*[^t].rego */*/*[^s]t.rego
var files embed.FS

// Module is one Rego file.
type Module struct {
	Path   string // "certificates/self-signed-primary/self_signed_primary.rego"
	Source string
}

// Library lists what custom policies may use: the helpers in data.mikscheck.lib and, for tests, the document that tests begin
// with (data.mikscheck.fixture).
func Library(withFixture bool) []Module {
	var ms []Module
	_ = fs.WalkDir(files, "lib", func(p string, d fs.DirEntry, err error) error { // an embedded tree can't fail
		if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.rego") && (!withFixture || p != Fixture) {
			return err
		}
		b, err := files.ReadFile(p)
		ms = append(ms, Module{Path: p, Source: string(b)})
		return err
	})
	return ms
}

// Fixture is the file with the document that tests begin with.
const Fixture = "lib/clean_test.rego"

// Modules lists the policies in path order, without their tests.
func Modules() []Module {
	var ms []Module
	_ = fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error { // an embedded tree can't fail
		if err != nil || d.IsDir() || path.Ext(p) != ".rego" || strings.HasSuffix(p, "_test.rego") {
			return err
		}
		b, err := files.ReadFile(p)
		ms = append(ms, Module{Path: p, Source: string(b)})
		return err
	})
	return ms
}
