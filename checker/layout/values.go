package layout

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// maxValuesFiles bounds the values files of a chart.
const maxValuesFiles = 20

// values lists the names with a text in the values files of the Helm chart that a deployment belongs to.
func (s *scene) values(dir string) []Setting {
	for _, dir := range ancestors(dir) {
		if !exists(s.src, path.Join(dir, "Chart.yaml")) {
			continue
		}
		entries, err := s.src.ReadDir(dir)
		if err != nil {
			return nil
		}
		var all []Setting
		read := 0
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			if e.IsDir() || !strings.HasPrefix(e.Name(), "values") || !manifestName(e.Name()) || read == maxValuesFiles || !s.src.Git(name).Tracked {
				continue
			}
			read++
			v := valuesReader{uri: s.src.URI(name)}
			v.read(s.yaml(name), 0)
			all = append(all, v.found...)
		}
		return all
	}
	return nil
}

type valuesReader struct {
	uri   string
	found []Setting
	nodes int
}

// read takes the texts below a node: of a list of variables, {name: …, value: …}, each by its name.
func (v *valuesReader) read(n *yaml.Node, depth int) {
	if v.nodes++; n == nil || v.nodes > maxNodes || depth > 20 {
		return
	}
	if name, value := at(n, "name"), at(n, "value"); name != nil && value != nil {
		v.add(scalar(name), value, value)
		return
	}
	for i := 0; i < len(n.Content); i++ {
		if n.Kind != yaml.MappingNode {
			v.read(n.Content[i], depth+1)
			continue
		}
		if key, value := n.Content[i], n.Content[i+1]; value.Kind == yaml.ScalarNode {
			v.add(key.Value, value, key)
		} else {
			v.read(value, depth+1)
		}
		i++
	}
}

func (v *valuesReader) add(name string, value, at *yaml.Node) {
	if value.Tag == "!!str" && inClear(value.Value) && settingName.MatchString(name) && len(v.found) < maxSettings {
		v.found = append(v.found, Setting{URI: v.uri, Kind: "value", Name: name, Value: secret.New(value.Value), Region: *place(at), Sets: name})
	}
}

// parents reads the pom.xml files from which a deployment's own inherits properties, as far as they lie in the source.
func (t *Target) parents(name string) []Setting {
	var all []Setting
	seen := map[string]bool{name: true}
	for range maxParents {
		p := t.scene.rawPom(name)
		if p == nil || seen[p.parent] {
			break
		}
		name = p.parent
		seen[name] = true
		if file, err := t.Source.Read(name); name != "" && err == nil {
			all = append(all, properties(file)...)
		}
	}
	return all
}
