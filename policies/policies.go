// Package policies embeds the Rego of the built-in rules: one folder a rule under its category, with the policy and its unit
// tests, and lib/ with what they share.
package policies

import (
	"embed"
	"io/fs"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

// The tests of the rules stay out of the program: what ends in "t" is taken unless it ends in "st". TestEmbedded finds a policy
// that this leaves out.
//
//go:embed lib/*[^t].rego */*/*[^t].rego */*/*[^s]t.rego
var files embed.FS

//go:embed fixture.gz
var packedFixture []byte

// Module is one Rego file.
type Module struct {
	Path   string // "certificates/self-signed-primary/self_signed_primary.rego"
	Source string
}

// Library lists what custom policies may use: the helpers in data.mikscheck.lib and, for tests, the document that tests begin
// with (data.mikscheck.fixture).
func Library(withFixture bool) []Module {
	ms := below("lib")
	if withFixture {
		ms = append(ms, Module{Path: Fixture, Source: string(packed.New(packedFixture).Read(Fixture))})
	}
	return ms
}

// Fixture is the file with the document that tests begin with.
const Fixture = "lib/clean_test.rego"

// Modules lists the policies in path order, without their tests.
func Modules() []Module { return below(".") }

func below(dir string) []Module {
	var ms []Module
	_ = fs.WalkDir(files, dir, func(p string, d fs.DirEntry, err error) error { // an embedded tree can't fail
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(p)
		ms = append(ms, Module{Path: p, Source: string(b)})
		return err
	})
	return ms
}
