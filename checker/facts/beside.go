package facts

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Beside is what a file beside the deployment.toml tells of a password: a file that holds one, or a setting with one in clear
// text.
type Beside struct {
	Pointer string   `json:"pointer"`
	Kind    string   `json:"kind"`        // file; property of pom.xml; ENV or ARG of the Dockerfile; environment of a compose file; env of a container in Kubernetes; Secret; env_file, of a compose file; value, of a Helm chart
	Name    string   `json:"name"`        // of the setting; of a file its URI
	Names   bool     `json:"names_store"` // the name says that it is the password of a store, or a store's password refers to it
	Stores  []string `json:"stores"`      // titles of the stores that have this very password, or key password
}

// besideText is a place in a file that is shown without its lines.
type besideText struct {
	uri    string
	region source.Region
}

func (b besideText) URI() string                          { return b.uri }
func (b besideText) Region(source.Span) source.Region     { return b.region }
func (besideText) Quote(source.Span) (q deployment.Quote) { return q }

// beside lists what the files beside the deployment.toml tell of passwords.
func (b *builder) beside() {
	add := func(out Beside, key, uri string, region source.Region) {
		out.Pointer = fmt.Sprintf("/beside/%d", len(b.doc.Beside))
		b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: key, File: besideText{uri, region}})
		b.doc.Beside = append(b.doc.Beside, out)
	}
	for _, uri := range b.in.Target.PasswordFiles() {
		add(Beside{Kind: "file", Name: uri, Stores: []string{}}, "", uri, source.Region{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1})
	}
	for _, s := range b.in.Target.Settings() {
		out := Beside{Kind: s.Kind, Name: s.Name, Names: b.namesStore(s), Stores: b.storesOf(s)}
		if out.Names || len(out.Stores) > 0 {
			add(out, s.Name, s.URI, s.Region)
		}
	}
}

var (
	storePassword = regexp.MustCompile(`(?i)(store|key)[._-]?pass`)
	aboutPassword = regexp.MustCompile(`(?i)(file|path|alias|name|type|length)$`)
)

// namesStore tells by its name that a setting is a store's password.
func (b *builder) namesStore(s layout.Setting) bool {
	sets := s.Sets
	if sets == "" {
		if storePassword.MatchString(s.Name) && !aboutPassword.MatchString(s.Name) {
			return true
		}
		sets = s.Name
	}
	for _, r := range b.in.References {
		for _, v := range []*deployment.Value{r.Password, r.KeyPassword} {
			if v == nil {
				continue
			}
			for _, p := range v.Variables {
				if p.Kind == deployment.Env && p.Name == sets && s.Kind != "property" {
					return true
				}
			}
		}
	}
	return false
}

// storesOf gives the stores that have the text of a setting as a password. A text that many have says nothing: it may as well
// be the name of a user.
func (b *builder) storesOf(s layout.Setting) []string {
	titles := []string{}
	p := password(s.Value, b.in.Own.Passwords)
	if p.Default || p.Common || utf8.RuneCountInString(s.Value.Reveal()) < 8 {
		return titles
	}
	for i, r := range b.in.References {
		for _, v := range []*deployment.Value{r.Password, r.KeyPassword} {
			if v != nil && v.State == deployment.Known && v.Text.Equal(s.Value) {
				titles = append(titles, b.doc.References[i].Title)
				break
			}
		}
	}
	return titles
}
