package layout

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Limits on a compose file.
const (
	maxCompose  = 1 << 20 // bytes
	maxServices = 200
	maxMounts   = 1000 // of one service, or of one container
)

// composeNames are the names by which docker compose looks for its file, in its order; each may have an override beside it.
var composeNames = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

// service is a service of a compose file, and of the override beside it.
type service struct {
	name       string
	image, at  string // at: where it is named
	dockerfile string // that it is built from, in the source; empty: it is not built, or that is not known
	built      bool
	mounts     []*mount
	settings   []Setting
	variables  *variables // that the compose file and its override agree upon
}

// composeProject is a compose file while it is read, with those that it includes.
type composeProject struct {
	s        *scene
	base     string            // where compose is run
	files    map[string]*mount // of configs, secrets and volumes, by "configs/NAME" and so on, without their path
	services []*service
	opened   int
}

// compose gives the services of the compose file in a folder, once a search.
func (s *scene) compose(dir string) []*service {
	if services, ok := s.composes[dir]; ok {
		return services
	}
	p := composeProject{s: s, base: dir, files: map[string]*mount{}}
	for _, name := range composeNames {
		if !exists(s.src, path.Join(dir, name)) {
			continue
		}
		stem := path.Join(dir, strings.TrimSuffix(name, path.Ext(name)))
		p.add(dir, s.dotenv(dir, nil), 0, path.Join(dir, name), stem+".override.yml", stem+".override.yaml")
		break
	}
	s.composes[dir] = p.services
	return p.services
}

// yaml reads the first document of a YAML file; nil where there is none that can be read. Such a file is a help, and no part
// of what is judged.
func (s *scene) yaml(name string) *yaml.Node {
	file, err := s.src.Read(name)
	if err != nil || len(file.Data) > maxCompose || parts(file.Data) > maxNodes {
		return nil
	}
	return firstDocument(file.Data)
}

// firstDocument parses one document; nil where that fails.
func firstDocument(data []byte) (root *yaml.Node) {
	defer func() {
		if recover() != nil { // the library panics on some broken input
			root = nil
		}
	}()
	var n yaml.Node
	if yaml.NewDecoder(bytes.NewReader(data)).Decode(&n) != nil || n.Kind != yaml.DocumentNode || len(n.Content) == 0 {
		return nil
	}
	return n.Content[0]
}

// at follows keys of mappings, with blanks between them; nil where one is missing.
//
//go:noinline
func at(n *yaml.Node, way string) *yaml.Node {
	for n != nil && way != "" {
		var key string
		key, way, _ = strings.Cut(way, " ")
		n = child(n, key)
	}
	return n
}

//go:noinline
func scalarAt(n *yaml.Node, way string) string { return scalar(at(n, way)) }

//go:noinline
func itemsAt(n *yaml.Node, way string) []*yaml.Node { return items(at(n, way)) }

// items are the elements of a list; none where it is something else.
//
//go:noinline
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content[:min(len(n.Content), maxMounts)]
}

// named reads the configs and secrets that services refer to, and the volumes that are folders of the host.
func (f *composeFile) named() {
	for _, kind := range []string{"configs", "secrets", "volumes"} {
		keys, values := pairs(get(f.root, kind))
		for i, key := range keys {
			if len(f.files) >= maxMounts {
				break
			}
			m := new(mount)
			from := f.text(get(values[i], "file"))
			if kind == "volumes" {
				if !strings.Contains(f.text(get(values[i], "driver_opts", "o")), "bind") {
					continue
				}
				from = f.text(get(values[i], "driver_opts", "device"))
			}
			if from != "" {
				m = f.path(from)
			}
			f.files[kind+"/"+key.Value] = m
		}
	}
}

