package layout

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Limits on a YAML file: its nodes take some hundred bytes each, so that the size of the file alone bounds nothing.
const (
	maxNodes     = 400_000 // line ends, commas and opening brackets of a file, which bound the number of its nodes
	maxManifests = 100     // deployment.toml files of one YAML file
	maxSecrets   = 200     // YAML files of a folder that are looked through for stores
)

// manifestName tells a YAML file by its name.
func manifestName(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// carries is a first look at what may be a YAML file with a deployment.toml in it: it is cheap, and a file is parsed only after it.
var carries = regexp.MustCompile(`(?m)^[ \t-]*["']?deployment\.toml["']?[ \t]*:`)

// looksLikeManifest tells YAML of Kubernetes by its content: standard input has no name that says so.
var looksLikeManifest = regexp.MustCompile(`(?m)^(?:- )?[ \t]*kind:[ \t]*["']?[A-Z]`)

// manifests gives the targets in a YAML file: one for each data key of a ConfigMap or Secret that holds a deployment.toml. ok is
// false where it is no such file.
func (s *scene) manifests(name string, named bool) (targets []*Target, ok bool) {
	if !manifestName(name) && !named {
		return nil, false
	}
	file, err := s.src.Read(name)
	switch {
	case err != nil:
		return nil, !named // one that is named is told; of the many others in a tree none has to be readable
	case !carries.Match(file.Data) && !(named && fileAction.Match(file.Data)), !manifestName(name) && !looksLikeManifest.Match(file.Data):
		return nil, manifestName(name)
	}
	docs, err := manifest(file.Data)
	if err != nil {
		s.problem(name, fmt.Errorf("%q could not be read as YAML: %w", file.URI, err))
	}
	if named && !carries.Match(file.Data) {
		docs = unrendered(file.Data)
	}
	parts := map[string]source.Part{}
	var of []*object
	for i, d := range docs {
		if d.deployment.Data == nil || len(targets) >= maxManifests || !named && s.brings(name, d.deployment.Data) {
			continue
		}
		p := d.deployment
		p.Outer, p.Within.Outer = name, file.Data
		// A name that no file has: the parts of one file are told apart by their number.
		inner := path.Join(path.Dir(name), fmt.Sprintf("%s#%d", path.Base(name), i+1), fileName)
		parts[inner] = p
		targets, of = append(targets, &Target{Path: inner}), append(of, d.object)
	}
	if len(targets) == 0 {
		return nil, true
	}
	all := s.neighbours(name, file.Data, docs)
	for key, p := range filesOf(all) {
		for _, t := range targets {
			parts[path.Join(path.Dir(t.Path), key)] = p
		}
	}
	inner := *s
	inner.src = source.Inner{Source: s.src, Parts: parts}
	texts := inner.secretTexts(all)
	for i, t := range targets {
		targets[i] = inner.target(t.Path, false)
		targets[i].manifest = name
		inner.workload(targets[i], of[i], all, parts)
		inner.manifestVersion(targets[i], name, file.Data)
		targets[i].settings = append(targets[i].settings, texts...)
	}
	return targets, true
}

// document is what one YAML document holds.
type document struct {
	deployment source.Part            // Data nil: none
	secrets    map[string]source.Part // files of a Secret, or binary ones of a ConfigMap, by key
	files      map[string]string      // of an object that is made of files of the source: their names by key; nil: it stands here
	replaces   bool                   // with files: nothing of an object of that name is left
	*object
}

// manifest reads the documents of a YAML file. Where one does not parse, those before it count, and a deployment.toml that
// stands in it as a block is found by its text: a template that was not rendered is no YAML.
func manifest(data []byte) (docs []*document, err error) {
	if parts(data) > maxNodes {
		return nil, fmt.Errorf("it has more than %d parts", maxNodes)
	}
	defer func() {
		if p := recover(); p != nil { // the library panics on some broken input
			docs, err = blocks(data), nil
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var root yaml.Node
		err := d.Decode(&root)
		switch {
		case errors.Is(err, io.EOF):
			return append(docs, actions(data)...), nil
		case err != nil:
			return blocks(data), nil
		}
		for _, n := range objects(&root, 0) {
			if doc := read(n, data); doc.deployment.Data != nil || len(doc.secrets) > 0 || len(doc.texts) > 0 || len(doc.config) > 0 || doc.pod != nil || doc.node != nil {
				docs = append(docs, doc)
			}
		}
	}
}

// parts bounds the number of nodes of a YAML text before it is parsed.
func parts(data []byte) int {
	return bytes.Count(data, []byte{'\n'}) + bytes.Count(data, []byte{','}) + bytes.Count(data, []byte{'['}) + bytes.Count(data, []byte{'{'})
}

// objects gives the Kubernetes objects of a document: the document itself, or the items of a List.
func objects(n *yaml.Node, depth int) []*yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	items := child(n, "items")
	if items == nil || items.Kind != yaml.SequenceNode || depth > 4 {
		return []*yaml.Node{n}
	}
	var all []*yaml.Node
	for _, item := range items.Content {
		all = append(all, objects(item, depth+1)...)
	}
	return all
}

// child gives the value of a key of a mapping; nil where it has none. Aliases are not followed.
//
//go:noinline
func child(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// read takes the files from an object's data.
func read(n *yaml.Node, data []byte) *document {
	doc := &document{secrets: map[string]source.Part{}, object: objectOf(n)}
	secret := doc.kind == "Secret"
	for _, field := range []string{"data", "stringData", "binaryData"} {
		files := child(n, field)
		if files == nil || files.Kind != yaml.MappingNode {
			continue
		}
		encoded := field == "binaryData" || field == "data" && secret
		for i := 0; i+1 < len(files.Content); i += 2 {
			key, value := files.Content[i], files.Content[i+1]
			if value.Kind != yaml.ScalarNode || key.Value != path.Base(key.Value) || key.Value == "." || key.Value == ".." {
				continue
			}
			part := source.Part{Data: []byte(value.Value), Within: &source.Within{Whole: place(key)}}
			if encoded {
				raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value.Value), ""))
				if err != nil {
					continue
				}
				part.Data = raw
			} else if w := within(value, data); w != nil {
				part.Within = w
			}
			if key.Value == fileName {
				doc.deployment = part
				continue
			}
			if secret {
				doc.texts = append(doc.texts, textOf{key, string(part.Data)})
			}
			if encoded {
				doc.secrets[key.Value] = part
			} else if doc.kind == "ConfigMap" {
				doc.config = append(doc.config, textOf{key, value.Value})
			}
		}
	}
	if doc.deployment.Data != nil {
		doc.deployment.Name = objectName(n)
	}
	return doc
}

