package layout

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// pom is what a pom.xml says of the runtime.
type pom struct {
	file        string
	version     string
	versionLine int
	image       string // dockerfile.base.image, which the build hands to the Dockerfile as an argument
	imageLine   int
}

func (p *pom) at(s *scene, line int) string { return s.at(p.file, line) }

// pom finds the nearest pom.xml from a folder upwards that names the runtime, once a folder.
func (s *scene) pom(dir string) *pom {
	if p, ok := s.poms[dir]; ok {
		return p
	}
	p := s.readPom(path.Join(dir, "pom.xml"))
	if p == nil && dir != "." {
		p = s.pom(path.Dir(dir))
	}
	s.poms[dir] = p
	return p
}

// readPom reads the properties of a project; nil where neither stands there. What comes after a fault in the file is not
// read: Maven would refuse it.
func (s *scene) readPom(name string) *pom {
	file, err := s.src.Read(name)
	if err != nil {
		return nil // it is a help, not a part of what is judged
	}
	p := &pom{file: name}
	d := xml.NewDecoder(bytes.NewReader(file.Data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	properties := map[string]string{}
	var open []string
	for {
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
			if len(open) != 3 || open[0] != "project" || open[1] != "properties" {
				continue
			}
			text := strings.TrimSpace(string(token))
			if text == "" || len(text) > 512 {
				continue
			}
			properties[open[2]] = text
			line := 1 + bytes.Count(file.Data[:d.InputOffset()], []byte{'\n'})
			switch open[2] {
			case "project.runtime.version":
				p.version, p.versionLine = text, line
			case "dockerfile.base.image":
				p.image, p.imageLine = text, line
			}
		}
	}
	p.version = substitute(p.version, properties)
	p.image = substitute(p.image, properties)
	if m := tagVersion.FindStringSubmatch(p.version); m != nil {
		p.version = m[1]
	} else {
		p.version = ""
	}
	if p.version == "" && p.image == "" {
		return nil
	}
	return p
}

// substitute replaces ${name} by the property of that name, some levels deep.
func substitute(text string, properties map[string]string) string {
	for range 4 {
		before, rest, ok := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		value, known := properties[name]
		if !ok || !closed || !known || len(text) > 1024 {
			break
		}
		text = before + value + after
	}
	return text
}
