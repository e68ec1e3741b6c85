package layout

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// object is what a document of a manifest is besides the files in it.
type object struct {
	kind, namespace, name string
	pod                   *yaml.Node // of a workload
	texts                 []textOf   // of a Secret: what its keys hold
}

// textOf is a text under a key.
type textOf struct {
	key   *yaml.Node
	value string
}

// neighbour is a document with the file that it stands in.
type neighbour struct {
	*document
	outer string
}

// objectOf reads what an object is.
func objectOf(n *yaml.Node) *object {
	o := &object{kind: scalar(at(n, "kind")), name: scalar(at(n, "metadata", "name")), namespace: scalar(at(n, "metadata", "namespace"))}
	for spec := at(n, "spec"); spec != nil; { // of a Pod, or behind the template, behind that of a job
		if at(spec, "containers") != nil {
			o.pod = spec
			break
		}
		if next := at(spec, "jobTemplate"); next != nil {
			spec = next
		} else if next = at(spec, "template"); next != nil {
			spec = next
		}
		spec = at(spec, "spec")
	}
	return o
}

// scalar is the text of a scalar.
//
//go:noinline
func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// is tells whether a reference from another object's pod means this one.
func (o *object) is(kind, name string, from *object) bool {
	return o.kind == kind && o.name == name && name != "" && (o.namespace == from.namespace || o.namespace == "" || from.namespace == "")
}

// workload finds the container that mounts the object with a target's deployment.toml, among the workloads of the same files,
// and takes from it what it runs and what else is mounted into it. Parts get the files of Secrets and ConfigMaps that are at
// hand, below the folder of the target.
func (s *scene) workload(t *Target, of *object, all []*neighbour, parts map[string]source.Part) {
	for _, n := range all {
		if n.pod == nil {
			continue
		}
		volumes := map[string]*yaml.Node{}
		for _, v := range items(at(n.pod, "volumes")) {
			volumes[scalar(at(v, "name"))] = v
		}
		for _, c := range items(at(n.pod, "containers")) {
			if !mountsObject(c, volumes, of, n.object) {
				continue
			}
			var mounts []*mount
			for _, vm := range items(at(c, "volumeMounts")) {
				if m, ok := podMount(vm, volumes[scalar(at(vm, "name"))], n, all, path.Dir(t.Path), parts); ok {
					mounts = append(mounts, m)
				}
			}
			t.mount(mounts)
			image := at(c, "image")
			if _, ok := productOf(scalar(image)); ok {
				t.runs, t.runsAt = image.Value, s.at(n.outer, image.Line)
				s.version(t)
			}
			t.settings = append(t.settings, containerEnvironment(s.src.URI(n.outer), at(c, "env"))...)
			return
		}
	}
}

// mountsObject tells whether a container mounts a deployment.toml out of an object.
func mountsObject(c *yaml.Node, volumes map[string]*yaml.Node, of, from *object) bool {
	for _, vm := range items(at(c, "volumeMounts")) {
		at, sub := scalar(at(vm, "mountPath")), scalar(at(vm, "subPath"))
		if sub != "" && !strings.HasSuffix(at, "/"+fileName) {
			continue
		}
		for _, src := range sourcesOf(volumes[scalar(child(vm, "name"))]) {
			if of.is(src.kind, src.name, from) {
				return true
			}
		}
	}
	return false
}

// objectSource is a Secret or ConfigMap that a volume takes its files from; kind is empty where it is anything else.
type objectSource struct {
	kind, name string
	items      *yaml.Node
}

// sourcesOf lists what a volume is made of.
func sourcesOf(volume *yaml.Node) []objectSource {
	if volume == nil {
		return nil
	}
	from := []*yaml.Node{volume}
	if p := at(volume, "projected"); p != nil {
		from = items(at(p, "sources"))
	}
	var all []objectSource
	for _, n := range from {
		var src objectSource
		if v := at(n, "secret"); v != nil {
			src = objectSource{"Secret", scalar(at(v, "secretName")) + scalar(at(v, "name")), at(v, "items")}
		} else if v := at(n, "configMap"); v != nil {
			src = objectSource{"ConfigMap", scalar(at(v, "name")), at(v, "items")}
		}
		all = append(all, src)
	}
	return all
}

