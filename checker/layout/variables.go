package layout

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// variables are those of a container's environment, as far as files say what they are.
type variables struct {
	set  map[string]*Setting // nil: it is set to what is not known, or the files disagree
	open bool                // what is not at hand sets more
}

//go:noinline
func newVariables(open bool) *variables { return &variables{map[string]*Setting{}, open} }

// Variable gives the value that an environment variable surely has in the container that runs the deployment: what the compose
// service or the workload sets, else the ENV of the image that it runs. Nil where nothing of the project sets it, where what
// does is not at hand, and where two files, services or containers disagree.
func (t *Target) Variable(name string) *Setting {
	if t.environment != nil {
		if s, ok := t.environment.set[name]; ok || t.environment.open || !t.runsImage {
			return s
		}
	}
	if t.Image == nil || t.manifest != "" {
		return nil
	}
	file, err := t.Source.Read(t.Image.File)
	if err != nil {
		return nil
	}
	all := dockerfileSettings(file)
	for i := range slices.Backward(all) {
		s := &all[i]
		if s.Kind == "ENV" && s.Name == name && s.Value.Equal(secret.New(t.Image.env[name])) && literal(t.Image.env[name]) { // else another stage's, or made of others
			return s
		}
	}
	return nil
}

//go:noinline
func setting(uri, kind, name, value string, region *source.Region) *Setting {
	return &Setting{URI: uri, Kind: kind, Name: name, Value: secret.New(value), Region: *region}
}

// put sets a variable as a later line of the same file, or a place that counts before the others, does.
func (v *variables) put(s *Setting, value string, sure bool) {
	known := s
	if !sure || !literal(value) {
		known = nil
	}
	if v.set[s.Name] = known; len(v.set) > maxSettings {
		v.open = true
		delete(v.set, s.Name)
	}
}

// over puts variables on top of others, into which it takes them.
//
//go:noinline
func (v *variables) over(under *variables) *variables {
	if v.open { // what is not at hand may set any of them to something else
		for name := range under.set {
			under.set[name] = nil
		}
	}
	for name, s := range v.set {
		under.set[name] = s
	}
	under.open = under.open || v.open
	return under
}

// agree joins what two places say neither of which counts before the other. What one of them says nothing of may be set by
// what is not at hand of it.
func (v *variables) agree(with *variables) *variables {
	all := newVariables(v.open || with.open)
	for name, s := range with.set {
		all.set[name] = s
		if _, ok := v.set[name]; !ok && v.open {
			all.set[name] = nil
		}
	}
	for name, s := range v.set {
		if other, ok := with.set[name]; !ok && with.open || ok && (s == nil || other == nil || !other.Value.Equal(s.Value)) {
			s = nil
		}
		all.set[name] = s
	}
	return all
}

// literal tells a text that no program which reads it could make something else of, and no template.
func literal(text string) bool { return len(text) <= 200 && plainText.MatchString(text) }

var plainText = regexp.MustCompile(`^[A-Za-z0-9._:/\[\]-]+$`)

// variables reads the environment of a service in one compose file: what stands in it, over what its env_files say, over that of
// the service that it extends.
func (f *composeFile) variables(n *yaml.Node, depth int) *variables {
	under := newVariables(false)
	if extends := get(n, "extends"); extends != nil {
		from, base := f.extended(extends)
		if base == nil || depth >= maxExtends {
			return newVariables(true)
		}
		under = from.variables(base, depth+1)
	}
	files := get(n, "env_file")
	each := list(files)
	if files != nil && files.Kind != yaml.SequenceNode {
		each = []*yaml.Node{files}
	}
	for _, n := range each {
		one := newVariables(true)
		if n.Kind == yaml.MappingNode && get(n, "format") == nil {
			n = get(n, "path")
		}
		if from := f.path(f.text(n)).from; from != "" {
			if file, err := f.s.src.Read(from); err == nil {
				one = envFile(file)
			}
		}
		under = one.over(under)
	}
	own, env := newVariables(false), get(n, "environment")
	uri := f.s.src.URI(f.name)
	add := func(name, value string, at *yaml.Node, sure bool) {
		region := place(at)
		region.EndColumn = region.StartColumn + len(name)
		own.put(setting(uri, "environment", name, value, region), value, sure)
	}
	keys, values := pairs(env)
	for i, key := range keys {
		add(key.Value, values[i].Value, key, values[i].Kind == yaml.ScalarNode && values[i].Tag != "!!null")
	}
	for _, v := range list(env) {
		name, value, sure := strings.Cut(v.Value, "=")
		add(name, value, v, sure)
	}
	return own.over(under)
}

