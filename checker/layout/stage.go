package layout

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// stage is what the instructions after one FROM make of an image.
type stage struct {
	name    string
	base    string // as the instruction names it, expanded
	line    int    // of its FROM
	origin  string // where the base image is named, where that is not the Dockerfile
	values  map[string]string
	env     map[string]string // of values those of ENV, which the container has as well
	workdir string
	copies  []Copy
	runs    []string // RUN instructions that may make, change or move files
}

// images is the evaluation of one Dockerfile.
type images struct {
	d       dockerfile
	globals map[string]string // ARG before the first FROM; without a default it is not in it
	stages  []*stage
	files   contexts
	// baseOf gives the base image, and where it is named, where the Dockerfile leaves it to an argument without default; empty:
	// not known.
	baseOf func() (image, origin string)
}

// evaluate goes through the instructions and gives the last stage; nil where there is none.
func (m *images) evaluate() *stage {
	m.globals = map[string]string{}
	for _, in := range m.d.instructions {
		if in.name == "FROM" {
			m.from(in)
			continue
		}
		if len(m.stages) == 0 {
			if in.name == "ARG" {
				m.assign(in, m.globals, m.globals, nil)
			}
			continue
		}
		st := m.stages[len(m.stages)-1]
		switch in.name {
		case "ARG":
			m.assign(in, st.values, st.values, m.globals)
		case "ENV":
			m.env(in, st)
		case "WORKDIR":
			st.workdir = join(st.workdir, m.expander(st.values).word(in.text))
		case "COPY", "ADD":
			m.copy(in, st)
		case "RUN":
			if changes.MatchString(in.text) {
				st.runs = append(st.runs, in.text)
			}
		}
	}
	if len(m.stages) == 0 {
		return nil
	}
	return m.stages[len(m.stages)-1]
}

// changes are the commands by which a RUN may bring, change or take away a store.
var changes = regexp.MustCompile(`\b(keytool|openssl|cp|mv|ln|rm|install|curl|wget|tee|unzip|tar|base64|sed)\b`)

func (m *images) expander(values map[string]string) expander {
	return expander{escape: m.d.escape, lookup: func(name string) (string, bool) {
		if v, ok := values[name]; ok {
			return v, true
		}
		switch name {
		case "WSO2_SERVER_HOME": // set by the product's images
			return homeMark, true
		case "WORKING_DIRECTORY":
			return userHome, true
		}
		return "", false
	}}
}

// userHome is the working directory of the product's images.
const userHome = "/home/wso2carbon"

// from begins a stage.
func (m *images) from(in instruction) {
	words := m.expander(nil).split(in.text)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:]
	}
	st := &stage{line: in.line, values: map[string]string{}, env: map[string]string{}, workdir: unknownMark}
	if len(words) > 0 {
		st.base = m.expander(m.globals).word(words[0])
		if st.base == unknownMark && m.baseOf != nil {
			st.base, st.origin = m.baseOf()
		}
		// An unknown registry or tag leaves the name.
		st.base, _, _ = strings.Cut(strings.TrimPrefix(st.base, unknownMark+"/"), "\x00")
		st.base = strings.TrimRight(st.base, ":@-")
	}
	if len(words) > 2 && strings.EqualFold(words[1], "AS") {
		st.name = words[2]
	}
	if before := m.stage(st.base); before != nil {
		st.base, st.workdir = before.base, before.workdir
		st.values, st.env = maps.Clone(before.values), maps.Clone(before.env)
		st.copies = slices.Clone(before.copies)
		st.runs = slices.Clone(before.runs)
		st.line, st.origin = before.line, before.origin
	} else if _, ok := productOf(st.base); ok {
		st.workdir = userHome
	}
	m.stages = append(m.stages, st)
}

// stage finds an earlier stage by its name.
func (m *images) stage(name string) *stage {
	for _, st := range slices.Backward(m.stages) {
		if st.name != "" && strings.EqualFold(st.name, name) {
			return st
		}
	}
	return nil
}