// podMount reads one of a container's volumeMounts. Where all that its volume is made of is at hand, it has the files.
func podMount(vm, volume *yaml.Node, pod *neighbour, all []*neighbour, dir string, parts map[string]source.Part) (*mount, bool) {
	m, ok := containerPath(&mount{}, scalar(at(vm, "mountPath")))
	if !ok || volume == nil {
		return m, false
	}
	sub := scalar(at(vm, "subPath"))
	if at(vm, "subPathExpr") != nil {
		return m, true
	}
	files := map[string]string{}
	for _, src := range sourcesOf(volume) {
		i := indexOf(all, src, pod.object)
		if i < 0 {
			return m, true // known at run time only
		}
		m.where = all[i].outer
		put := func(key, name string) (used bool) {
			for _, inVolume := range pathsOf(src.items, key) {
				rest, under := inVolume, true
				if sub != "" {
					rest, under = below(path.Clean(sub), inVolume)
				}
				if under {
					files[rest], used = name, true
				}
			}
			return used
		}
		for key, name := range all[i].files {
			put(key, name)
		}
		for key, p := range all[i].secrets {
			if name := path.Join(dir, fmt.Sprintf("%d", i), key); put(key, name) {
				parts[name] = p
			}
		}
	}
	m.files = files
	return m, true
}

func indexOf(all []*neighbour, src objectSource, from *object) int {
	for i, n := range all {
		if n.is(src.kind, src.name, from) {
			return i
		}
	}
	return -1
}

// pathsOf gives the paths in a volume of an object's key: what items say, or the key itself.
func pathsOf(list *yaml.Node, key string) []string {
	if list == nil {
		return []string{key}
	}
	var all []string
	for _, item := range items(list) {
		if p := scalar(at(item, "path")); scalar(at(item, "key")) == key && p != "" && !leaves(path.Clean(p)) {
			all = append(all, path.Clean(p))
		}
	}
	return all
}

// containerEnvironment lists the variables that a container sets to a text of their own.
func containerEnvironment(uri string, env *yaml.Node) []Setting {
	var all []Setting
	for _, e := range items(env) {
		name, value := at(e, "name"), at(e, "value")
		if name == nil || value == nil || value.Kind != yaml.ScalarNode || !inClear(value.Value) || !settingName.MatchString(name.Value) {
			continue
		}
		all = append(all, Setting{URI: uri, Kind: "env", Name: name.Value, Value: secret.New(value.Value), Region: *place(name)})
	}
	return all
}

// placeholder is a text that somebody or something puts the password in place of: what a template, a vault's agent, SOPS or a
// person is to fill in.
var placeholders = [][]byte{
	[]byte("${"), []byte("$("), []byte("{{"), []byte("<"), []byte("vault:"), []byte("ref+"), []byte("ENC["),
	[]byte("change"), []byte("replace"), []byte("placeholder"), []byte("todo"), []byte("xxx"), []byte("your"), []byte("example"), []byte("dummy"),
}

// inClear tells a text that can be a password as it stands.
func inClear(value string) bool {
	if value == "" || len(value) > maxWord || strings.ContainsAny(value, "\x00\n") {
		return false
	}
	lower := bytes.ToLower([]byte(value))
	for _, p := range placeholders {
		if bytes.Contains(lower, bytes.ToLower(p)) {
			return false
		}
	}
	return true
}

// secretTexts lists the keys of the Secrets in a file that git tracks: one that is rendered, or applied from elsewhere, shows
// its passwords to nobody who may not see them.
func (s *scene) secretTexts(all []*neighbour) []Setting {
	var settings []Setting
	for _, n := range all {
		if len(n.texts) == 0 || !s.src.Git(n.outer).Tracked {
			continue
		}
		for _, text := range n.texts {
			text.value = strings.TrimRight(text.value, "\r\n")
			if inClear(text.value) && settingName.MatchString(text.key.Value) && len(settings) < maxSettings {
				settings = append(settings, Setting{URI: s.src.URI(n.outer), Kind: "Secret", Name: text.key.Value, Value: secret.New(text.value), Region: *place(text.key)})
			}
		}
	}
	return settings
}
