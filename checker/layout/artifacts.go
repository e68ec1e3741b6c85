package layout

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Where Synapse artifacts lie: in an MI home the deployed ones, in a project those that a CApp is built of, by the editor
// extension's layout and by the one before it.
const deployedArtifacts = "repository/deployment/server/synapse-configs/default"

// deployedCApps is where an MI home has its CApps, which hold such artifacts packed.
const deployedCApps = "repository/deployment/server/carbonapps"

var projectArtifacts = []string{"src/main/wso2mi/artifacts", "src/main/synapse-config"}

// What looking for artifacts may cost, for one target.
const (
	maxArtifactEntries = 20_000 // files and folders
	maxArtifactDepth   = 16
	maxArtifactBytes   = 64 << 20 // of all files together
	maxCApps           = 200
)

var (
	errManyArtifacts  = errors.New("it holds more artifacts than are looked at, so that some were left out")
	errDeepArtifacts  = errors.New("it lies deeper than artifacts are looked for")
	errManyCApps      = errors.New("it holds more CApps than are looked into, so that some were left out")
	errLargeArtifacts = errors.New("with it the artifacts are larger than what is read of them, so that it and those behind it were left out")
)

// Artifact is a file of Synapse artifacts that may name stores.
type Artifact struct {
	File  *source.File
	Label string // its path below the folder of artifacts, behind the name of the module where there are several
}

// Artifacts reads the Synapse artifacts of a deployment that may name stores, in the order of their names. Files in which no
// inbound endpoint and no message store can be are left out. It is bounded; what it could not look at are the problems.
func (t *Target) Artifacts() ([]Artifact, []Problem) {
	a := &artifacts{t: t, src: t.Source, seen: map[[sha256.Size]byte]bool{}}
	switch {
	case t.manifest != "" && t.Kind != Home, t.Kind == Single:
	case t.Kind == Home:
		a.src = t.HomeSource
		a.folder(path.Join(t.Home, deployedArtifacts), "", 0)
		a.capps(path.Join(t.Home, deployedCApps))
	default:
		a.project()
		if t.Image == nil {
			break
		}
		for _, c := range t.Image.Copies {
			if c.To == deployedCApps || path.Dir(c.To) == deployedCApps {
				a.capps(c.From) // what the build makes is not there
			}
		}
	}
	return a.found, a.problems
}

type artifacts struct {
	t        *Target
	src      source.Source
	entries  int
	bytes    int
	full     bool
	opened   int                        // CApps
	seen     map[[sha256.Size]byte]bool // texts of artifacts
	found    []Artifact
	problems []Problem
}

// project looks into the project that a deployment.toml belongs to, and into the modules of a Maven project that have no
// deployment of their own.
func (a *artifacts) project() {
	root := path.Dir(a.t.Path)
	if path.Base(root) == "deployment" {
		root = path.Dir(root)
	}
	a.module(root, "")
	if a.t.Kind != Project || !exists(a.src, path.Join(root, "pom.xml")) {
		return
	}
	children, err := a.src.ReadDir(root)
	if err != nil {
		return // the walk that found the target told of it
	}
	for _, c := range children {
		dir := path.Join(root, c.Name())
		if c.IsDir() && !skipped(c.Name()) && exists(a.src, path.Join(dir, "pom.xml")) && !exists(a.src, path.Join(dir, "deployment", fileName)) {
			a.module(dir, c.Name()+":")
		}
	}
}

func (a *artifacts) module(dir, label string) {
	for _, below := range projectArtifacts {
		a.folder(path.Join(dir, below), label, 0)
	}
}

func (a *artifacts) problem(name string, err error) {
	a.problems = append(a.problems, Problem{URI: a.src.URI(name), Err: err})
}

// folder reads what is in a folder; label goes before the names. Links to folders are not followed.
func (a *artifacts) folder(dir, label string, depth int) {
	if depth > maxArtifactDepth {
		a.problem(dir, errDeepArtifacts)
		return
	}
	entries, err := a.src.ReadDir(dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			a.problem(dir, err)
		}
		return
	}
	for _, e := range entries {
		if a.full {
			return
		}
		if a.entries++; a.entries > maxArtifactEntries {
			a.full = true
			a.problem(dir, errManyArtifacts)
			return
		}
		name := path.Join(dir, e.Name())
		switch {
		case excluded(a.t.scene.exclude, a.src.URI(name)):
		case e.IsDir():
			a.folder(name, label+e.Name()+"/", depth+1)
		case strings.EqualFold(path.Ext(name), ".xml"):
			a.file(name, label+e.Name())
		}
	}
}

func (a *artifacts) file(name, label string) {
	file, err := a.src.Read(name)
	if err != nil {
		a.problem(name, err)
		return
	}
	if a.bytes += len(file.Data); a.bytes > maxArtifactBytes {
		a.full = true
		a.problem(name, errLargeArtifacts)
		return
	}
	a.add(file, label)
}

// add takes a file in which an artifact may be that names stores. A CApp may hold what the project has, too.
func (a *artifacts) add(file *source.File, label string) {
	if !bytes.Contains(file.Data, []byte("inboundEndpoint")) && !bytes.Contains(file.Data, []byte("messageStore")) {
		return
	}
	sum := sha256.Sum256(file.Data)
	if !file.Packed || !a.seen[sum] {
		a.found = append(a.found, Artifact{File: file, Label: label})
	}
	a.seen[sum] = true
}

// capps looks into the CApps of a folder, or into one that is named.
func (a *artifacts) capps(name string) {
	if info, err := a.src.Stat(name); err != nil || !info.IsDir() {
		if err == nil && isCApp(name) {
			a.capp(name)
		}
		return
	}
	entries, err := a.src.ReadDir(name)
	if err != nil {
		a.problem(name, err)
		return
	}
	for _, e := range entries {
		if !e.IsDir() && isCApp(e.Name()) {
			a.capp(path.Join(name, e.Name()))
		}
	}
}

func isCApp(name string) bool { return strings.EqualFold(path.Ext(name), ".car") }

// capp reads the artifacts in one CApp; archives in it are not looked into.
func (a *artifacts) capp(name string) {
	if a.full || excluded(a.t.scene.exclude, a.src.URI(name)) {
		return
	}
	if a.opened++; a.opened > maxCApps {
		a.full = true
		a.problem(path.Dir(name), errManyCApps)
		return
	}
	err := source.Entries(a.src, name, func(entry string, read func() (*source.File, error)) bool {
		if a.entries++; a.entries > maxArtifactEntries {
			a.full = true
			a.problem(name, errManyArtifacts)
			return false
		}
		if base := path.Base(entry); !strings.EqualFold(path.Ext(entry), ".xml") || base == "artifacts.xml" || base == "artifact.xml" {
			return true
		}
		file, err := read()
		if err != nil {
			a.problem(name, err)
			return true
		}
		if a.bytes += len(file.Data); a.bytes > maxArtifactBytes {
			a.full = true
			a.problem(name, errLargeArtifacts)
			return false
		}
		a.add(file, path.Base(name)+"/"+entry)
		return true
	})
	if err != nil {
		a.problem(name, err)
	}
}
