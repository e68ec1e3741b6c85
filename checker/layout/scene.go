package layout

import (
	"cmp"
	"path"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// scene is what all targets of one search share.
type scene struct {
	src     source.Source
	o       Options
	outside *outside
}

func newScene(src source.Source, o Options) *scene {
	return &scene{src: src, o: o, outside: &outside{dirs: o.AllowOutside}}
}

func cmpStrings(a, b string) int { return cmp.Compare(a, b) }

// target works out the shape around one deployment.toml.
func (s *scene) target(name string, named bool) *Target {
	t := &Target{Source: s.src, Path: name, Kind: Tree, Product: "mi", options: s.o, scene: s}
	dir := path.Dir(name)
	if home, ok := s.home(name); ok {
		t.Kind, t.Home = Home, home
		t.Complete = s.complete(home)
	} else if project, ok := s.project(name); ok {
		t.Kind, t.project = Project, project
	} else if named && dir == "." && !s.src.Git(name).WorkTree {
		t.Kind = Single
	}
	s.version(t)
	return t
}

// home finds the MI home of a deployment.toml: the folder above conf, where bin or repository lies in it too, or the one that
// was named by --mi-home.
func (s *scene) home(name string) (string, bool) {
	if s.o.Home != "" {
		return path.Clean(s.o.Home), true
	}
	conf := path.Dir(name)
	if path.Base(name) != fileName || path.Base(conf) != "conf" {
		return "", false
	}
	home := path.Dir(conf)
	return home, s.isDir(path.Join(home, "bin")) || s.isDir(path.Join(home, "repository"))
}

// complete tells an installation from a checkout that holds some of one: it has the product's version file, its launcher or
// what the product unpacks; or at least a repository folder outside any git work tree.
func (s *scene) complete(home string) bool {
	for _, mark := range []string{
		"bin/version.txt", "bin/micro-integrator.sh", "bin/micro-integrator.bat", "bin/integrator.sh",
		"repository/resources/conf/default.json", "wso2/components",
	} {
		if s.exists(path.Join(home, mark)) {
			return true
		}
	}
	return s.isDir(path.Join(home, "repository")) && !s.src.Git(path.Join(home, "conf", fileName)).WorkTree
}

// project finds the folder of an integration project: deployment/deployment.toml with deployment/docker beside it or a
// pom.xml above.
func (s *scene) project(name string) (string, bool) {
	dir := path.Dir(name)
	if path.Base(name) != fileName || path.Base(dir) != "deployment" {
		return "", false
	}
	above := path.Dir(dir)
	return above, s.isDir(path.Join(dir, "docker")) || s.exists(path.Join(above, "pom.xml"))
}

func (s *scene) exists(name string) bool {
	_, err := s.src.Stat(name)
	return err == nil
}

func (s *scene) isDir(name string) bool {
	info, err := s.src.Stat(name)
	return err == nil && info.IsDir()
}
