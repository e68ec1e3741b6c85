package layout

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Limits on what one compose file leads to.
const (
	maxComposeFiles = 50  // files, by include and extends
	maxExtends      = 8   // services that one extends after another, files that include one another, maps that are merged into one another
	maxMerged       = 200 // maps that are looked through for one key
	maxVariables    = 2000
)

// composeFile is one file of a project: paths in it start at its folder.
type composeFile struct {
	*composeProject
	name string
	dir  string
	root *yaml.Node
	env  map[string]string // from .env files
}

// file reads one file of the project; false where there are too many, or it can't be read.
func (p *composeProject) file(name, dir string, env map[string]string) (*composeFile, bool) {
	if p.opened++; p.opened > maxComposeFiles {
		return nil, false
	}
	f := &composeFile{p, name, dir, p.s.yaml(name), env}
	return f, f.root != nil
}

// add takes the configs, secrets and services of files that make one project: each may change what those before it say.
func (p *composeProject) add(dir string, env map[string]string, depth int, names ...string) {
	var files []*composeFile
	for _, name := range names {
		if f, ok := p.file(name, dir, env); ok {
			files = append(files, f)
		}
	}
	for _, f := range files {
		if depth < maxExtends {
			f.includes(depth)
		}
		f.named()
	}
	for _, f := range files {
		f.read()
	}
}

// includes takes the files that one includes: each is a project of its own, in the folder of the file or the one that is said.
func (f *composeFile) includes(depth int) {
	for _, n := range list(get(f.root, "include")) {
		var names []string
		dir := ""
		if n.Kind == yaml.MappingNode {
			paths := get(n, "path")
			names = append(names, f.text(paths))
			for _, p := range list(paths) {
				names = append(names, f.text(p))
			}
			dir = f.text(get(n, "project_directory"))
		} else {
			names = []string{f.text(n)}
		}
		var found []string
		for _, name := range names {
			if m := f.path(name); m.from != "" {
				found = append(found, m.from)
			}
		}
		if len(found) == 0 {
			continue
		}
		at := path.Dir(found[0])
		if dir != "" {
			if at = f.path(dir).from; at == "" {
				continue
			}
		}
		f.add(at, f.s.dotenv(at, f.env), depth+1, found...)
	}
}

// dotenv gives the variables of the .env in a folder, over which those that are known already count.
func (s *scene) dotenv(dir string, known map[string]string) map[string]string {
	env := map[string]string{"PWD": runMark}
	for _, v := range s.variablesOf(path.Join(dir, ".env")) {
		env[v.name] = v.value
	}
	for name, value := range known {
		env[name] = value
	}
	return env
}

// runMark stands for the folder that compose is run in.
const runMark = "\x00P"

// variable is a line of a file of variables.
type variable struct {
	name, value string
	region      source.Region // of the name
}

// variablesOf reads a file of NAME=VALUE lines; none where there is no such file.
func (s *scene) variablesOf(name string) []variable {
	file, err := s.src.Read(name)
	if err != nil || len(file.Data) > maxCompose {
		return nil
	}
	var all []variable
	line := 0
	for l := range strings.Lines(string(file.Data)) {
		line++
		key, value, ok := strings.Cut(strings.TrimRight(l, "\r\n"), "=")
		lead := len(key) - len(strings.TrimLeft(key, " \t"))
		bare, exported := strings.CutPrefix(key[lead:], "export ")
		if exported {
			lead += len("export ")
		}
		bare = strings.TrimSpace(bare)
		if !ok || !settingName.MatchString(bare) || len(value) > maxWord {
			continue
		}
		value = strings.TrimSpace(value)
		if quote := value[:min(len(value), 1)]; quote == `"` || quote == "'" {
			value, _, _ = strings.Cut(value[1:], quote)
		} else if before, _, comment := strings.Cut(value, " #"); comment {
			value = strings.TrimSpace(before)
		}
		region := source.Region{StartLine: line, StartColumn: lead + 1, EndLine: line, EndColumn: lead + 1 + len(bare)}
		if all = append(all, variable{bare, value, region}); len(all) == maxVariables {
			break
		}
	}
	return all
}

// envFile lists the variables of a file that a service takes some from, where git tracks it: one that is not committed is where
// they belong.
func (f *composeFile) envFile(n *yaml.Node) []Setting {
	names := append([]*yaml.Node{n}, list(n)...)
	var all []Setting
	for _, n := range names {
		if n != nil && n.Kind == yaml.MappingNode {
			n = get(n, "path")
		}
		name := f.path(f.text(n)).from
		if name == "" || !f.s.src.Git(name).Tracked {
			continue
		}
		all = append(all, f.s.inFile(name, func(name string) string { return name })...)
	}
	return all
}

