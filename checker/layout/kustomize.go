package layout

import (
	"bytes"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Limits on what one kustomization leads to.
const (
	maxKustomized = 200 // files and folders
	maxBases      = 8   // kustomizations that build on one another
)

// kustomizationNames are the names by which kustomize looks for its file.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// kustomize is what a kustomization leads to.
type kustomize struct {
	s       *scene
	all     []*neighbour
	looked  int
	left    int // nodes of YAML
	images  []image
	patched bool // volumes are changed by patches, so that which ones a container has is not known
}

// image is one that a kustomization changes: that of a name becomes another one.
type image struct{ name, becomes, at string }

// kustomized takes what mounts the ConfigMap that a kustomization makes of a target's file: the stores are those that it makes
// Secrets of, or that stand in its resources.
func (s *scene) kustomized(t *Target) {
	for _, dir := range ancestors(path.Dir(t.Path)) {
		name, root := s.kustomization(dir)
		of := s.generatedFrom(dir, root, t.Path)
		if of == nil {
			continue
		}
		k := &kustomize{s: s, left: maxNodes}
		k.load(dir, name, root, 0)
		if k.patched {
			return
		}
		parts := map[string]source.Part{}
		inner := *s
		inner.src = source.Inner{Source: s.src, Parts: parts}
		inner.workload(t, of, k.all, parts)
		t.environment, t.hosts = newVariables(true), nil // patches may change them
		k.retag(t)
		if t.settings = append(t.settings, inner.secretTexts(k.all)...); len(parts) > 0 {
			t.Source, t.scene = inner.src, &inner
		}
		return
	}
}

// retag takes the image that the outermost kustomization puts in the place of the container's.
func (k *kustomize) retag(t *Target) {
	for _, i := range k.images {
		if name := imageName(t.runs); t.runs != "" && i.name == name && strings.Contains(i.becomes, ":") {
			t.runs, t.runsAt = i.becomes, i.at
			k.s.version(t)
			return
		}
	}
}

// imageName is an image without its tag and digest.
func imageName(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		image = image[:i]
	}
	return image
}

// kustomization reads the one in a folder; nil where there is none.
func (s *scene) kustomization(dir string) (name string, root *yaml.Node) {
	for _, base := range kustomizationNames {
		name = path.Join(dir, base)
		if exists(s.src, name) {
			return name, s.yaml(name)
		}
	}
	return "", nil
}

// generatedFrom gives the ConfigMap or Secret that is made of a file as deployment.toml; nil where none is.
func (s *scene) generatedFrom(dir string, root *yaml.Node, name string) *object {
	for _, o := range generated(dir, root) {
		if o.files[fileName] == name {
			return o.object
		}
	}
	return nil
}

// generated lists the ConfigMaps and Secrets that a kustomization makes of files.
func generated(dir string, root *yaml.Node) []*document {
	var all []*document
	for _, field := range []string{"configMapGenerator", "secretGenerator"} {
		kind := map[string]string{"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}[field]
		for _, g := range items(at(root, field)) {
			d := &document{object: &object{kind: kind, name: scalar(at(g, "name")), namespace: scalar(at(g, "namespace"))}, files: map[string]string{}}
			d.replaces = scalar(at(g, "behavior")) == "replace"
			for _, n := range items(at(g, "files")) {
				key, file, named := strings.Cut(scalar(n), "=")
				if !named {
					key, file = path.Base(scalar(n)), scalar(n)
				}
				if file != "" && !absolute(file) {
					d.files[key] = path.Join(dir, file)
				}
			}
			for _, n := range items(at(g, "literals")) {
				if key, value, ok := strings.Cut(scalar(n), "="); ok && kind == "Secret" {
					d.texts = append(d.texts, textOf{&yaml.Node{Value: key, Line: n.Line, Column: n.Column + quotes(n)}, value})
				}
			}
			all = append(all, d)
		}
	}
	return all
}

// load takes what a kustomization makes and what its resources hold, those of the ones that it builds on too.
func (k *kustomize) load(dir, name string, root *yaml.Node, depth int) {
	for _, d := range generated(dir, root) {
		k.generate(d, name)
	}
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		for _, n := range items(at(root, field)) {
			k.patch(dir, n)
		}
	}
	for _, n := range items(at(root, "images")) {
		i := image{name: scalar(at(n, "name")), at: k.s.at(name, n.Line)}
		if i.becomes = scalar(at(n, "newName")); i.becomes == "" {
			i.becomes = i.name
		}
		if tag := scalar(at(n, "newTag")); tag != "" {
			i.becomes += ":" + tag
		}
		k.images = append(k.images, i)
	}
	for _, field := range []string{"resources", "bases", "components"} {
		for _, n := range items(at(root, field)) {
			name := path.Join(dir, scalar(n))
			if k.looked++; scalar(n) == "" || strings.Contains(scalar(n), "://") || leaves(name) || k.looked > maxKustomized {
				continue // what is not at hand is not known
			}
			if !isDir(k.s.src, name) {
				k.resource(name)
			} else if base, root := k.s.kustomization(name); root != nil && depth < maxBases {
				k.load(name, base, root, depth+1)
			}
		}
	}
}

// generate adds an object; to one of the same name that an outer kustomization makes, it adds what that one does not have.
func (k *kustomize) generate(d *document, outer string) {
	for _, n := range k.all {
		if n.files == nil || n.kind != d.kind || n.name != d.name {
			continue
		}
		for key, name := range d.files {
			if _, ok := n.files[key]; !ok && !n.replaces {
				n.files[key] = name
			}
		}
		return
	}
	k.all = append(k.all, &neighbour{d, outer})
}

// patch looks whether one changes volumes.
func (k *kustomize) patch(dir string, n *yaml.Node) {
	text := scalar(n) + scalar(at(n, "patch"))
	file := scalar(at(n, "path"))
	if file == "" && !strings.Contains(text, "\n") {
		file = text
	}
	if name := path.Join(dir, file); file != "" && !leaves(name) {
		f, err := k.s.src.Read(name)
		if err != nil {
			k.patched = true
			return
		}
		k.patched = k.patched || bytes.Contains(f.Data, []byte("olume"))
	}
	k.patched = k.patched || strings.Contains(text, "olume")
}

// resource takes the documents of a file.
func (k *kustomize) resource(name string) {
	f, err := k.s.src.Read(name)
	if err != nil || !needed.Match(f.Data) {
		return
	}
	if k.left -= parts(f.Data); k.left < 0 {
		return
	}
	if docs, err := manifest(f.Data); err == nil {
		k.all = append(k.all, standing(name, f.Data, docs)...)
	}
}
