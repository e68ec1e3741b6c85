// Command generate makes rules/catalogue.json from the METADATA of the policies, so that no annotation is parsed at run time
// (it would cost a third of the start), and renews the head of every page. Run it by go generate ./rules.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/policies"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func main() {
	log.SetFlags(0)
	rs, err := read(policies.Modules())
	if err != nil {
		log.Fatal(err)
	}
	if err := write(rs); err != nil {
		log.Fatal(err)
	}
}

// read takes the METADATA of every policy module.
func read(ms []policies.Module) ([]*rules.Rule, error) {
	var rs []*rules.Rule
	fleet := map[string]string{} // by folder: the package of the policy that judges the run beside the rule's own
	for _, m := range ms {
		if strings.HasPrefix(m.Path, "lib/") {
			continue
		}
		mod, err := ast.ParseModuleWithOpts(m.Path, m.Source, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, err
		}
		if path.Base(m.Path) == "fleet.rego" {
			fleet[path.Dir(m.Path)] = strings.TrimPrefix(mod.Package.Path.String(), "data.")
			continue
		}
		r, err := rule(m, mod)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		rs = append(rs, r)
	}
	for _, r := range rs {
		if p, ok := fleet[r.Category+"/"+r.Name]; ok {
			r.Fleet = p
		}
		if want := rules.FleetPackage(r.Name); r.Fleet != "" && r.Fleet != want {
			return nil, fmt.Errorf("%s: the policy that judges the run is package %s; want %s", r.ID, r.Fleet, want)
		}
	}
	sort.Slice(rs, func(i, j int) bool { return rs[i].ID < rs[j].ID })
	for i := 1; i < len(rs); i++ {
		if rs[i].ID == rs[i-1].ID {
			return nil, fmt.Errorf("%s is defined twice: %s and %s", rs[i].ID, rs[i-1].Package, rs[i].Package)
		}
	}
	return rs, nil
}

func rule(m policies.Module, mod *ast.Module) (*rules.Rule, error) {
	var a *ast.Annotations
	for _, x := range mod.Annotations {
		if x.Scope == "package" {
			a = x
		}
	}
	if a == nil {
		return nil, errors.New("no METADATA with scope package")
	}
	r, err := rules.FromMetadata(a.Custom, a.Title, a.Description)
	if err != nil {
		return nil, err
	}
	if len(r.Requirements) > 0 {
		return nil, errors.New("requirements belong into standards.json")
	}
	r.Requirements = rules.Citations(r.ID)
	r.Package = strings.TrimPrefix(mod.Package.Path.String(), "data.")
	dir := strings.Split(m.Path, "/")
	r.Category = dir[0]
	want := "mikscheck.rules." + dir[0] + "." + strings.ReplaceAll(dir[1], "-", "_")
	if r.Package == rules.FleetPackage(dir[1]) {
		r.Fleet, want = r.Package, r.Package
	}
	if r.Package != want || r.Name != dir[1] {
		return nil, fmt.Errorf("package %s and name %s do not fit the folder: want %s and %s", r.Package, r.Name, want, dir[1])
	}
	return r, nil
}

// write puts the catalogue and the heads beside the sources; it runs in the folder of package rules.
func write(rs []*rules.Rule) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(rs); err != nil {
		return err
	}
	if err := os.WriteFile("catalogue.json", b.Bytes(), 0o644); err != nil { //nolint:gosec // a source file is world-readable
		return err
	}
	if err := packed.Write("catalogue.gz", map[string]string{"catalogue.json": b.String()}); err != nil {
		return err
	}
	pages := map[string]string{}
	for _, r := range append(rs, rules.Run()...) {
		page, err := head(r)
		if err != nil {
			return err
		}
		pages[r.ID+".md"] = string(page)
	}
	return packed.Write("pages.gz", pages)
}

// head renews the head of a rule's page and gives the page.
func head(r *rules.Rule) ([]byte, error) {
	name := filepath.Join("pages", r.ID+".md")
	old, err := os.ReadFile(name) //nolint:gosec // the name is made of a rule's ID
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	page := []byte(r.WithHead(string(old)))
	return page, os.WriteFile(name, page, 0o644) //nolint:gosec // a source file is world-readable
}
