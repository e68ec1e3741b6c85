package layout

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// pom is what a pom.xml says of the runtime.
type pom struct {
	version, versionAt string
	image, imageAt     string // dockerfile.base.image, which the build hands to the Dockerfile as an argument
}

// maxModules bounds the modules of a project that are looked at, and maxParents the poms that one inherits from.
const (
	maxModules = 200
	maxParents = 8
)

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

// rawPom is what stands in one pom.xml.
type rawPom struct {
	properties map[string]property
	parent     string // the parent's pom.xml, where it has one in the source
	modules    []string
}

// property is a property with its place.
type property struct {
	text, file string
	line       int
}

// readPom reads the properties of a project, those that it inherits too; nil where neither stands there.
func (s *scene) readPom(name string) *pom {
	raw := s.rawPom(name)
	if raw == nil {
		return nil // it is a help, not a part of what is judged
	}
	all := maps.Clone(raw.properties)
	for range maxParents {
		if raw = s.rawPom(raw.parent); raw == nil {
			break
		}
		for key, p := range raw.properties {
			if _, ok := all[key]; !ok {
				all[key] = p
			}
		}
	}
	p := &pom{}
	version, image := all["project.runtime.version"], all["dockerfile.base.image"]
	p.image, p.imageAt = substitute(image.text, all), s.at(image.file, image.line)
	if m := tagVersion.FindStringSubmatch(substitute(version.text, all)); m != nil {
		p.version, p.versionAt = m[1], s.at(version.file, version.line)
	}
	if p.version == "" && p.image == "" {
		return nil
	}
	return p
}

// rawPom reads one pom.xml; nil where there is none. What comes after a fault in the file is not read: Maven would refuse it.
func (s *scene) rawPom(name string) *rawPom {
	if name == "" {
		return nil
	}
	file, err := s.src.Read(name)
	if err != nil {
		return nil
	}
	p := &rawPom{properties: map[string]property{}}
	d := xml.NewDecoder(bytes.NewReader(file.Data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	dir := path.Dir(name)
	line, counted := 1, 0
	var open []string
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch open = append(open, token.Name.Local); strings.Join(open[:min(len(open), 4)], "/") {
			case "project/parent":
				p.parent = path.Join(dir, "../pom.xml") // by default
			case "project/parent/relativePath":
				p.parent = "" // an empty one: it is in no folder
			}
		case xml.EndElement:
			open = open[:max(len(open)-1, 0)]
		case xml.CharData:
			text := strings.TrimSpace(string(token))
			if len(open) != 3 || open[0] != "project" || text == "" || len(text) > 512 {
				continue
			}
			switch {
			case open[1] == "properties":
				end := int(d.InputOffset())
				line, counted = line+bytes.Count(file.Data[counted:end], []byte{'\n'}), end
				p.properties[open[2]] = property{text, name, line}
			case open[1] == "parent" && open[2] == "relativePath":
				if p.parent = path.Join(dir, text); path.Ext(p.parent) != ".xml" {
					p.parent = path.Join(p.parent, "pom.xml")
				}
			case open[1] == "modules" && open[2] == "module" && len(p.modules) < maxModules:
				p.modules = append(p.modules, path.Join(dir, text))
			}
		}
	}
	if leaves(p.parent) {
		p.parent = ""
	}
	return p
}

// moduleImage finds the Dockerfile of a deployment in another module of its Maven project: the one that copies the file, else
// the only one that is about the product and copies no other deployment.toml.
func (s *scene) moduleImage(name string) *Image {
	for _, dir := range ancestors(path.Dir(name)) {
		p := s.rawPom(path.Join(dir, "pom.xml"))
		if p == nil || len(p.modules) == 0 {
			continue
		}
		var likely []*Image
		for _, module := range p.modules {
			for _, place := range []string{"", "docker", "src/main/docker", "src/docker"} {
				file := path.Join(module, place, "Dockerfile")
				if leaves(file) {
					continue
				}
				img := s.dockerfile(file)
				switch {
				case img == nil:
				case img.copies(name):
					return img.assembled()
				case !img.copiesOther():
					likely = append(likely, img)
				}
			}
		}
		if len(likely) == 1 {
			return likely[0].assembled()
		}
	}
	return nil
}

// assembled is an image whose context the build puts together: what it copies and is not at hand may come from other modules.
func (img *Image) assembled() *Image {
	out := *img
	out.Copies = slices.Clone(img.Copies)
	for i, c := range out.Copies {
		if c.Missing {
			out.Copies[i] = c.unknown()
		}
	}
	return &out
}

// copiesOther tells whether a Dockerfile copies a deployment.toml that is at hand.
func (img *Image) copiesOther() bool {
	return slices.ContainsFunc(img.Copies, func(c Copy) bool {
		return !c.Missing && !c.Opaque && path.Base(c.To) == fileName
	})
}

// substitute replaces ${name} by the property of that name, some levels deep.
func substitute(text string, properties map[string]property) string {
	for range 4 {
		before, rest, ok := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		value, known := properties[name]
		if !ok || !closed || !known || len(text) > 1024 {
			break
		}
		text = before + value.text + after
	}
	return text
}