// passedOn lists the variables of .env that a service passes on, where git tracks it: those that its environment only names, or
// takes as they are.
func (f *composeFile) passedOn(environment *yaml.Node) []Setting {
	name := path.Join(f.dir, ".env")
	if leaves(name) || !f.s.src.Git(name).Tracked {
		return nil
	}
	sets := map[string]string{}
	each(environment, func(name, value string, _ *yaml.Node) {
		inner, variable := strings.CutPrefix(value, "${")
		switch inner, closed := strings.CutSuffix(inner, "}"); {
		case value == "":
			sets[name] = name
		case variable && closed && settingName.MatchString(inner):
			sets[inner] = name
		}
	})
	return f.s.inFile(name, func(name string) string { return sets[name] })
}

// inFile lists the variables of a file that have a text in clear; sets tells which one of the container each becomes.
func (s *scene) inFile(name string, sets func(name string) string) []Setting {
	var all []Setting
	for _, v := range s.variablesOf(name) {
		if to := sets(v.name); to != "" && inClear(v.value) && !strings.Contains(v.value, "$") && len(all) < maxSettings {
			all = append(all, Setting{URI: s.src.URI(name), Kind: "env_file", Name: v.name, Value: secret.New(v.value), Region: v.region, Sets: to})
		}
	}
	return all
}

// apply takes what a node says of a service, and before it what the one says that it extends.
func (f *composeFile) apply(svc *service, n *yaml.Node, depth int) {
	if from, base := f.extended(get(n, "extends")); base != nil && depth < maxExtends {
		from.apply(svc, base, depth+1)
	}
	f.service(svc, n)
}

// extended finds the service that another one extends, in this file or in another; nil where there is none.
func (f *composeFile) extended(n *yaml.Node) (from *composeFile, base *yaml.Node) {
	from, name := f, f.text(n)
	if n != nil && n.Kind == yaml.MappingNode {
		name = f.text(get(n, "service"))
		if file := f.text(get(n, "file")); file != "" {
			m := f.path(file)
			ok := m.from != ""
			if ok {
				from, ok = f.file(m.from, path.Dir(m.from), f.env)
			}
			if !ok {
				return nil, nil
			}
		}
	}
	if name == "" {
		return nil, nil
	}
	return from, get(from.root, "services", name)
}

// text is a scalar with its variables replaced, as far as .env or a default in it gives them.
//
//go:noinline
func (f *composeFile) text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" || len(n.Value) > maxWord {
		return ""
	}
	if !strings.Contains(n.Value, "$") {
		return n.Value
	}
	const dollar = "\x00D"
	e := expander{escape: 1, lookup: func(name string) (string, bool) {
		value, ok := f.env[name]
		return value, ok
	}}
	return strings.ReplaceAll(e.word(strings.ReplaceAll(n.Value, "$$", dollar)), dollar, "$")
}

// followed is what an alias stands for.
func followed(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// get follows keys of mappings, aliases, and what is merged into a mapping ("<<"); nil where one is missing.
//
//go:noinline
func get(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		looked := 0
		n = merged(followed(n), key, 0, &looked)
	}
	return n
}

func merged(n *yaml.Node, key string, depth int, looked *int) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode || depth > maxExtends || *looked > maxMerged {
		return nil
	}
	*looked++
	if v := followed(child(n, key)); v != nil {
		return v
	}
	from := followed(child(n, "<<"))
	if from == nil {
		return nil
	}
	for _, m := range append([]*yaml.Node{from}, items(from)...) {
		if v := merged(followed(m), key, depth+1, looked); v != nil {
			return v
		}
	}
	return nil
}

// list gives the elements of a list, aliases followed; none where it is something else.
//
//go:noinline
func list(n *yaml.Node) []*yaml.Node {
	all := slices.Clone(items(followed(n)))
	for i := range all {
		all[i] = followed(all[i])
	}
	return all
}

// pairs gives the keys and values of a mapping, those that are merged into it behind its own, each key once.
func pairs(n *yaml.Node) (keys, values []*yaml.Node) {
	seen := map[string]bool{}
	looked := 0
	var add func(n *yaml.Node, depth int)
	add = func(n *yaml.Node, depth int) {
		if n == nil || n.Kind != yaml.MappingNode || depth > maxExtends || looked > maxMerged {
			return
		}
		looked++
		for i := 0; i+1 < len(n.Content) && len(keys) < maxMounts; i += 2 {
			if key := n.Content[i]; key.Value != "<<" && !seen[key.Value] {
				seen[key.Value] = true
				keys, values = append(keys, key), append(values, followed(n.Content[i+1]))
			}
		}
		from := followed(child(n, "<<"))
		add(from, depth+1)
		for _, m := range items(from) {
			add(followed(m), depth+1)
		}
	}
	add(followed(n), 0)
	return keys, values
}
