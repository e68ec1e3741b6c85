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
	pod, labels           *yaml.Node // of a workload
	node                  *yaml.Node // of what leads to one: a Service, an Ingress, a Route
	config                []textOf   // of a ConfigMap
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
	o := &object{kind: scalarAt(n, "kind"), name: scalarAt(n, "metadata name"), namespace: scalarAt(n, "metadata namespace")}
	switch o.kind {
	case "Service", "Ingress", "Route", "IngressRouteTCP":
		o.node = n
	}
	labels := at(n, "metadata labels")
	for spec := at(n, "spec"); spec != nil; { // of a Pod, or behind the template, behind that of a job
		if at(spec, "containers") != nil {
			o.pod, o.labels = spec, labels
			break
		}
		if next := at(spec, "jobTemplate"); next != nil {
			spec = next
		} else if next = at(spec, "template"); next != nil {
			spec = next
		}
		labels = at(spec, "metadata labels")
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
//
//go:noinline
func (o *object) is(kind, name string, from *object) bool {
	return o.kind == kind && o.name == name && name != "" && o.near(from)
}

// near tells whether two objects may be in one namespace.
//
//go:noinline
func (o *object) near(other *object) bool {
	return o.namespace == other.namespace || o.namespace == "" || other.namespace == ""
}

// named finds the object that a reference from another one means; nil where it is not at hand.
//
//go:noinline
func named(all []*neighbour, kind, name string, from *object) *neighbour {
	for _, n := range all {
		if n.is(kind, name, from) {
			return n
		}
	}
	return nil
}

// workload finds the container that mounts the object with a target's deployment.toml, among the workloads of the same files,
// and takes from it what it runs, what else is mounted into it, its variables, and the names that lead to it. Parts get the files of Secrets and ConfigMaps that are at
// hand, below the folder of the target.
func (s *scene) workload(t *Target, of *object, all []*neighbour, parts map[string]source.Part) {
	var runs []running
	for _, n := range all {
		if n.pod == nil {
			continue
		}
		volumes := map[string]*yaml.Node{}
		for _, v := range itemsAt(n.pod, "volumes") {
			volumes[scalarAt(v, "name")] = v
		}
		for _, c := range itemsAt(n.pod, "containers") {
			if !mountsObject(c, volumes, of, n.object) {
				continue
			}
			clear, vars := s.containerVariables(c, n, all)
			runs = append(runs, running{n, c})
			if len(runs) > 1 {
				t.environment = t.environment.agree(vars)
				continue // the first one tells all else
			}
			t.environment, t.settings = vars, append(t.settings, clear...)
			var mounts []*mount
			for _, vm := range itemsAt(c, "volumeMounts") {
				if m, ok := podMount(vm, volumes[scalarAt(vm, "name")], n, all, path.Dir(t.Path), parts); ok {
					mounts = append(mounts, m)
				}
			}
			t.mount(mounts)
			image := at(c, "image")
			if _, ok := productOf(scalar(image)); ok {
				t.runs, t.runsAt = image.Value, s.at(n.outer, image.Line)
				s.version(t)
			}
		}
	}
	s.exposed(t, runs, all)
}

// mountsObject tells whether a container mounts a deployment.toml out of an object.
func mountsObject(c *yaml.Node, volumes map[string]*yaml.Node, of, from *object) bool {
	for _, vm := range itemsAt(c, "volumeMounts") {
		at, sub := scalarAt(vm, "mountPath"), scalarAt(vm, "subPath")
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
		from = itemsAt(p, "sources")
	}
	var all []objectSource
	for _, n := range from {
		var src objectSource
		if v := at(n, "secret"); v != nil {
			src = objectSource{"Secret", scalarAt(v, "secretName") + scalarAt(v, "name"), at(v, "items")}
		} else if v := at(n, "configMap"); v != nil {
			src = objectSource{"ConfigMap", scalarAt(v, "name"), at(v, "items")}
		}
		all = append(all, src)
	}
	return all
}

// podMount reads one of a container's volumeMounts. Where all that its volume is made of is at hand, it has the files.
func podMount(vm, volume *yaml.Node, pod *neighbour, all []*neighbour, dir string, parts map[string]source.Part) (*mount, bool) {
	m, ok := containerPath(&mount{}, scalarAt(vm, "mountPath"))
	if !ok || volume == nil {
		return m, false
	}
	sub := scalarAt(vm, "subPath")
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
		if p := scalarAt(item, "path"); scalarAt(item, "key") == key && p != "" && !leaves(path.Clean(p)) {
			all = append(all, path.Clean(p))
		}
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
