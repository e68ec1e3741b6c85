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
		number, product = s.installed(t)
		t.installation = number
	}
	for _, image := range []string{t.runs, t.base()} {
		if p, ok := productOf(image); ok && product == "" {
			product = p
		}
	}
	if product != "" {
		t.Product = product
	}
	var project *pom
	var chart chartVersion
	if t.Kind != Home || !t.Complete {
		project = s.pom(path.Dir(t.Path))
		chart = s.chart(path.Dir(t.Path))
	}
	switch {
	case s.o.Version != "":
		t.Version = Version{Number: s.o.Version, Origin: "--mi-version"}
	case number != "":
		t.Version = Version{Number: number, Origin: t.HomeSource.URI(path.Join(t.Home, versionFile))}
	case tagOf(t.runs) != "":
		t.Version = Version{Number: tagOf(t.runs), Origin: t.runsAt}
	case tagOf(t.base()) != "":
		t.Version = Version{Number: tagOf(t.base()), Origin: t.Image.from}
	case chart.number != "":
		t.Version = Version{Number: chart.number, Origin: chart.origin}
	case project != nil && project.version != "":
		t.Version = Version{Number: project.version, Origin: project.versionAt}
	default:
		t.Version = Version{Assumed: true}
	}
}

// base is the image that the target's own is made from; empty where none is known.
func (t *Target) base() string {
	if t.Image == nil {
		return ""
	}
	return t.Image.full
}

// installed reads bin/version.txt: "WSO2 Micro Integrator v4.4.0".
func (s *scene) installed(t *Target) (version, product string) {
	text := ""
	if file, err := t.HomeSource.Read(path.Join(t.Home, versionFile)); err == nil {
		text = string(file.Data[:min(len(file.Data), 4096)])
	}
	for _, sibling := range siblings {
		if strings.Contains(strings.ToLower(text), sibling.name) {
			product = sibling.product
		}
	}
	if product == "" {
		product = launcher(t)
	}
	if m := number.FindStringSubmatch(text); m != nil && (product == "" || product == "mi") {
		version = m[1]
	}
	return version, product
}

// launchers are the files in bin that start one of the products.
var launchers = []struct{ name, product string }{
	{"micro-integrator.sh", "mi"}, {"micro-integrator.bat", "mi"},
	{"api-manager.sh", "apim"}, {"api-manager.bat", "apim"}, {"integrator.sh", "ei"}, {"integrator.bat", "ei"},
}

// launcher tells the product by what starts it; empty where nothing tells.
func launcher(t *Target) string {
	for _, l := range launchers {
		if exists(t.HomeSource, path.Join(t.Home, "bin", l.name)) {
			return l.product
		}
	}
	// Identity Server and others of the full Carbon platform.
	if exists(t.HomeSource, path.Join(t.Home, "bin/wso2server.sh")) && isDir(t.HomeSource, path.Join(t.Home, "repository/components")) {
		if isDir(t.HomeSource, path.Join(t.Home, "repository/resources/identity")) {
			return "is"
		}
		return "carbon"
	}
	return ""
}
