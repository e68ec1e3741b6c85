package layout

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// PasswordFiles lists the files by which the product takes the stores' password at its start that lie in the MI home, or where
// the image's files lie (mi-semantics section 5). They are not opened.
func (t *Target) PasswordFiles() []string {
	var uris []string
	for _, name := range []string{"password-tmp", "password-persist", "password-tmp.txt", "password-persist.txt"} {
		if l := t.Locate(name); l.Status == Found || l.Status == Unreadable {
			uris = append(uris, l.Source.URI(l.Name))
		}
	}
	return uris
}

// Setting is a name with a text in a file that belongs to the deployment.
type Setting struct {
	URI    string
	Kind   string // property of pom.xml; ENV or ARG of the Dockerfile; environment of a compose file or a workload; Secret
	Name   string
	Value  secret.Value
	Region source.Region // of the name, in a Dockerfile; of the text, in pom.xml
	// Sets is the variable of the container that the text can become, of a file that sets variables of others as well: only what
	// deployment.toml takes counts there. Else empty.
	Sets string
}

// maxSettings bounds what is looked at in one file.
const maxSettings = 1000

// Settings lists the names with a text of their own in the pom.xml, the Dockerfile and what runs the container of a deployment. What is made of
// variables is left out.
func (t *Target) Settings() []Setting {
	var all []Setting
	project, image := t.Beside()
	if project != nil {
		all = append(properties(project), t.parents(project.Name)...)
	}
	if image != nil {
		all = append(all, dockerfileSettings(image)...)
	}
	all = append(all, t.scene.values(path.Dir(t.Path))...)
	return append(all, t.settings...)
}

// Beside reads the pom.xml and the Dockerfile of a deployment, which may be those of others as well; nil: there is none.
func (t *Target) Beside() (project, image *source.File) {
	if t.Kind != Home {
		for _, dir := range ancestors(path.Dir(t.Path)) {
			if file, err := t.Source.Read(path.Join(dir, "pom.xml")); err == nil {
				project = file
				break
			}
		}
	}
	if t.Image != nil {
		if file, err := t.Source.Read(t.Image.File); err == nil {
			image = file
		}
	}
	return project, image
}

// settingName is what a name may be made of to be shown.
var settingName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// properties reads the <properties> of a project and of its profiles, as far as it is XML.
func properties(file *source.File) []Setting {
	var all []Setting
	lines := source.NewLines(file.Data)
	d := xml.NewDecoder(bytes.NewReader(file.Data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var open []string
	for len(all) < maxSettings {
		from := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:max(len(open)-1, 0)]
		case xml.CharData:
			text := strings.TrimSpace(string(token))
			if n := len(open); n < 3 || open[n-2] != "properties" || text == "" || strings.Contains(text, "${") || !settingName.MatchString(open[n-1]) {
				continue
			}
			raw := file.Data[from:min(int(d.InputOffset()), len(file.Data))]
			left := len(raw) - len(bytes.TrimLeft(raw, " \t\r\n"))
			span := source.Span{Start: from + left, End: from + len(bytes.TrimRight(raw, " \t\r\n"))}
			all = append(all, Setting{URI: file.URI, Kind: "property", Name: open[len(open)-1], Value: secret.New(text), Region: lines.Region(span)})
		}
	}
	return all
}

// dockerfileSettings reads the ENV and ARG of a Dockerfile.
func dockerfileSettings(file *source.File) []Setting {
	d, err := parseDockerfile(file.Data)
	if err != nil {
		return nil
	}
	var all []Setting
	lines := source.NewLines(file.Data)
	e := expander{escape: d.escape, lookup: func(string) (string, bool) { return "", false }}
	for _, in := range d.instructions {
		if in.name != "ENV" && in.name != "ARG" {
			continue
		}
		words := e.split(in.text)
		if in.name == "ENV" && len(words) > 1 && !strings.Contains(words[0], "=") {
			name, rest := cutSpace(in.text)
			words = []string{name + "=" + rest}
		}
		at := in.span.Start + len(in.name)
		for _, word := range words {
			name, text, ok := strings.Cut(word, "=")
			if !ok || text == "" || strings.Contains(text, "$") || !settingName.MatchString(name) || len(all) == maxSettings {
				continue
			}
			if i := bytes.Index(file.Data[at:in.span.End], []byte(name+"=")); i >= 0 {
				at += i
			} else if i := bytes.Index(file.Data[at:in.span.End], []byte(name)); i >= 0 {
				at += i
			}
			span := source.Span{Start: at, End: min(at+len(name), len(file.Data))}
			if value := e.word(text); value != "" {
				all = append(all, Setting{URI: file.URI, Kind: in.name, Name: name, Value: secret.New(value), Region: lines.Region(span)})
			}
		}
	}
	return all
}
