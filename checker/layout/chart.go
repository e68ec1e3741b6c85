package layout

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// chartVersion is the version that a Helm chart runs, and where its values say so.
type chartVersion struct{ number, origin string }

// chart finds the Helm chart that a folder belongs to, and in its values.yaml the version of the product: the version that
// WSO2's charts are built for, or the tag of an image that is the product's by its name.
func (s *scene) chart(dir string) chartVersion {
	for _, dir := range ancestors(dir) {
		if !exists(s.src, path.Join(dir, "Chart.yaml")) {
			continue
		}
		name := path.Join(dir, "values.yaml")
		root := s.yaml(name)
		for _, way := range []string{"wso2 deployment", ""} {
			n := at(root, way)
			if n == nil {
				continue
			}
			if number, line := valuesVersion(n); number != "" {
				return chartVersion{number, s.at(name, line)}
			}
		}
		break
	}
	return chartVersion{}
}

// valuesVersion reads the version from the values of one deployment. An image of somebody's own has a version of its own.
func valuesVersion(n *yaml.Node) (number string, line int) {
	if build := at(n, "BuildVersion"); build != nil {
		if m := tagVersion.FindStringSubmatch(scalar(build)); m != nil {
			return m[1], build.Line
		}
	}
	image := at(n, "image")
	if image == nil {
		return "", 0
	}
	name, tag, line := scalar(image), "", image.Line
	if node := at(image, "tag"); node != nil {
		name, tag, line = scalarAt(image, "repository"), scalar(node), node.Line
	}
	if tag != "" {
		name += ":" + tag
	}
	if base, _, _ := strings.Cut(path.Base(name), ":"); base != "wso2mi" && base != "micro-integrator" {
		return "", 0
	}
	return tagOf(name), line
}