// path gives where a path of the host leads: into the source, or to where only the machine knows.
func (f *composeFile) path(name string) *mount {
	name = strings.ReplaceAll(name, `\`, "/")
	if rest, ok := below(runMark, name); ok {
		name, f = "./"+rest, &composeFile{dir: f.base}
	}
	switch {
	case name == "" || strings.Contains(name, "\x00") || strings.HasPrefix(name, "~"):
		return &mount{}
	case absolute(name):
		return &mount{host: path.Clean(name)}
	}
	if name = path.Join(f.dir, name); leaves(name) {
		return &mount{}
	}
	return &mount{from: name}
}

// read takes the services of one file.
func (f *composeFile) read() {
	keys, values := pairs(get(f.root, "services"))
	for i, key := range keys {
		svc := f.find(key.Value)
		if svc == nil {
			return
		}
		f.apply(svc, values[i], 0)
		vars := f.variables(values[i], 0)
		if svc.variables != nil {
			vars = svc.variables.agree(vars)
		}
		svc.variables = vars
	}
}

// service takes what one node says of a service.
func (f *composeFile) service(svc *service, n *yaml.Node) {
	if image := get(n, "image"); image != nil {
		svc.image, _, _ = strings.Cut(f.text(image), "\x00")
		svc.at = f.s.at(f.name, image.Line)
	}
	if build := get(n, "build"); build != nil {
		f.build(svc, build)
	}
	for _, v := range list(get(n, "volumes")) {
		if m, ok := f.volume(v); ok && len(svc.mounts) < maxMounts {
			svc.mounts = append(svc.mounts, m)
		}
	}
	for _, kind := range []string{"configs", "secrets"} {
		for _, v := range list(get(n, kind)) {
			if m, ok := f.used(kind, v); ok && len(svc.mounts) < maxMounts {
				svc.mounts = append(svc.mounts, m)
			}
		}
	}
	set := append(environment(f.s.src.URI(f.name), get(n, "environment")), f.envFile(get(n, "env_file"))...)
	for _, s := range append(set, f.passedOn(get(n, "environment"))...) {
		if !slices.ContainsFunc(svc.settings, func(o Setting) bool { return o.URI == s.URI && o.Region == s.Region }) && len(svc.settings) < maxSettings {
			svc.settings = append(svc.settings, s)
		}
	}
}

// find finds or makes a service by its name; nil where there are too many.
func (p *composeProject) find(name string) *service {
	for _, svc := range p.services {
		if svc.name == name {
			return svc
		}
	}
	if len(p.services) == maxServices {
		return nil
	}
	svc := &service{name: name}
	p.services = append(p.services, svc)
	return svc
}

// build finds the Dockerfile of a service.
func (f *composeFile) build(svc *service, n *yaml.Node) {
	svc.built, svc.dockerfile = true, ""
	context, file := f.text(n), "Dockerfile"
	if n.Kind == yaml.MappingNode {
		if get(n, "dockerfile_inline") != nil {
			return
		}
		context = f.text(get(n, "context"))
		if named := f.text(get(n, "dockerfile")); named != "" {
			file = named
		}
	}
	if context == "" {
		context = "."
	}
	if dir := f.path(context); dir.from != "" && !absolute(file) && !strings.Contains(file, "\x00") {
		if name := path.Join(dir.from, file); !leaves(name) {
			svc.dockerfile = name
		}
	}
}

// volume reads an element of volumes, in either form.
func (f *composeFile) volume(n *yaml.Node) (*mount, bool) {
	m := new(mount)
	if n.Kind == yaml.MappingNode {
		target, src := f.text(get(n, "target")), f.text(get(n, "source"))
		switch f.text(get(n, "type")) {
		case "bind":
			m = f.path(src)
		case "volume":
			m = f.volumeNamed(src)
		}
		return containerPath(m, target)
	}
	src, rest, both := cutVolume(f.text(n))
	if !both {
		return containerPath(&mount{seeded: true}, src) // an anonymous volume
	}
	target, _, _ := strings.Cut(rest, ":")
	if strings.ContainsAny(src[:min(len(src), 1)], "./~\\\x00") || absolute(src) {
		m = f.path(src)
	} else {
		m = f.volumeNamed(src)
	}
	return containerPath(m, target)
}

// volumeNamed is a volume by its name: Docker's own, which has what the image has there, or a folder of the host.
func (f *composeFile) volumeNamed(name string) *mount {
	if known, ok := f.files["volumes/"+name]; ok {
		m := *known // several services may use it
		return &m
	}
	return &mount{seeded: true}
}

// cutVolume cuts SOURCE:TARGET, in which the source may begin with a drive's letter.
func cutVolume(s string) (src, rest string, both bool) {
	from := 0
	if len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/') && absolute(s) {
		from = 2
	}
	i := strings.IndexByte(s[from:], ':')
	if i < 0 {
		return s, "", false
	}
	return s[:from+i], s[from+i+1:], true
}

// containerPath puts a mount at a path of the container; false where that is not known.
func containerPath(m *mount, target string) (*mount, bool) {
	if !strings.HasPrefix(target, "/") || strings.Contains(target, "\x00") {
		return m, false
	}
	m.at = path.Clean(target)
	return m, true
}

// used reads a service's use of a config or secret, in either form.
func (f *composeFile) used(kind string, n *yaml.Node) (*mount, bool) {
	name, target := f.text(n), ""
	if n.Kind == yaml.MappingNode {
		name, target = f.text(get(n, "source")), f.text(get(n, "target"))
	}
	from, ok := f.files[kind+"/"+name]
	if !ok {
		return nil, false
	}
	m := *from // several services may use it
	if target == "" {
		target = name
	}
	folder := "/"
	if kind == "secrets" {
		folder = "/run/secrets"
	}
	if !strings.HasPrefix(target, "/") {
		target = path.Join(folder, target)
	}
	return containerPath(&m, target)
}

// environment lists the variables that a service sets to a text of their own, in either form.
func environment(uri string, n *yaml.Node) []Setting {
	var all []Setting
	each(n, func(name, value string, at *yaml.Node) {
		if value == "" || strings.Contains(value, "$") || !inClear(value) || !settingName.MatchString(name) || len(all) == maxSettings {
			return
		}
		column := at.Column + quotes(at)
		region := source.Region{StartLine: at.Line, StartColumn: column, EndLine: at.Line, EndColumn: column + len(name)}
		all = append(all, Setting{URI: uri, Kind: "environment", Name: name, Value: secret.New(value), Region: region})
	})
	return all
}

// each calls f for the variables of a service; one that is only named has no value.
func each(n *yaml.Node, f func(name, value string, at *yaml.Node)) {
	if n != nil && n.Kind == yaml.MappingNode {
		keys, values := pairs(n)
		for i, key := range keys {
			if v := values[i]; v.Kind == yaml.ScalarNode {
				f(key.Value, v.Value, key)
			}
		}
		return
	}
	for _, v := range list(n) {
		if name, value, _ := strings.Cut(v.Value, "="); v.Kind == yaml.ScalarNode {
			f(name, value, v)
		}
	}
}

// quotes is how many characters stand before the text of a scalar on its line.
func quotes(n *yaml.Node) int {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		return 1
	}
	return 0
}

// composed takes from the nearest compose file what it says of the container that runs a target: the image, what is mounted,
// the variables. A service counts that mounts the file, or is built from a Dockerfile that copies it or that belongs to it;
// else the only one of the product's image in a file close by, if it mounts no other deployment.toml.
func (s *scene) composed(t *Target) {
	dir := path.Dir(t.Path)
	near := []string{dir, path.Dir(dir), path.Join(dir, "docker")}
	for _, folder := range append(ancestors(dir), path.Join(dir, "docker")) {
		all := s.compose(folder)
		for _, of := range []func(*service) bool{
			func(svc *service) bool { return svc.mountsFile(t.Path) },
			func(svc *service) bool { return s.builds(svc, t) && !svc.mountsOther() },
			func(svc *service) bool {
				return svc.product() && !svc.mountsOther() && slices.Contains(near, folder) && one(all, (*service).product)
			},
		} {
			if i := slices.IndexFunc(all, of); i >= 0 {
				s.run(t, all[i])
				for _, svc := range all[i+1:] {
					if of(svc) {
						t.environment = t.environment.agree(svc.variables)
						t.runsImage = t.runsImage && svc.built
					}
				}
				return
			}
		}
	}
}

func one(all []*service, is func(*service) bool) bool {
	n := 0
	for _, svc := range all {
		if is(svc) {
			n++
		}
	}
	return n == 1
}

// run takes what a service says.
func (s *scene) run(t *Target, svc *service) {
	if t.Image == nil && svc.dockerfile != "" {
		t.Image = s.dockerfile(svc.dockerfile)
	}
	if _, ok := productOf(svc.image); ok && !svc.built {
		t.runs, t.runsAt = svc.image, svc.at
	}
	t.mount(svc.mounts)
	t.environment, t.runsImage = svc.variables, svc.built && t.Image != nil && t.Image.File == svc.dockerfile
	t.settings = append(t.settings, svc.settings...)
}

// mountsFile tells whether a service mounts a file as its deployment.toml.
func (svc *service) mountsFile(name string) bool {
	return slices.ContainsFunc(svc.mounts, func(m *mount) bool {
		rest, ok := below(m.from, name)
		if m.from == "." {
			rest, ok = name, true
		}
		return ok && m.from != "" && strings.HasSuffix(path.Join(m.at, rest), "/conf/"+fileName)
	})
}

// mountsOther tells whether a service mounts something where its deployment.toml lies, or may.
func (svc *service) mountsOther() bool {
	return slices.ContainsFunc(svc.mounts, func(m *mount) bool {
		to, ok := (&stage{}).homeRelative(m.at)
		return path.Base(m.at) == fileName || path.Base(m.at) == "conf" || ok && to == ""
	})
}

// builds tells whether a service is built from the Dockerfile that belongs to a target, or from one that copies its file.
func (s *scene) builds(svc *service, t *Target) bool {
	if svc.dockerfile == "" {
		return false
	}
	if t.Image != nil {
		return t.Image.File == svc.dockerfile
	}
	img := s.dockerfile(svc.dockerfile)
	return img != nil && img.copies(t.Path)
}

// copies tells whether a Dockerfile copies a file, by itself or with the folder that it lies in.
func (img *Image) copies(name string) bool {
	return slices.ContainsFunc(img.Copies, func(c Copy) bool {
		return !c.Missing && !c.Opaque && source.Below(c.From, name)
	})
}

// product tells whether a service runs an image of Micro Integrator.
func (svc *service) product() bool {
	p, ok := productOf(svc.image)
	return ok && p == "mi" && !svc.built
}