// objectName tells an object from others of its file.
func objectName(n *yaml.Node) string {
	text := func(key string) string {
		if meta := child(n, "metadata"); meta != nil {
			if v := child(meta, key); v != nil && v.Kind == yaml.ScalarNode {
				return v.Value
			}
		}
		return ""
	}
	return strings.TrimPrefix(text("namespace")+"/"+text("name"), "/")
}

// place is the region of a scalar's text on one line.
//
//go:noinline
func place(n *yaml.Node) *source.Region {
	column := n.Column + quotes(n)
	return &source.Region{StartLine: n.Line, StartColumn: column, EndLine: n.Line, EndColumn: column + len([]rune(n.Value))}
}

// within maps a block ("|") to the lines that it stands in; nil where its text is not that of the lines.
func within(n *yaml.Node, data []byte) *source.Within {
	if n.Style&yaml.LiteralStyle == 0 {
		return nil
	}
	lines := strings.SplitAfter(string(data), "\n")
	first, indent := n.Line, -1 // n.Line is that of the "|", 1-based, and so the index of the line below it
	wanted := strings.Split(strings.TrimRight(n.Value, "\n"), "\n")
	for i, want := range wanted {
		if first+i >= len(lines) {
			return nil
		}
		line := strings.TrimRight(lines[first+i], "\r\n")
		switch {
		case want == "" && strings.TrimSpace(line) == "":
			continue
		case indent < 0:
			indent = len(line) - len(want)
		}
		if indent < 0 || len(line) < indent || line[indent:] != strings.TrimRight(want, "\r") || strings.TrimLeft(line[:indent], " ") != "" {
			return nil
		}
	}
	return &source.Within{Line: first + 1, Indent: max(indent, 0)}
}

// block is a key that holds a deployment.toml as a block of lines.
var block = regexp.MustCompile(`(?m)^([ -]*)["']?deployment\.toml["']?[ \t]*:[ \t]*\|[0-9+-]*[ \t]*(?:#.*)?\r?$`)

// actionLine is a key whose value a template makes on the spot: deployment.toml: {{ .Files.Get "deployment.toml" | quote }}.
var actionLine = regexp.MustCompile(`(?m)^[ -]*["']?deployment\.toml["']?[ \t]*:[ \t]*(\{\{.*)$`)

// actions finds every deployment.toml that is a template's action and no more.
func actions(data []byte) []*document {
	var docs []*document
	for _, m := range actionLine.FindAllSubmatchIndex(data, maxManifests) {
		docs = append(docs, onLine(data, m[2], m[3]))
	}
	return docs
}

// broughtFile is a template's action that brings a deployment.toml of the chart.
var broughtFile = regexp.MustCompile(`^\s*\{\{.*\.Files\.Get[ \t]+"([^"]*deployment\.toml)".*\}\}\s*$`)

// brings tells a template that brings a deployment.toml which is in the tree, and so found for itself.
func (s *scene) brings(name string, data []byte) bool {
	m := broughtFile.FindSubmatch(data)
	return m != nil && path.Base(string(m[1])) == fileName && slices.ContainsFunc(ancestors(path.Dir(name)), func(dir string) bool {
		file := path.Join(dir, string(m[1]))
		return !leaves(file) && exists(s.src, file)
	})
}

