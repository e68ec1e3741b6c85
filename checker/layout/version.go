package layout

import (
	"path"
	"regexp"
	"strings"
)

// versionFile is where an installation says what it is, relative to its home.
const versionFile = "bin/version.txt"

var number = regexp.MustCompile(`\bv?(\d+\.\d+\.\d+)\b`)

// siblings are the names by which the other products call themselves in bin/version.txt.
var siblings = []struct{ name, product string }{
	{"api manager", "apim"}, {"api control plane", "apim"}, {"universal gateway", "apim"}, {"traffic manager", "apim"},
	{"identity server", "is"}, {"enterprise integrator", "ei"},
}

// version finds the product and its version: what the user says, else what the installation says of itself, else what the
// image is built from, else what the project is built for.
func (s *scene) version(t *Target) {
	number, product := "", ""
	if t.Kind == Home {
		number, product = s.installed(t.Home)
	}
	if product != "" {
		t.Product = product
	}
	switch {
	case s.o.Version != "":
		t.Version = Version{Number: s.o.Version, Origin: "--mi-version"}
	case number != "":
		t.Version = Version{Number: number, Origin: versionFile}
	default:
		t.Version = Version{Assumed: true}
	}
}

// installed reads bin/version.txt: "WSO2 Micro Integrator v4.4.0".
func (s *scene) installed(home string) (version, product string) {
	file, err := s.src.Read(path.Join(home, versionFile))
	if err != nil {
		return "", ""
	}
	text := string(file.Data[:min(len(file.Data), 4096)])
	for _, sibling := range siblings {
		if strings.Contains(strings.ToLower(text), sibling.name) {
			product = sibling.product
		}
	}
	if m := number.FindStringSubmatch(text); m != nil && product == "" {
		version = m[1]
	}
	return version, product
}
