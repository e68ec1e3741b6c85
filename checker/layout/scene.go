package layout

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// scene is what all targets of one search share.
type scene struct {
	src      source.Source
	o        Options
	outside  *outside
	problem  func(name string, err error)
	exclude  []string              // globs that can be used
	images   map[string]*Image     // by Dockerfile; nil: none that matters
	poms     map[string]*pom       // by folder; nil: none from there upwards
	composes map[string][]*service // by folder
}

func newScene(src source.Source, o Options, problem func(string, error)) *scene {
	return &scene{
		src: src, o: o, problem: problem, outside: &outside{dirs: o.AllowOutside},
		images: map[string]*Image{}, poms: map[string]*pom{}, composes: map[string][]*service{},
	}
}

// at names a place for a version's origin.
func (s *scene) at(name string, line int) string { return fmt.Sprintf("%s:%d", s.src.URI(name), line) }

// target works out the shape around one deployment.toml.
func (s *scene) target(name string, named bool) *Target {
	t := &Target{Source: s.src, Path: name, Kind: Tree, Product: "mi", HomeSource: s.src, options: s.o, scene: s}
	switch {
	case s.home(t):
		t.Kind = Home
		t.Complete = s.complete(t)
	case s.project(name):
		t.Kind = Project
	case named && !s.src.Git(name).WorkTree:
		t.Kind = Single
	}
	if !t.Complete {
		t.Image = s.image(name)
		if _, part := s.src.(source.Inner); !part {
			s.composed(t)
			if len(t.mounts) == 0 && t.runs == "" {
				s.kustomized(t)
			}
		}
	}
	s.version(t)
	return t
}

// home finds the MI home of a target: the one that was named by --mi-home, else the folder above conf, where bin or repository
// lies in it too.
func (s *scene) home(t *Target) bool {
	if dir := s.o.Home; dir != "" {
		if !filepath.IsAbs(dir) {
			t.Home = path.Clean(dir)
			return true
		}
		if f, ok := s.src.(onDisk); ok {
			if name, ok := f.Within(dir); ok {
				t.Home = name
				return true
			}
		}
		if f := s.outside.folder(dir); f != nil {
			t.HomeSource, t.Home = f, "."
			return true
		}
		return false
	}
	conf := path.Dir(t.Path)
	if path.Base(t.Path) != fileName || path.Base(conf) != "conf" {
		return false
	}
	t.Home = path.Dir(conf)
	if isDir(s.src, path.Join(t.Home, "bin")) || isDir(s.src, path.Join(t.Home, "repository")) {
		return true
	}
	t.Home = ""
	return false
}

// installed are the marks of an installation: the product's version file, its launcher, what it unpacks.
var installed = []string{
	versionFile, "bin/micro-integrator.sh", "bin/micro-integrator.bat", "bin/integrator.sh",
	"repository/resources/conf/default.json", "wso2/components",
}

// complete tells an installation from a checkout that holds some of one. A repository folder alone is enough outside any git
// work tree only: in one it is what gets copied over an installation elsewhere.
func (s *scene) complete(t *Target) bool {
	for _, mark := range installed {
		if exists(t.HomeSource, path.Join(t.Home, mark)) {
			return true
		}
	}
	if _, packed := t.HomeSource.(*source.Archive); packed {
		return true // nothing comes on top of what was packed
	}
	return isDir(t.HomeSource, path.Join(t.Home, "repository")) && !s.src.Git(t.Path).WorkTree
}

// project tells the editor extension's layout: deployment/deployment.toml with deployment/docker beside it or a pom.xml above.
func (s *scene) project(name string) bool {
	dir := path.Dir(name)
	return path.Base(name) == fileName && path.Base(dir) == "deployment" &&
		(isDir(s.src, path.Join(dir, "docker")) || exists(s.src, path.Join(path.Dir(dir), "pom.xml")))
}

func exists(src source.Source, name string) bool {
	_, err := src.Stat(name)
	return err == nil
}

func isDir(src source.Source, name string) bool {
	info, err := src.Stat(name)
	return err == nil && info.IsDir()
}