// onLine is a document whose deployment.toml is a part of one line.
func onLine(data []byte, from, to int) *document {
	start := bytes.LastIndexByte(data[:from], '\n') + 1
	within := &source.Within{Line: bytes.Count(data[:from], []byte{'\n'}) + 1, Indent: utf8.RuneCount(data[start:from])}
	return &document{object: &object{}, deployment: source.Part{Data: bytes.TrimRight(data[from:to], "\r"), Within: within}}
}

// fileAction is a template's action that brings files of the chart, whatever they are called.
var fileAction = regexp.MustCompile(`\{\{.*\.Files\..*`)

// unrendered takes a template of a ConfigMap that does not say which files it brings for one that brings a deployment.toml: it
// was named, and that it has to be rendered is all that can be said of it.
func unrendered(data []byte) []*document {
	if m := fileAction.FindIndex(data); m != nil && looksLikeManifest.Match(data) {
		return []*document{onLine(data, m[0], m[1])}
	}
	return nil
}

// blocks finds every deployment.toml that stands as a block in a file that is no YAML: the lines that are indented deeper than
// the key.
func blocks(data []byte) []*document {
	docs := actions(data)
	for _, m := range block.FindAllSubmatchIndex(data, maxManifests) {
		line := bytes.Count(data[:m[0]], []byte{'\n'}) + 2
		outer := m[3] - m[2]
		indent := -1
		var text []byte
		for l := range bytes.Lines(data[min(m[1]+1, len(data)):]) {
			body := bytes.TrimRight(l, "\r\n")
			lead := len(body) - len(bytes.TrimLeft(body, " "))
			empty := lead == len(body)
			directive := bytes.HasPrefix(body[lead:], []byte("{{")) // stands where its author likes
			if !empty && indent < 0 && (lead > outer || directive) {
				indent = lead
			}
			if !empty && !directive && (indent < 0 || lead < indent) {
				break
			}
			cut := lead // of an empty line before the first one that holds something
			if indent >= 0 {
				cut = min(indent, lead)
			}
			text = append(append(text, body[cut:]...), '\n')
		}
		if indent >= 0 {
			docs = append(docs, &document{object: &object{}, deployment: source.Part{Data: text, Within: &source.Within{Line: line, Indent: indent}}})
		}
	}
	return docs
}

// neighbours are the documents of a file and of the YAML files beside it that a deployment may need: Secrets, ConfigMaps with
// stores or variables, workloads and what leads to them.
func (s *scene) neighbours(name string, data []byte, docs []*document) []*neighbour {
	all := standing(name, data, docs)
	entries, err := s.src.ReadDir(path.Dir(name))
	if err != nil {
		return all
	}
	looked, left := 0, maxNodes
	for _, e := range entries {
		beside := path.Join(path.Dir(name), e.Name())
		if beside == name || e.IsDir() || !manifestName(e.Name()) {
			continue
		}
		if looked++; looked > maxSecrets {
			break
		}
		f, err := s.src.Read(beside)
		if err != nil || !needed.Match(f.Data) {
			continue
		}
		if left -= parts(f.Data); left < 0 {
			break
		}
		if docs, err := manifest(f.Data); err == nil {
			all = append(all, standing(beside, f.Data, docs)...)
		}
	}
	return all
}

// standing tells of the documents of a file where they stand.
func standing(outer string, data []byte, docs []*document) []*neighbour {
	all := make([]*neighbour, 0, len(docs))
	for _, d := range docs {
		for key, p := range d.secrets {
			p.Outer, p.Within.Outer = outer, data
			d.secrets[key] = p
		}
		all = append(all, &neighbour{d, outer})
	}
	return all
}

// needed is a first look at a YAML file beside the one with a deployment.toml.
var needed = regexp.MustCompile(`Secret|ConfigMap|volumeMounts|Service|Ingress|Route`)

// filesOf gives the files that Secrets and ConfigMaps bring, by name; the first of a name counts.
func filesOf(all []*neighbour) map[string]source.Part {
	files := map[string]source.Part{}
	for _, n := range all {
		for key, p := range n.secrets {
			if _, ok := files[key]; !ok {
				files[key] = p
			}
		}
	}
	return files
}

// imageLine is where a workload names the product's image.
var imageLine = regexp.MustCompile(`(?m)^[ \t-]*image:[ \t]*["']?([^\s"'#]+)`)

// manifestVersion takes the version from the image that the workload in the same file runs, where nothing nearer says.
func (s *scene) manifestVersion(t *Target, name string, data []byte) {
	if !t.Version.Assumed {
		return
	}
	for _, m := range imageLine.FindAllSubmatchIndex(data, 100) {
		image := string(data[m[2]:m[3]])
		if _, ok := productOf(image); !ok {
			continue
		}
		if tag := tagOf(image); tag != "" {
			t.Version = Version{Number: tag, Origin: s.at(name, bytes.Count(data[:m[0]], []byte{'\n'})+1)}
			return
		}
	}
}