// assign takes the names of an ARG; one without default takes the value that it has before the first FROM.
func (m *images) assign(in instruction, into, values, globals map[string]string) {
	e := m.expander(values)
	for _, word := range e.split(in.text) {
		name, text, ok := strings.Cut(word, "=")
		if ok {
			into[name] = e.word(text)
		} else if v, ok := globals[name]; ok {
			into[name] = v
		} else if _, ok := into[name]; !ok && name == "WSO2_SERVER_HOME" {
			into[name] = homeMark
		}
	}
}

// env takes the names of an ENV, in both its forms.
func (m *images) env(in instruction, st *stage) {
	e := m.expander(st.values)
	words := e.split(in.text)
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		name, rest := cutSpace(in.text)
		st.values[name] = e.word(rest)
		st.env[name] = st.values[name]
		return
	}
	// All of one instruction see the values from before it.
	next := map[string]string{}
	for _, word := range words {
		if name, text, ok := strings.Cut(word, "="); ok {
			next[name] = e.word(text)
		}
	}
	maps.Copy(st.values, next)
	maps.Copy(st.env, next)
}

// join puts a path on a working directory, which may be unknown.
func join(dir, name string) string {
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "\x00") {
		return path.Clean(name)
	}
	return path.Clean(dir + "/" + name)
}

var (
	homeFolder = regexp.MustCompile(`^((wso2mi|micro-integrator)(-(\d|\x00).*)?|wso2-(config|artifact)-volume)$`)
	inHome     = []string{"repository", "conf", "bin", "lib", "dropins", "patches"}
)

// homeRelative gives a path of the image relative to MI home; false where it lies elsewhere or that is not known. What lies
// in the product image's config volume is copied over MI home at each start.
func (st *stage) homeRelative(name string) (string, bool) {
	if rest, ok := below(homeMark, name); ok {
		return rest, true
	}
	if home := st.values["WSO2_SERVER_HOME"]; strings.HasPrefix(home, "/") {
		if rest, ok := below(path.Clean(home), name); ok {
			return rest, true
		}
	}
	segments := strings.Split(name, "/")
	for i, s := range segments {
		if homeFolder.MatchString(s) {
			return strings.Join(segments[i+1:], "/"), true
		}
	}
	// An argument without default, and then what only MI home holds.
	if rest, ok := below(unknownMark, name); ok {
		first, _, _ := strings.Cut(rest, "/")
		return rest, slices.Contains(inHome, first)
	}
	return "", false
}

// below gives the rest of a clean path below a folder.
func below(dir, name string) (string, bool) {
	if name == dir {
		return "", true
	}
	return strings.CutPrefix(name, dir+"/")
}

// baseImage takes an image's name apart: registry/of/some/name:tag@digest.
var baseImage = regexp.MustCompile(`^(?:(.*)/)?([^/:@]+)(?::([^/@]*))?(?:@.*)?$`)

// productOf tells which product an image is of, by its name; false for an image of others.
func productOf(image string) (product string, ok bool) {
	m := baseImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	owner, name := m[1], m[2]
	if last := path.Base(owner); last != "wso2" && last != "docker.wso2.com" && last != "registry.wso2.com" &&
		!strings.HasPrefix(last, "wso2-") {
		return "", false
	}
	return productNamed(name)
}

func productNamed(name string) (string, bool) {
	for _, p := range []struct{ prefix, product string }{
		{"wso2mi", "mi"}, {"micro-integrator", "mi"},
		{"wso2am", "apim"}, {"wso2apim", "apim"}, {"wso2is", "is"}, {"wso2ei", "ei"},
	} {
		if name == p.prefix || strings.HasPrefix(name, p.prefix+"-") {
			if name == "wso2mi-dashboard" || name == "wso2mi-icp" {
				return "", false
			}
			return p.product, true
		}
	}
	return "", false
}

var tagVersion = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)`)

// tagOf gives the version in the tag of an image that is of the product or, by its last name, made from it.
func tagOf(image string) (version string) {
	m := baseImage.FindStringSubmatch(image)
	if m == nil {
		return ""
	}
	if p, ok := productNamed(m[2]); !ok || p != "mi" {
		return ""
	}
	if v := tagVersion.FindStringSubmatch(m[3]); v != nil {
		return v[1]
	}
	return ""
}
