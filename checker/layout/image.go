package layout

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// dockerfileNames are what a Dockerfile is called.
var dockerfileNames = []string{"Dockerfile", "Containerfile"}

// image finds the Dockerfile that builds a deployment: in docker beside the file, beside it, or in one of the folders above.
// One that has nothing to do with the product is passed over.
func (s *scene) image(name string) *Image {
	dir := path.Dir(name)
	for _, folder := range append([]string{path.Join(dir, "docker")}, ancestors(dir)...) {
		for _, file := range dockerfileNames {
			if img := s.dockerfile(path.Join(folder, file)); img != nil {
				return img
			}
		}
	}
	return s.moduleImage(name)
}

// ancestors lists a folder and those above it, to the source's root.
func ancestors(dir string) []string {
	dirs := []string{dir}
	for dir != "." {
		dir = path.Dir(dir)
		dirs = append(dirs, dir)
	}
	return dirs
}

// dockerfile reads one Dockerfile, once a search; nil where there is none or it is about something else.
func (s *scene) dockerfile(name string) *Image {
	if img, ok := s.images[name]; ok {
		return img
	}
	img := s.readImage(name)
	s.images[name] = img
	return img
}

func (s *scene) readImage(name string) *Image {
	file, err := s.src.Read(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !isDir(s.src, name) {
			s.problem(name, err)
		}
		return nil
	}
	d, err := parseDockerfile(file.Data)
	if err != nil {
		s.problem(name, &dockerfileError{s.src.URI(name), err})
		return nil
	}
	dir := path.Dir(name)
	m := images{d: d, files: contexts{s.src, ancestors(dir)}}
	m.baseOf = func() (string, string) {
		p := s.pom(dir)
		if p == nil || p.image == "" {
			return "", ""
		}
		return p.image, p.imageAt
	}
	st := m.evaluate()
	if st == nil {
		return nil
	}
	img := &Image{File: name, Copies: st.copies, full: st.base, env: st.env, runs: st.runs, home: st.homeRelative, from: s.at(name, st.line)}
	if p, ok := productOf(st.base); ok && p == "mi" {
		img.Base = st.base
	}
	if st.origin != "" {
		img.from = st.origin
	}
	_, sibling := productOf(st.base)
	if !sibling && tagOf(st.base) == "" && !slices.ContainsFunc(st.copies, func(c Copy) bool { return !strings.HasPrefix(c.To, "/") }) {
		return nil
	}
	return img
}

type dockerfileError struct {
	uri string
	err error
}

func (e *dockerfileError) Error() string {
	return `"` + e.uri + `" is not read as a Dockerfile: ` + e.err.Error()
}
func (e *dockerfileError) Unwrap() error { return e.err }

// shipped are the stores that the product's images bring, relative to MI home.
var shipped = []string{securityFolder + "/wso2carbon.jks", securityFolder + "/client-truststore.jks"}

// copied looks for a clean path, relative to MI home or absolute, through the COPY lines; true ends the search. With
// unsure, a copy that can't be followed may have brought it.
func (t *Target) copied(l *Location, name string) (found, unsure bool) {
	for i := range slices.Backward(t.Image.Copies) { // the last one wins
		c := &t.Image.Copies[i]
		rest, under := below(c.To, name)
		if c.To == "" && !strings.HasPrefix(name, "/") {
			rest, under = name, true
		}
		if !under || rest != "" && !c.folder {
			continue
		}
		switch {
		case c.Opaque && rest == "":
			return true, true
		case c.Opaque:
			unsure = true
		case c.Missing:
			if ok, err := path.Match(c.pattern, path.Base(name)); c.pattern != "" && (err != nil || !ok) {
				continue
			}
			l.CopyMissing = c
			l.Looked = append(l.Looked, t.Source.URI(c.From))
			return true, unsure
		case t.try(l, t.Source, path.Join(c.From, rest)):
			return true, unsure
		}
	}
	return false, unsure
}

// brings tells whether the base image's own default lies at a path: nothing that the Dockerfile does can have touched it.
func (t *Target) brings(name string) bool {
	if t.Image.Base == "" || !slices.Contains(shipped, name) {
		return false
	}
	return !slices.ContainsFunc(t.Image.runs, func(run string) bool {
		return strings.Contains(run, path.Base(name)) || strings.Contains(run, "resources/security")
	})
}