// envLine is a line of an env_file whose value is one word, in quotes or not.
var envLine = regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]\s*([^\s'"#]*|"[^"]*"|'[^']*')\s*$`)

// envFile reads an env_file. A line that is not simple may set anything, since a text in quotes may have several lines.
func envFile(f *source.File) *variables {
	v := newVariables(len(f.Data) > maxCompose)
	for i, line := range splitLines(f.Data[:min(len(f.Data), maxCompose)]) {
		text := strings.TrimSpace(line.text)
		if text == "" || text[0] == '#' {
			continue
		}
		m := envLine.FindStringSubmatchIndex(line.text)
		if m == nil {
			v.open = true
			continue
		}
		name := line.text[m[2]:m[3]]
		region := source.Region{StartLine: i + 1, StartColumn: m[2] + 1, EndLine: i + 1, EndColumn: m[3] + 1}
		value := strings.Trim(line.text[m[4]:m[5]], `'"`)
		v.put(setting(f.URI, "env_file", name, value, &region), value, true)
	}
	if v.open { // the lines in it may be part of a text
		return newVariables(true)
	}
	return v
}

// containerVariables reads the environment of a container: what it sets itself, over the ConfigMaps that it takes whole, and of
// that what it sets to a text of its own.
func (s *scene) containerVariables(c *yaml.Node, pod *neighbour, all []*neighbour) (clear []Setting, vars *variables) {
	vars = newVariables(false)
	for _, src := range itemsAt(c, "envFrom") {
		n := named(all, "ConfigMap", scalarAt(src, "configMapRef name"), pod.object)
		one := newVariables(n == nil)
		if n != nil {
			s.config(one, n, "", scalarAt(src, "prefix"))
		}
		vars = one.over(vars)
	}
	own := newVariables(false)
	for _, e := range itemsAt(c, "env") {
		name, value := at(e, "name"), at(e, "value")
		ref := at(e, "valueFrom configMapKeyRef")
		switch n := named(all, "ConfigMap", scalarAt(ref, "name"), pod.object); {
		case name == nil:
		case value != nil:
			v := setting(s.src.URI(pod.outer), "env", name.Value, value.Value, place(name))
			own.put(v, value.Value, value.Kind == yaml.ScalarNode)
			if inClear(value.Value) && settingName.MatchString(v.Name) {
				clear = append(clear, *v)
			}
		default:
			own.set[name.Value] = nil
			if n != nil {
				s.config(own, n, scalarAt(ref, "key"), name.Value)
			}
		}
	}
	if vars = own.over(vars); s.patched(pod.outer) {
		vars = newVariables(true)
	}
	return clear, vars
}

// config takes the text under a key of a ConfigMap under a name; with no key all of them, under their own with that before it.
func (s *scene) config(into *variables, n *neighbour, key, name string) {
	for _, t := range n.config {
		as := name
		switch key {
		case "":
			as += t.key.Value
		case t.key.Value:
		default:
			continue
		}
		into.put(setting(s.src.URI(n.outer), "ConfigMap", as, t.value, place(t.key)), t.value, true)
	}
}

// patched tells whether Kustomize puts together what lies in a folder, and may change any of it.
func (s *scene) patched(name string) bool {
	for _, file := range kustomizationNames {
		if exists(s.src, path.Join(path.Dir(name), file)) {
			return true
		}
	}
	return false
}
